-- What a clerk said of a message that still waits holds until it is settled: the cause of a correction beside the case. The words of what was dismissed
-- are kept by the day of the dismissal, and the files that came with it go with them.
ALTER TABLE exchange_inbox ADD COLUMN cause text, ADD COLUMN settled_at timestamptz;
-- Of what was dismissed before this, the last try stands nearest to the dismissal, and never before it.
UPDATE exchange_inbox SET settled_at = greatest(received_at, next_at) WHERE state = 'dismissed';
GRANT UPDATE (cause, settled_at) ON exchange_inbox TO foi_docket_service;
-- A neighbour that is called otherwise stays the body of what it opened under its earlier names, and what it sent under them still comes in.
ALTER TABLE exchange_peers ADD COLUMN former_names text[] NOT NULL DEFAULT '{}';
GRANT UPDATE (former_names) ON exchange_peers TO foi_docket_service;
-- A package is fetched by its digest, with which the key of its offer ends.
CREATE INDEX exchange_outbox_offers ON exchange_outbox (agency_id, peer_id, "right"(dedup_key, 64)) WHERE sort = 'dossier';
