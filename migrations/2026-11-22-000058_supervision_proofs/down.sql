DROP INDEX supervision_letters_owed;
ALTER TABLE supervision_letters DROP COLUMN proofs;
