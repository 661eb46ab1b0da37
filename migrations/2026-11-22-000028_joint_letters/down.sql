DROP INDEX deliveries_tracking;
CREATE UNIQUE INDEX deliveries_tracking ON deliveries (agency_id, tracking_number);
ALTER TABLE deliveries DROP COLUMN with_case;
