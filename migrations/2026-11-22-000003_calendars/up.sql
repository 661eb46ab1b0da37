-- A notice corrected back to what it was is a new edition with the bytes of an old one.
ALTER TABLE calendar_editions DROP CONSTRAINT calendar_editions_sha256_key;
-- Administrators load notices through the API; an edition is still never changed.
GRANT INSERT ON calendar_editions TO foi_docket_service;
-- The edition a case is pinned to, so that a recount finds the cases it concerns. 0 until the case is folded anew.
ALTER TABLE cases ADD COLUMN calendar_edition integer NOT NULL DEFAULT 0;
CREATE INDEX cases_by_calendar ON cases (agency_id, stage, calendar_edition, id);
-- What a recount moved, and who loaded an edition, are read from the events themselves.
CREATE INDEX events_of_calendars ON events (agency_id, kind, stream_id, seq) WHERE kind IN ('dates_recounted', 'calendar_loaded');
