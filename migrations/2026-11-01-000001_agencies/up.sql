-- Agencies (a tree), departments, accounts, roles, sessions. agency_id comes first in every key.
CREATE TABLE agencies (
    id         uuid PRIMARY KEY,
    parent_id  uuid REFERENCES agencies (id),
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL,
    CHECK (parent_id IS DISTINCT FROM id)
);
CREATE INDEX agencies_parent ON agencies (parent_id);

CREATE TABLE departments (
    agency_id uuid NOT NULL REFERENCES agencies (id),
    id        uuid NOT NULL,
    name      text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    active    boolean NOT NULL,
    PRIMARY KEY (agency_id, id),
    UNIQUE (agency_id, name)
);

CREATE TABLE accounts (
    agency_id            uuid NOT NULL REFERENCES agencies (id),
    id                   uuid NOT NULL,
    username             text NOT NULL CHECK (char_length(username) BETWEEN 1 AND 60),
    display_name         text NOT NULL CHECK (char_length(display_name) BETWEEN 1 AND 60),
    email                text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
    department_id        uuid,
    roles                text[] NOT NULL,
    password_hash        text NOT NULL,
    must_change_password boolean NOT NULL,
    active               boolean NOT NULL,
    version              integer NOT NULL CHECK (version > 0),
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, department_id) REFERENCES departments (agency_id, id)
);

-- Sign-in names are unique over all agencies; this is all that can be read before somebody is known.
CREATE TABLE sign_in_names (
    username   text PRIMARY KEY,
    agency_id  uuid NOT NULL,
    account_id uuid NOT NULL,
    FOREIGN KEY (agency_id, account_id) REFERENCES accounts (agency_id, id)
);

CREATE INDEX sign_in_names_account ON sign_in_names (account_id);

-- Head of the FOI office (政府信息公开工作机构负责人), a mark on a person with dates, and deputies.
CREATE TABLE foi_office_heads (
    agency_id  uuid NOT NULL,
    id         uuid NOT NULL,
    account_id uuid NOT NULL,
    deputy     boolean NOT NULL,
    from_on    date NOT NULL,
    until_on   date,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, account_id) REFERENCES accounts (agency_id, id),
    -- A term that is ended before it began lasts no day.
    CHECK (until_on IS NULL OR until_on >= from_on - 1)
);

-- One refresh token at a time: its successor takes its place. What is not the current one was used before.
CREATE TABLE sessions (
    agency_id    uuid NOT NULL,
    id           uuid NOT NULL,
    account_id   uuid NOT NULL,
    refresh_hash bytea NOT NULL CHECK (octet_length(refresh_hash) = 32),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, account_id) REFERENCES accounts (agency_id, id)
);
CREATE INDEX sessions_account ON sessions (agency_id, account_id);
