ALTER TABLE exchange_inbox DROP COLUMN offered_version;
