-- Mail that must go out. The unique key makes a sweep that runs twice harmless.
CREATE TABLE outbox (
    agency_id    uuid NOT NULL REFERENCES agencies (id),
    id           uuid NOT NULL,
    dedup_key    text NOT NULL,
    recipient_id uuid NOT NULL,
    to_name      text NOT NULL,
    to_address   text NOT NULL,
    subject      text NOT NULL,
    body         text NOT NULL,
    message_id   text NOT NULL,
    created_at   timestamptz NOT NULL,
    state        text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'resolved')),
    attempts     integer NOT NULL CHECK (attempts >= 0),
    next_at      timestamptz NOT NULL,
    lease_token  uuid,
    lease_until  timestamptz,
    sent_at      timestamptz,
    last_error   text,
    resolution   text,
    PRIMARY KEY (agency_id, id),
    UNIQUE (agency_id, dedup_key)
);
CREATE INDEX outbox_waiting ON outbox (agency_id, next_at) WHERE state = 'waiting';
CREATE INDEX outbox_failed ON outbox (agency_id, created_at) WHERE state = 'failed';

-- Which reminders a mail carried: duty, due date, offset, recipient. A reminder is in exactly one mail.
CREATE TABLE reminders (
    agency_id    uuid NOT NULL,
    case_id      uuid NOT NULL,
    duty_kind    text NOT NULL,
    duty_ordinal integer NOT NULL,
    due_on       date NOT NULL,
    offset_days  integer NOT NULL,
    recipient_id uuid NOT NULL,
    outbox_id    uuid NOT NULL,
    PRIMARY KEY (agency_id, case_id, duty_kind, duty_ordinal, due_on, offset_days, recipient_id),
    FOREIGN KEY (agency_id, outbox_id) REFERENCES outbox (agency_id, id)
);
CREATE INDEX reminders_of_mail ON reminders (agency_id, outbox_id);

-- The last day a sweep was finished, so that a standstill is made good in one digest.
CREATE TABLE sweeps (
    agency_id uuid NOT NULL REFERENCES agencies (id),
    task      text NOT NULL,
    done_on   date NOT NULL,
    PRIMARY KEY (agency_id, task)
);
