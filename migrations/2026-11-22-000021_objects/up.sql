-- What a document's object in the store is named by: SHA-256 of what lies there. None for documents of the first release, which lie under
-- their ids. No two documents share an object: each is encrypted under a key of its own.
ALTER TABLE documents ADD COLUMN object_sha256 bytea;
ALTER TABLE documents ADD CONSTRAINT documents_object_sha256 CHECK (octet_length(object_sha256) = 32) NOT VALID;
ALTER TABLE documents VALIDATE CONSTRAINT documents_object_sha256;
CREATE UNIQUE INDEX documents_by_object ON documents (agency_id, object_sha256);
