-- The day from which a dossier is due for disposal; null while it is kept, held, in a proceeding, or disposed of.
ALTER TABLE cases ADD COLUMN disposal_from date;
CREATE INDEX cases_due_for_disposal ON cases (agency_id, disposal_from, id) WHERE disposal_from IS NOT NULL;

-- Stored documents that a case names: a key is destroyed with the last dossier that needs it. Derived.
CREATE TABLE case_documents (
    agency_id   uuid NOT NULL,
    case_id     uuid NOT NULL,
    document_id uuid NOT NULL,
    PRIMARY KEY (agency_id, case_id, document_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE INDEX case_documents_of_document ON case_documents (agency_id, document_id);
ALTER TABLE case_documents ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON case_documents FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]));
CREATE POLICY adds ON case_documents FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY changes ON case_documents FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY removes ON case_documents FOR DELETE USING (agency_id = (SELECT foi_writes()));
GRANT SELECT, INSERT, UPDATE, DELETE ON case_documents TO foi_docket_service;

-- Shredding a dossier destroys the keys of its texts and documents; verify finds every other key that is gone.
GRANT DELETE ON case_keys, case_texts, document_keys TO foi_docket_service;
