-- One effect per key: written in the same statement as the step it answers.
CREATE TABLE idempotency_keys (
    agency_id   uuid NOT NULL,
    account_id  uuid NOT NULL,
    key         text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    path        text NOT NULL,
    body_digest bytea NOT NULL CHECK (octet_length(body_digest) = 32),
    resource_id uuid NOT NULL,
    version     integer NOT NULL,
    status      smallint NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (agency_id, account_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (agency_id, created_at);
