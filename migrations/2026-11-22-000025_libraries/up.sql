-- What an agency has agreed on beforehand: answers, a negative list, local rules, in editions proposed by one person and approved by another.
CREATE TABLE library_editions (
    agency_id   uuid NOT NULL REFERENCES agencies (id),
    entry_id    uuid NOT NULL,
    edition     integer NOT NULL CHECK (edition > 0),
    shelf       text NOT NULL,
    data        text NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    state       text NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected')),
    decided_by  uuid,
    decided_at  timestamptz,
    reason      text,
    PRIMARY KEY (agency_id, entry_id, edition),
    FOREIGN KEY (agency_id, proposed_by) REFERENCES accounts (agency_id, id),
    FOREIGN KEY (agency_id, decided_by) REFERENCES accounts (agency_id, id),
    CHECK ((state = 'proposed') = (decided_by IS NULL)),
    CHECK ((state = 'proposed') = (decided_at IS NULL)),
    CHECK (decided_by <> proposed_by)
);
CREATE UNIQUE INDEX library_editions_one_proposal ON library_editions (agency_id, entry_id) WHERE state = 'proposed';
CREATE INDEX library_editions_of_shelf ON library_editions (agency_id, shelf);

-- Where entries were used: items of replies.
CREATE TABLE library_uses (
    agency_id uuid NOT NULL,
    case_id   uuid NOT NULL,
    reply     integer NOT NULL,
    n         integer NOT NULL,
    entry_id  uuid NOT NULL,
    edition   integer NOT NULL,
    departs   boolean NOT NULL,
    issued_on date NOT NULL,
    PRIMARY KEY (agency_id, case_id, reply, n, entry_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE INDEX library_uses_of_entry ON library_uses (agency_id, entry_id, issued_on, case_id, reply, n);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['library_editions', 'library_uses'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY reads ON %I FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]))', t);
        EXECUTE format('CREATE POLICY adds ON %I FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()))', t);
        EXECUTE format('CREATE POLICY changes ON %I FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()))', t);
        EXECUTE format('CREATE POLICY removes ON %I FOR DELETE USING (agency_id = (SELECT foi_writes()))', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, reason) ON library_editions TO foi_docket_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON library_uses TO foi_docket_service;
