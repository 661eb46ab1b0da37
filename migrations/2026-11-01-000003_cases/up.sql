-- One row a case: the fold as one jsonb, and typed columns that are projections of it for lists and constraints.
CREATE TABLE cases (
    agency_id       uuid NOT NULL REFERENCES agencies (id),
    id              uuid NOT NULL,
    version         integer NOT NULL CHECK (version > 0),
    head_hash       text NOT NULL,
    changed_at      timestamptz NOT NULL,
    fold_version    integer NOT NULL,
    state           jsonb NOT NULL,
    stage           text NOT NULL,
    channel         text NOT NULL,
    applicant_kind  text NOT NULL,
    arrived_on      date NOT NULL,
    received_on     date,
    case_number     text,
    registered_on   date,
    due_on          date,
    provisional     boolean NOT NULL,
    outcome         text,
    department_id   uuid,
    handler_id      uuid,
    document_number text,
    dispatched_on   date,
    closed_on       date,
    archived_on     date,
    archive_number  text,
    PRIMARY KEY (agency_id, id),
    UNIQUE (agency_id, case_number),
    UNIQUE (agency_id, document_number),
    CONSTRAINT cases_archive_number UNIQUE (agency_id, archive_number),
    CHECK ((stage = 'awaiting_confirmation') <= (received_on IS NULL)),
    CHECK ((case_number IS NULL) = (registered_on IS NULL)),
    CHECK (stage IN ('awaiting_confirmation', 'received', 'voided') OR case_number IS NOT NULL)
);
CREATE INDEX cases_by_due ON cases (agency_id, due_on, id);
CREATE INDEX cases_by_receipt ON cases (agency_id, received_on, id);
CREATE INDEX cases_by_arrival ON cases (agency_id, arrived_on, id);
CREATE INDEX cases_by_handler ON cases (agency_id, handler_id, due_on, id);

-- Derived by pure functions of the case, written by the journal, never read back into the fold.
CREATE TABLE duties (
    agency_id     uuid NOT NULL,
    case_id       uuid NOT NULL,
    kind          text NOT NULL,
    ordinal       integer NOT NULL,
    owed_by       text NOT NULL,
    article       text NOT NULL,
    basis         text NOT NULL,
    from_on       date NOT NULL,
    due_on        date NOT NULL,
    provisional   boolean NOT NULL,
    met_on        date,
    open          boolean NOT NULL,
    department_id uuid,
    handler_id    uuid,
    case_number   text,
    PRIMARY KEY (agency_id, case_id, kind, ordinal),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE INDEX duties_open ON duties (agency_id, due_on, case_id, kind, ordinal) WHERE open;
CREATE INDEX duties_of_handler ON duties (agency_id, handler_id, due_on, case_id, kind, ordinal) WHERE open;

CREATE TABLE deliveries (
    agency_id       uuid NOT NULL,
    case_id         uuid NOT NULL,
    n               integer NOT NULL,
    letter          text NOT NULL,
    method          text NOT NULL,
    tracking_number text,
    sent_on         date NOT NULL,
    served_on       date,
    state           text NOT NULL,
    batch_id        uuid,
    PRIMARY KEY (agency_id, case_id, n),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE UNIQUE INDEX deliveries_tracking ON deliveries (agency_id, tracking_number);
CREATE INDEX deliveries_of_batch ON deliveries (agency_id, batch_id) WHERE batch_id IS NOT NULL;

CREATE TABLE proceedings (
    agency_id   uuid NOT NULL,
    case_id     uuid NOT NULL,
    n           integer NOT NULL,
    kind        text NOT NULL,
    body        text NOT NULL,
    case_number text,
    received_on date NOT NULL,
    outcome     text,
    report_column text NOT NULL,
    decided_on  date,
    PRIMARY KEY (agency_id, case_id, n),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);

CREATE TABLE results (
    agency_id      uuid NOT NULL,
    case_id        uuid NOT NULL,
    counted_on     date NOT NULL,
    report_row     integer NOT NULL CHECK (report_row BETWEEN 3 AND 23),
    applicant_kind text NOT NULL,
    PRIMARY KEY (agency_id, case_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE INDEX results_by_day ON results (agency_id, counted_on);

CREATE TABLE external_references (
    agency_id uuid NOT NULL,
    system    text NOT NULL,
    reference text NOT NULL,
    case_id   uuid NOT NULL,
    PRIMARY KEY (agency_id, system, reference),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE INDEX external_references_of_case ON external_references (agency_id, case_id);

-- Gap-free numbers: one row per agency, kind and year, drawn inside the transaction of the step.
CREATE TABLE counters (
    agency_id uuid NOT NULL REFERENCES agencies (id),
    kind      text NOT NULL,
    year      integer NOT NULL,
    last      integer NOT NULL CHECK (last >= 0),
    PRIMARY KEY (agency_id, kind, year)
);
