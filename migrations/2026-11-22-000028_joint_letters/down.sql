DROP INDEX cases_document_number;
ALTER TABLE cases ADD UNIQUE (agency_id, document_number);
ALTER TABLE cases DROP COLUMN answered_with;
DROP INDEX deliveries_tracking;
CREATE UNIQUE INDEX deliveries_tracking ON deliveries (agency_id, tracking_number);
ALTER TABLE deliveries DROP COLUMN with_case;
