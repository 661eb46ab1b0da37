ALTER TABLE report_proceedings DROP COLUMN decided_on;
ALTER TABLE report_cases DROP COLUMN counted_on, DROP COLUMN received_on;
