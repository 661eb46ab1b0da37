-- What the annual report and the statistics count. A case counts from its registration on, answered or not; its rows are written anew by
-- the refold that follows. How much of the reply period was used, how often it stopped, how often it was extended.
ALTER TABLE results ALTER COLUMN counted_on DROP NOT NULL;
ALTER TABLE results ALTER COLUMN report_row DROP NOT NULL;
ALTER TABLE results ADD COLUMN received_on date;
UPDATE results r SET received_on = c.received_on FROM cases c WHERE c.agency_id = r.agency_id AND c.id = r.case_id;
ALTER TABLE results ALTER COLUMN received_on SET NOT NULL;
ALTER TABLE results ADD COLUMN working_days integer;
ALTER TABLE results ADD COLUMN stops integer NOT NULL DEFAULT 0;
ALTER TABLE results ADD COLUMN extensions integer NOT NULL DEFAULT 0;
ALTER TABLE results ALTER COLUMN stops DROP DEFAULT;
ALTER TABLE results ALTER COLUMN extensions DROP DEFAULT;
-- The due date of the round whose reply counts, and on which grounds that reply withheld: a round that a body or court ordered has dates of its own.
ALTER TABLE results ADD COLUMN due_on date;
ALTER TABLE results ADD COLUMN grounds text[] NOT NULL DEFAULT '{}';
ALTER TABLE results ALTER COLUMN grounds DROP DEFAULT;
ALTER TABLE results ADD CONSTRAINT results_answered CHECK ((counted_on IS NULL) = (report_row IS NULL));
CREATE INDEX results_by_receipt ON results (agency_id, received_on);

-- One row an instance. `chain` is the number of the first instance of a lawsuit, which is one case through all of them.
ALTER TABLE proceedings ADD COLUMN instance text;
ALTER TABLE proceedings ADD COLUMN route text;
ALTER TABLE proceedings ADD COLUMN follows integer;
ALTER TABLE proceedings ADD COLUMN began_on date;
UPDATE proceedings SET began_on = received_on;
ALTER TABLE proceedings ALTER COLUMN began_on SET NOT NULL;
ALTER TABLE proceedings ADD COLUMN own_column text;
ALTER TABLE proceedings ADD COLUMN chain integer;
UPDATE proceedings SET chain = n;
ALTER TABLE proceedings ALTER COLUMN chain SET NOT NULL;
-- The grounds of the reply that it challenges.
ALTER TABLE proceedings ADD COLUMN grounds text[] NOT NULL DEFAULT '{}';
ALTER TABLE proceedings ALTER COLUMN grounds DROP DEFAULT;

-- Items of the reply that stands, and of the one that counts in table three, which may be another: it stays when the dossier is disposed of.
ALTER TABLE reply_items ADD COLUMN stands boolean NOT NULL DEFAULT true;
ALTER TABLE reply_items ADD COLUMN counts boolean NOT NULL DEFAULT true;
ALTER TABLE reply_items ALTER COLUMN stands DROP DEFAULT;
ALTER TABLE reply_items ALTER COLUMN counts DROP DEFAULT;

-- Fee notices that were sent (payment 0) and payments, in yuan.
CREATE TABLE fee_items (
    agency_id uuid NOT NULL,
    case_id   uuid NOT NULL,
    n         integer NOT NULL,
    payment   integer NOT NULL CHECK (payment >= 0),
    dated_on  date NOT NULL,
    amount    integer NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (agency_id, case_id, n, payment),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
);
CREATE INDEX fee_items_by_day ON fee_items (agency_id, dated_on);
ALTER TABLE fee_items ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON fee_items FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]));
CREATE POLICY adds ON fee_items FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY changes ON fee_items FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY removes ON fee_items FOR DELETE USING (agency_id = (SELECT foi_writes()));
GRANT SELECT, INSERT, UPDATE, DELETE ON fee_items TO foi_docket_service;
