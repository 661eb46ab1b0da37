DROP INDEX documents_by_object;
ALTER TABLE documents DROP COLUMN object_sha256;
