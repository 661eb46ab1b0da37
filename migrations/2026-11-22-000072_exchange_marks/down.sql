DROP INDEX exchange_inbox_unoffered;
DROP INDEX exchange_inbox_untold;
DROP INDEX exchange_inbox_offer;
DROP INDEX exchange_inbox_tell;
ALTER TABLE exchange_inbox DROP COLUMN offer_at, DROP COLUMN tell_at;
