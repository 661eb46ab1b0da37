-- Templates of letters that an agency has replaced, in immutable editions; where there is none, the national default counts.
CREATE TABLE letter_template_editions (
    agency_id uuid NOT NULL REFERENCES agencies (id),
    kind      text NOT NULL,
    edition   integer NOT NULL CHECK (edition > 0),
    made_at   timestamptz NOT NULL,
    text      text NOT NULL,
    PRIMARY KEY (agency_id, kind, edition)
);
CREATE TRIGGER letter_template_editions_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON letter_template_editions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE letter_template_editions ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON letter_template_editions FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]));
CREATE POLICY adds ON letter_template_editions FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY changes ON letter_template_editions FOR UPDATE
    USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY removes ON letter_template_editions FOR DELETE USING (agency_id = (SELECT foi_writes()));
GRANT SELECT, INSERT ON letter_template_editions TO foi_docket_service;

-- A document that was made here and not uploaded: the letter it is, once as DOCX and once as PDF.
ALTER TABLE documents ADD COLUMN letter_id uuid;
CREATE UNIQUE INDEX documents_of_letters ON documents (agency_id, letter_id, media_type) WHERE letter_id IS NOT NULL;
