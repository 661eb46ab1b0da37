-- One letter may answer several cases of one applicant (合并答复): it goes in one envelope with one tracking number. It stands once for each
-- case; the number belongs to the first, and the others name that case.
ALTER TABLE deliveries ADD COLUMN with_case uuid;
DROP INDEX deliveries_tracking;
CREATE UNIQUE INDEX deliveries_tracking ON deliveries (agency_id, tracking_number) WHERE with_case IS NULL;
