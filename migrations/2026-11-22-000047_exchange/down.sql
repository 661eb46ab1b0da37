DROP TABLE exchange_outbox;
DROP TABLE exchange_inbox;
DROP TABLE exchange_secrets;
DROP TABLE exchange_peers;
