DROP INDEX exchange_outbox_offers;
ALTER TABLE exchange_peers DROP COLUMN former_names;
ALTER TABLE exchange_inbox DROP COLUMN settled_at, DROP COLUMN cause;
