-- Where cases stand on the city's platform for applications (市政务公开工作平台), as told last, so that the register can be asked for it and both
-- sides are compared. Derived.
CREATE TABLE platform_states (
    agency_id  uuid NOT NULL,
    case_id    uuid NOT NULL,
    number     text NOT NULL,
    entered_on date NOT NULL,
    known_on   date NOT NULL,
    status     text,
    status_on  date,
    PRIMARY KEY (agency_id, case_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id),
    CHECK ((status IS NULL) = (status_on IS NULL))
);
CREATE INDEX platform_states_number ON platform_states (agency_id, number);
CREATE INDEX platform_states_status ON platform_states (agency_id, status);
ALTER TABLE platform_states ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON platform_states FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]));
CREATE POLICY adds ON platform_states FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY changes ON platform_states FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY removes ON platform_states FOR DELETE USING (agency_id = (SELECT foi_writes()));
GRANT SELECT, INSERT, UPDATE, DELETE ON platform_states TO foi_docket_service;
