-- What a case is about: information asked for, or the correction of one's own records (Art 41), which has a register of its own.
ALTER TABLE cases ADD COLUMN matter text NOT NULL DEFAULT 'information_request';
CREATE INDEX cases_record_corrections ON cases (agency_id, due_on, id) WHERE matter = 'record_correction';
