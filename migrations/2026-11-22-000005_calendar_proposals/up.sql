-- A correction of a year whose notice is loaded moves dates, so it waits for a second person. National like the editions it becomes part of.
CREATE TABLE calendar_proposals (
    id          uuid PRIMARY KEY,
    proposed_by uuid,
    proposed_at timestamptz NOT NULL,
    sha256      bytea NOT NULL CHECK (octet_length(sha256) = 32),
    data        text NOT NULL,
    state       text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'approved', 'rejected')),
    decided_by  uuid,
    decided_at  timestamptz,
    reason      text,
    edition     integer REFERENCES calendar_editions (edition),
    CHECK ((state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (decided_by IS DISTINCT FROM proposed_by OR decided_by IS NULL),
    CHECK ((state = 'approved') = (edition IS NOT NULL)),
    CHECK (state <> 'rejected' OR reason IS NOT NULL)
);

-- What was proposed is never changed; only the decision is added.
GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, reason, edition) ON calendar_proposals TO foi_docket_service;
