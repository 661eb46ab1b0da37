-- Corrections that stand: why the agency was corrected, and what its reply was, so that whoever handles a case of the same kind is warned. Derived.
CREATE TABLE corrected_replies (
    agency_id  uuid NOT NULL,
    case_id    uuid NOT NULL,
    n          integer NOT NULL,
    cause      text,
    outcome    text NOT NULL,
    decided_on date NOT NULL,
    kinds      text[] NOT NULL,
    grounds    text[] NOT NULL,
    lessons    integer NOT NULL,
    -- Of a proceeding over several cases: one decision, however many cases it is about.
    proceeding_id uuid,
    PRIMARY KEY (agency_id, case_id, n),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE INDEX corrected_replies_newest ON corrected_replies (agency_id, decided_on DESC, case_id, n);
ALTER TABLE corrected_replies ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON corrected_replies FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]));
CREATE POLICY adds ON corrected_replies FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY changes ON corrected_replies FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY removes ON corrected_replies FOR DELETE USING (agency_id = (SELECT foi_writes()));
GRANT SELECT, INSERT, UPDATE, DELETE ON corrected_replies TO foi_docket_service;
