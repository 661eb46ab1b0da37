-- What a document's object in the store is named by: SHA-256 of what lies there. None for documents of the first release, which lie under
-- their ids. No two documents share an object: each is encrypted under a key of its own.
ALTER TABLE documents ADD COLUMN object_sha256 bytea CHECK (octet_length(object_sha256) = 32);
CREATE UNIQUE INDEX documents_by_object ON documents (agency_id, object_sha256);
