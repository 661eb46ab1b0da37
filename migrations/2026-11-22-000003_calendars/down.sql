DROP INDEX events_of_calendars;
DROP INDEX cases_by_calendar;
ALTER TABLE cases DROP COLUMN calendar_edition;
REVOKE INSERT ON calendar_editions FROM foi_docket_service;
ALTER TABLE calendar_editions ADD CONSTRAINT calendar_editions_sha256_key UNIQUE (sha256);
