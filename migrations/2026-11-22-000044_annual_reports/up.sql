-- The annual report of an agency (30号): what is added by hand, in versions; approvals by a second person; the report once frozen, with the
-- cases and proceedings it counted, so that the next one continues from it.
CREATE TABLE report_additions (
    agency_id uuid NOT NULL REFERENCES agencies (id),
    year      integer NOT NULL,
    version   integer NOT NULL CHECK (version > 0),
    data      text NOT NULL,
    made_by   uuid NOT NULL,
    made_at   timestamptz NOT NULL,
    PRIMARY KEY (agency_id, year, version),
    FOREIGN KEY (agency_id, made_by) REFERENCES accounts (agency_id, id)
);

CREATE TABLE report_approvals (
    agency_id   uuid NOT NULL,
    year        integer NOT NULL,
    n           integer NOT NULL CHECK (n > 0),
    additions   integer NOT NULL,
    sha256      text NOT NULL,
    approved_by uuid NOT NULL,
    approved_at timestamptz NOT NULL,
    PRIMARY KEY (agency_id, year, n),
    FOREIGN KEY (agency_id, year, additions) REFERENCES report_additions (agency_id, year, version),
    FOREIGN KEY (agency_id, approved_by) REFERENCES accounts (agency_id, id)
);

CREATE TABLE frozen_reports (
    agency_id uuid NOT NULL,
    year      integer NOT NULL,
    approval  integer NOT NULL,
    data      text NOT NULL,
    frozen_by uuid NOT NULL,
    frozen_at timestamptz NOT NULL,
    PRIMARY KEY (agency_id, year),
    FOREIGN KEY (agency_id, year, approval) REFERENCES report_approvals (agency_id, year, n),
    FOREIGN KEY (agency_id, frozen_by) REFERENCES accounts (agency_id, id)
);

-- Row 25 is carried over; any other row is the result that was published.
CREATE TABLE report_cases (
    agency_id      uuid NOT NULL,
    year           integer NOT NULL,
    case_id        uuid NOT NULL,
    entered        text NOT NULL CHECK (entered IN ('new', 'late', 'carried')),
    report_row     integer NOT NULL CHECK (report_row BETWEEN 3 AND 23 OR report_row = 25),
    applicant_kind text NOT NULL,
    PRIMARY KEY (agency_id, year, case_id),
    FOREIGN KEY (agency_id, year) REFERENCES frozen_reports (agency_id, year),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);

-- A lawsuit stands with the last of its instances that had begun.
CREATE TABLE report_proceedings (
    agency_id     uuid NOT NULL,
    year          integer NOT NULL,
    case_id       uuid NOT NULL,
    n             integer NOT NULL,
    category      text NOT NULL,
    report_column text NOT NULL,
    PRIMARY KEY (agency_id, year, case_id, n),
    FOREIGN KEY (agency_id, year) REFERENCES frozen_reports (agency_id, year),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['report_additions', 'report_approvals', 'frozen_reports', 'report_cases', 'report_proceedings'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY reads ON %I FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]))', t);
        EXECUTE format('CREATE POLICY adds ON %I FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()))', t);
        EXECUTE format('CREATE POLICY changes ON %I FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()))', t);
        EXECUTE format('CREATE POLICY removes ON %I FOR DELETE USING (agency_id = (SELECT foi_writes()))', t);
    END LOOP;
END $$;
-- Nothing of it is ever changed or removed.
GRANT SELECT, INSERT ON report_additions, report_approvals, frozen_reports, report_cases, report_proceedings TO foi_docket_service;
