DROP INDEX cases_record_corrections;
ALTER TABLE cases DROP COLUMN matter;
