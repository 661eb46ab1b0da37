-- Letters from the authority above to an agency (Art 47): kept as the receiver's, added by a superior that reads it, concluded by the sender.
CREATE TABLE supervision_letters (
    agency_id    uuid NOT NULL REFERENCES agencies (id),
    id           uuid NOT NULL,
    from_agency  uuid NOT NULL REFERENCES agencies (id),
    kind         text NOT NULL,
    case_id      uuid,
    follows      uuid,
    subject      text NOT NULL,
    words        text NOT NULL,
    due_on       date,
    sent_by      uuid NOT NULL,
    sent_at      timestamptz NOT NULL,
    noted_by     uuid,
    noted_at     timestamptz,
    answer       text,
    answered_by  uuid,
    answered_at  timestamptz,
    accepted     boolean,
    remark       text,
    concluded_by uuid,
    concluded_at timestamptz,
    PRIMARY KEY (agency_id, id),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id),
    FOREIGN KEY (agency_id, follows) REFERENCES supervision_letters (agency_id, id),
    FOREIGN KEY (from_agency, sent_by) REFERENCES accounts (agency_id, id),
    FOREIGN KEY (agency_id, noted_by) REFERENCES accounts (agency_id, id),
    FOREIGN KEY (agency_id, answered_by) REFERENCES accounts (agency_id, id),
    FOREIGN KEY (from_agency, concluded_by) REFERENCES accounts (agency_id, id),
    CHECK (from_agency <> agency_id),
    CHECK ((noted_by IS NULL) = (noted_at IS NULL)),
    CHECK ((answered_by IS NULL) = (answered_at IS NULL)),
    CHECK ((answered_by IS NULL) = (answer IS NULL)),
    CHECK ((concluded_by IS NULL) = (concluded_at IS NULL)),
    CHECK ((concluded_by IS NULL) = (accepted IS NULL)),
    CHECK (concluded_by IS NULL OR answered_by IS NOT NULL)
);
CREATE INDEX supervision_letters_sent ON supervision_letters (from_agency, sent_at);
ALTER TABLE supervision_letters ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON supervision_letters FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]));
CREATE POLICY adds ON supervision_letters FOR INSERT
    WITH CHECK (from_agency = (SELECT foi_writes()) AND agency_id = ANY ((SELECT foi_reads())::uuid[]));
CREATE POLICY changes ON supervision_letters FOR UPDATE
    USING ((SELECT foi_writes()) IN (agency_id, from_agency)) WITH CHECK ((SELECT foi_writes()) IN (agency_id, from_agency));
CREATE POLICY removes ON supervision_letters FOR DELETE USING (agency_id = (SELECT foi_writes()));
GRANT SELECT, INSERT,
    UPDATE (noted_by, noted_at, answer, answered_by, answered_at, accepted, remark, concluded_by, concluded_at)
    ON supervision_letters TO foi_docket_service;
