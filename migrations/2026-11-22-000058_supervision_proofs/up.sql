-- Stored documents that an answer to the authority rests on, and what is still to be answered, by date.
ALTER TABLE supervision_letters ADD COLUMN proofs uuid[] NOT NULL DEFAULT '{}';
ALTER TABLE supervision_letters ADD CHECK (array_position(proofs, NULL) IS NULL);
CREATE INDEX supervision_letters_owed ON supervision_letters (agency_id, due_on) WHERE answered_at IS NULL;
GRANT UPDATE (proofs) ON supervision_letters TO foi_docket_service;
