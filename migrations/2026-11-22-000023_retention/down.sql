REVOKE DELETE ON case_keys, case_texts, document_keys FROM foi_docket_service;
DROP TABLE case_documents;
DROP INDEX cases_due_for_disposal;
ALTER TABLE cases DROP COLUMN disposal_from;
