-- The trail: the only truth. Bodies are the exact bytes that were hashed.
CREATE TABLE events (
    agency_id   uuid NOT NULL REFERENCES agencies (id),
    stream_id   uuid NOT NULL,
    seq         integer NOT NULL CHECK (seq > 0),
    kind        text NOT NULL,
    recorded_at timestamptz NOT NULL,
    body        text NOT NULL CHECK (octet_length(body) <= 65536),
    hash        bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (agency_id, stream_id, seq)
);

-- Written together with each event; the sequencer takes what is committed and numbers it.
CREATE TABLE pending_events (
    agency_id   uuid NOT NULL,
    stream_id   uuid NOT NULL,
    seq         integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (agency_id, stream_id, seq)
);

-- The place of an event in the whole trail of its agency, without gaps.
CREATE TABLE event_positions (
    agency_id uuid NOT NULL,
    position  bigint NOT NULL CHECK (position > 0),
    stream_id uuid NOT NULL,
    seq       integer NOT NULL,
    PRIMARY KEY (agency_id, position),
    UNIQUE (agency_id, stream_id, seq)
);

CREATE TABLE sequencers (
    agency_id     uuid PRIMARY KEY REFERENCES agencies (id),
    last_position bigint NOT NULL CHECK (last_position >= 0)
);

-- Head of an agency's own stream (settings, accounts, exports); a case's head stands in its row.
CREATE TABLE agency_streams (
    agency_id   uuid PRIMARY KEY REFERENCES agencies (id),
    seq         integer NOT NULL CHECK (seq >= 0),
    recorded_at timestamptz NOT NULL,
    head_hash   text NOT NULL
);

-- A guard behind the grants: nobody changes or removes an event through SQL by mistake.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the trail is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_positions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event_positions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
