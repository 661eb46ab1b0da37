-- The role every serving connection has: INSERT and SELECT on events, nothing more; rows of its scope only.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'foi_docket_service') THEN
        CREATE ROLE foi_docket_service NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

-- The scope of a connection: reads own and subordinate agencies, writes the own only.
CREATE FUNCTION foi_reads() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT string_to_array(nullif(current_setting('foi.reads', true), ''), ',')::uuid[] $$;
CREATE FUNCTION foi_writes() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT nullif(current_setting('foi.writes', true), '')::uuid $$;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY[
        'departments', 'accounts', 'foi_office_heads', 'sessions', 'events', 'pending_events', 'event_positions', 'sequencers', 'agency_streams',
        'cases', 'duties', 'deliveries', 'proceedings', 'results', 'external_references', 'counters', 'case_keys', 'case_texts',
        'applicant_index', 'documents', 'document_keys', 'settings_editions', 'outbox', 'reminders', 'sweeps', 'idempotency_keys'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY reads ON %I FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]))', t);
        EXECUTE format('CREATE POLICY adds ON %I FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()))', t);
        EXECUTE format('CREATE POLICY changes ON %I FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()))', t);
        EXECUTE format('CREATE POLICY removes ON %I FOR DELETE USING (agency_id = (SELECT foi_writes()))', t);
    END LOOP;
END $$;

GRANT USAGE ON SCHEMA public TO foi_docket_service;
GRANT SELECT ON agencies, calendar_editions TO foi_docket_service;
GRANT SELECT, INSERT ON case_keys, document_keys, events, event_positions, settings_editions, documents, reminders, sign_in_names, case_texts TO foi_docket_service;
GRANT SELECT, INSERT, DELETE ON pending_events, applicant_index, external_references TO foi_docket_service;
GRANT SELECT, INSERT, UPDATE ON sequencers, agency_streams, cases, counters, departments, accounts, foi_office_heads, sessions, outbox, sweeps
    TO foi_docket_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON duties, deliveries, proceedings, results TO foi_docket_service;
GRANT SELECT, INSERT, DELETE ON idempotency_keys TO foi_docket_service;
GRANT SELECT ON __diesel_schema_migrations TO foi_docket_service;
