-- Inspections of dossiers by an authority (Art 46, 47): what was drawn by which seed, and how each dossier was scored. The inspector's.
CREATE TABLE inspections (
    agency_id    uuid NOT NULL REFERENCES agencies (id),
    id           uuid NOT NULL,
    data         text NOT NULL,
    drawn_by     uuid NOT NULL,
    drawn_at     timestamptz NOT NULL,
    result       text,
    concluded_by uuid,
    concluded_at timestamptz,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, drawn_by) REFERENCES accounts (agency_id, id),
    FOREIGN KEY (agency_id, concluded_by) REFERENCES accounts (agency_id, id),
    CHECK ((result IS NULL) = (concluded_by IS NULL)),
    CHECK ((result IS NULL) = (concluded_at IS NULL))
);

-- The scores of one dossier; scored anew, a row takes the place of the one before.
CREATE TABLE inspection_scores (
    agency_id     uuid NOT NULL,
    inspection_id uuid NOT NULL,
    n             integer NOT NULL CHECK (n > 0),
    data          text NOT NULL,
    scored_by     uuid NOT NULL,
    scored_at     timestamptz NOT NULL,
    PRIMARY KEY (agency_id, inspection_id, n),
    FOREIGN KEY (agency_id, inspection_id) REFERENCES inspections (agency_id, id),
    FOREIGN KEY (agency_id, scored_by) REFERENCES accounts (agency_id, id)
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['inspections', 'inspection_scores'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY reads ON %I FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]))', t);
        EXECUTE format('CREATE POLICY adds ON %I FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()))', t);
        EXECUTE format('CREATE POLICY changes ON %I FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()))', t);
        EXECUTE format('CREATE POLICY removes ON %I FOR DELETE USING (agency_id = (SELECT foi_writes()))', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE (result, concluded_by, concluded_at) ON inspections TO foi_docket_service;
GRANT SELECT, INSERT, UPDATE (data, scored_by, scored_at) ON inspection_scores TO foi_docket_service;
