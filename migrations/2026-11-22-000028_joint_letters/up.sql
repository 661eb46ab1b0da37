-- One document may answer several cases of one applicant (合并答复): it has one number, and goes in one envelope with one tracking number. Both
-- stand with each case; they belong to one of them, and the others name that case.
ALTER TABLE cases ADD COLUMN answered_with uuid;
ALTER TABLE cases DROP CONSTRAINT cases_agency_id_document_number_key;
CREATE UNIQUE INDEX cases_document_number ON cases (agency_id, document_number) WHERE answered_with IS NULL;
ALTER TABLE deliveries ADD COLUMN with_case uuid;
DROP INDEX deliveries_tracking;
CREATE UNIQUE INDEX deliveries_tracking ON deliveries (agency_id, tracking_number) WHERE with_case IS NULL;
