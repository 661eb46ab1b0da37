-- What the city's platform (市政务公开工作平台) shows on a day, typed in by hand where no interface is granted: numbers, receipt dates, statuses.
-- Nothing is changed; a list handed in again for the day takes the place of the one before, which stays.
CREATE TABLE platform_lists (
    agency_id    uuid NOT NULL REFERENCES agencies (id),
    id           uuid NOT NULL,
    on_day       date NOT NULL,
    n            integer NOT NULL CHECK (n > 0),
    complete     boolean NOT NULL,
    entries      text NOT NULL,
    handed_in_by uuid NOT NULL,
    handed_in_at timestamptz NOT NULL,
    PRIMARY KEY (agency_id, id),
    UNIQUE (agency_id, on_day, n),
    FOREIGN KEY (agency_id, handed_in_by) REFERENCES accounts (agency_id, id)
);
ALTER TABLE platform_lists ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON platform_lists FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]));
CREATE POLICY adds ON platform_lists FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY changes ON platform_lists FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY removes ON platform_lists FOR DELETE USING (agency_id = (SELECT foi_writes()));
GRANT SELECT, INSERT ON platform_lists TO foi_docket_service;
