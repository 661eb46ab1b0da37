-- What papers of the same bytes are named by: one slip proves one dispatch, whichever case it is filed with.
CREATE INDEX documents_by_digest ON documents (agency_id, sha256);
