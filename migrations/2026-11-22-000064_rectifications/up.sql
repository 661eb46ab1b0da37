-- Notices of rectification to departments that hang on no case (Art 46): the notice with its reports as JSON, and what lists and duties ask of it.
CREATE TABLE rectifications (
    agency_id     uuid NOT NULL REFERENCES agencies (id),
    id            uuid NOT NULL,
    department_id uuid NOT NULL,
    letter_id     uuid,
    state         text NOT NULL CHECK (state IN ('open', 'reported', 'settled')),
    due_on        date NOT NULL,
    changed_at    timestamptz NOT NULL,
    data          text NOT NULL,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, department_id) REFERENCES departments (agency_id, id),
    FOREIGN KEY (agency_id, letter_id) REFERENCES supervision_letters (agency_id, id)
);
CREATE INDEX rectifications_due ON rectifications (agency_id, due_on, id);
ALTER TABLE rectifications ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON rectifications FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]));
CREATE POLICY adds ON rectifications FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY changes ON rectifications FOR UPDATE
    USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY removes ON rectifications FOR DELETE USING (agency_id = (SELECT foi_writes()));
GRANT SELECT, INSERT, UPDATE (state, due_on, changed_at, data) ON rectifications TO foi_docket_service;
