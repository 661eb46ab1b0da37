ALTER TABLE exchange_peers DROP COLUMN told_position;
ALTER TABLE exchange_peers DROP CONSTRAINT exchange_peers_contract_check;
ALTER TABLE exchange_peers ADD CONSTRAINT exchange_peers_contract_check CHECK (contract IN ('reconsideration'));
