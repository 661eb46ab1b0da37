-- Immutable editions of calendars (national) and settings (an agency's). A case pins the ones it rests on.
CREATE TABLE calendar_editions (
    edition   integer PRIMARY KEY CHECK (edition > 0),
    sha256    bytea NOT NULL UNIQUE CHECK (octet_length(sha256) = 32),
    loaded_at timestamptz NOT NULL,
    data      text NOT NULL
);

CREATE TABLE settings_editions (
    agency_id uuid NOT NULL REFERENCES agencies (id),
    edition   integer NOT NULL CHECK (edition > 0),
    made_at   timestamptz NOT NULL,
    data      jsonb NOT NULL,
    PRIMARY KEY (agency_id, edition)
);

CREATE TRIGGER calendar_editions_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON calendar_editions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settings_editions_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON settings_editions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
