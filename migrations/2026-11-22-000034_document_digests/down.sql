DROP INDEX documents_by_digest;
