-- Posts beside the roles: heads of departments, and deputies of approvers and heads, each with dates. Follow from the agency's stream.
CREATE TABLE posts (
    agency_id     uuid NOT NULL REFERENCES agencies (id),
    id            uuid NOT NULL,
    kind          text NOT NULL,
    account_id    uuid NOT NULL,
    department_id uuid,
    principal_id  uuid,
    from_on       date NOT NULL,
    until_on      date,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, account_id) REFERENCES accounts (agency_id, id),
    FOREIGN KEY (agency_id, department_id) REFERENCES departments (agency_id, id),
    FOREIGN KEY (agency_id, principal_id) REFERENCES accounts (agency_id, id)
);

-- Unredacted originals of what drafts give, and who drafted with them: who else may read them is told by role.
CREATE TABLE sealed_documents (
    agency_id   uuid NOT NULL,
    case_id     uuid NOT NULL,
    document_id uuid NOT NULL,
    drafter_id  uuid NOT NULL,
    draft       integer NOT NULL,
    PRIMARY KEY (agency_id, case_id, document_id, drafter_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE INDEX sealed_documents_of_document ON sealed_documents (agency_id, document_id);

-- Items of the replies that stand: what was given or withheld, and what the publication review made of it.
CREATE TABLE reply_items (
    agency_id    uuid NOT NULL,
    case_id      uuid NOT NULL,
    reply        integer NOT NULL,
    n            integer NOT NULL,
    kind         text NOT NULL,
    gives        boolean NOT NULL,
    withholds    boolean NOT NULL,
    grounds      text[] NOT NULL,
    issued_on    date NOT NULL,
    review       integer,
    result       text,
    topic        text,
    reviewed_on  date,
    published_on date,
    PRIMARY KEY (agency_id, case_id, reply, n),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE INDEX reply_items_given ON reply_items (agency_id, issued_on, case_id, reply, n) WHERE gives;
CREATE INDEX reply_items_withheld ON reply_items (agency_id, (coalesce(reviewed_on, issued_on)), case_id, reply, n) WHERE withholds;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['posts', 'sealed_documents', 'reply_items'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY reads ON %I FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]))', t);
        EXECUTE format('CREATE POLICY adds ON %I FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()))', t);
        EXECUTE format('CREATE POLICY changes ON %I FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()))', t);
        EXECUTE format('CREATE POLICY removes ON %I FOR DELETE USING (agency_id = (SELECT foi_writes()))', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON posts TO foi_docket_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON sealed_documents, reply_items TO foi_docket_service;
