-- Personal data and private texts under a key per case; destroying the key row shreds the case.
CREATE TABLE case_keys (
    agency_id uuid NOT NULL,
    case_id   uuid NOT NULL,
    wrapped   bytea NOT NULL,
    PRIMARY KEY (agency_id, case_id)
);

CREATE TABLE case_texts (
    agency_id uuid NOT NULL,
    case_id   uuid NOT NULL,
    id        uuid NOT NULL,
    sealed    bytea NOT NULL,
    PRIMARY KEY (agency_id, case_id, id)
);

-- A keyed blind index finds the same person, document number, telephone or address again.
CREATE TABLE applicant_index (
    agency_id uuid NOT NULL,
    kind      text NOT NULL,
    blind     bytea NOT NULL CHECK (octet_length(blind) = 32),
    case_id   uuid NOT NULL,
    PRIMARY KEY (agency_id, kind, blind, case_id)
);
CREATE INDEX applicant_index_case ON applicant_index (agency_id, case_id);

-- Documents by digest; the bytes lie encrypted in the object store.
CREATE TABLE documents (
    agency_id   uuid NOT NULL REFERENCES agencies (id),
    id          uuid NOT NULL,
    sha256      bytea NOT NULL CHECK (octet_length(sha256) = 32),
    size        bigint NOT NULL CHECK (size > 0),
    media_type  text NOT NULL,
    uploaded_by uuid NOT NULL,
    uploaded_at timestamptz NOT NULL,
    PRIMARY KEY (agency_id, id)
);

-- The key of a document's bytes; destroying it shreds the document.
CREATE TABLE document_keys (
    agency_id   uuid NOT NULL,
    document_id uuid NOT NULL,
    wrapped     bytea NOT NULL,
    PRIMARY KEY (agency_id, document_id)
);
