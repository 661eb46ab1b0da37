-- Exchange with neighbours (数据对接): who they are, what came from them, what goes to them. The account of a neighbour has the same id; what a
-- message causes in a case is entered by it.
CREATE TABLE exchange_peers (
    agency_id     uuid NOT NULL REFERENCES agencies (id),
    id            uuid NOT NULL,
    contract      text NOT NULL CHECK (contract IN ('reconsideration')),
    name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    push_url      text CHECK (char_length(push_url) BETWEEN 1 AND 500),
    pushes        boolean NOT NULL,
    active        boolean NOT NULL,
    version       integer NOT NULL CHECK (version > 0),
    last_position bigint NOT NULL CHECK (last_position >= 0),
    -- The key of its secrets, under the master key.
    wrapped       bytea NOT NULL,
    PRIMARY KEY (agency_id, id),
    UNIQUE (agency_id, name),
    FOREIGN KEY (agency_id, id) REFERENCES accounts (agency_id, id),
    CHECK (push_url IS NOT NULL OR NOT pushes)
);

-- One generation of secrets after the other; two are good while one follows the other.
CREATE TABLE exchange_secrets (
    agency_id    uuid NOT NULL,
    peer_id      uuid NOT NULL,
    n            integer NOT NULL CHECK (n > 0),
    sealed       bytea NOT NULL,
    token_sha256 bytea NOT NULL CHECK (octet_length(token_sha256) = 32),
    made_at      timestamptz NOT NULL,
    until        timestamptz,
    PRIMARY KEY (agency_id, peer_id, n),
    FOREIGN KEY (agency_id, peer_id) REFERENCES exchange_peers (agency_id, id)
);

-- What came in. A message has its id for ever; its words go with the dossier they belong to.
CREATE TABLE exchange_inbox (
    agency_id    uuid NOT NULL,
    id           uuid NOT NULL,
    peer_id      uuid NOT NULL,
    sort         text NOT NULL,
    number       text NOT NULL,
    sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
    wrapped      bytea,
    sealed       bytea,
    sent_at      timestamptz NOT NULL,
    received_at  timestamptz NOT NULL,
    skewed       boolean NOT NULL,
    state        text NOT NULL CHECK (state IN ('received', 'waiting', 'refused', 'applied', 'by_hand', 'dismissed')),
    code         text,
    case_id      uuid,
    proceeding   integer CHECK (proceeding > 0),
    settled_by   uuid,
    -- The version of the case up to which the sender was told of it.
    told_version integer NOT NULL DEFAULT 0,
    attempts     integer NOT NULL DEFAULT 0,
    next_at      timestamptz NOT NULL,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, peer_id) REFERENCES exchange_peers (agency_id, id),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id),
    CHECK ((wrapped IS NULL) = (sealed IS NULL)),
    CHECK ((state IN ('waiting', 'refused', 'dismissed')) = (code IS NOT NULL)),
    CHECK (state NOT IN ('applied', 'by_hand') OR case_id IS NOT NULL)
);
CREATE INDEX exchange_inbox_open ON exchange_inbox (agency_id, next_at) WHERE state IN ('received', 'waiting');
CREATE INDEX exchange_inbox_queue ON exchange_inbox (agency_id, state, received_at, id);
CREATE INDEX exchange_inbox_case ON exchange_inbox (agency_id, case_id);

-- What goes out. Positions have no gaps, so that whoever polls misses nothing.
CREATE TABLE exchange_outbox (
    agency_id    uuid NOT NULL,
    id           uuid NOT NULL,
    peer_id      uuid NOT NULL,
    position     bigint NOT NULL CHECK (position > 0),
    sort         text NOT NULL,
    dedup_key    text NOT NULL,
    case_id      uuid,
    proceeding   integer CHECK (proceeding > 0),
    sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
    wrapped      bytea,
    sealed       bytea,
    created_at   timestamptz NOT NULL,
    state        text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts     integer NOT NULL DEFAULT 0,
    next_at      timestamptz NOT NULL,
    lease_token  uuid,
    lease_until  timestamptz,
    delivered_at timestamptz,
    last_error   text,
    PRIMARY KEY (agency_id, id),
    UNIQUE (agency_id, peer_id, position),
    UNIQUE (agency_id, peer_id, dedup_key),
    FOREIGN KEY (agency_id, peer_id) REFERENCES exchange_peers (agency_id, id),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id),
    CHECK ((wrapped IS NULL) = (sealed IS NULL)),
    CHECK ((state = 'delivered') = (delivered_at IS NOT NULL))
);
CREATE INDEX exchange_outbox_due ON exchange_outbox (agency_id, peer_id, next_at) WHERE state = 'waiting';
CREATE INDEX exchange_outbox_case ON exchange_outbox (agency_id, case_id);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['exchange_peers', 'exchange_secrets', 'exchange_inbox', 'exchange_outbox'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY reads ON %I FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]))', t);
        EXECUTE format('CREATE POLICY adds ON %I FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()))', t);
        EXECUTE format('CREATE POLICY changes ON %I FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()))', t);
        EXECUTE format('CREATE POLICY removes ON %I FOR DELETE USING (agency_id = (SELECT foi_writes()))', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE (name, push_url, pushes, active, version, last_position) ON exchange_peers TO foi_docket_service;
GRANT SELECT, INSERT, UPDATE (until) ON exchange_secrets TO foi_docket_service;
GRANT SELECT, INSERT, UPDATE (wrapped, sealed, state, code, case_id, proceeding, settled_by, told_version, attempts, next_at)
    ON exchange_inbox TO foi_docket_service;
GRANT SELECT, INSERT, UPDATE (wrapped, sealed, state, attempts, next_at, lease_token, lease_until, delivered_at, last_error)
    ON exchange_outbox TO foi_docket_service;
