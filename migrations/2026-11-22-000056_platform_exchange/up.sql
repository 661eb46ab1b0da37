-- The city's platform for applications (市政务公开工作平台) is a neighbour under a contract of its own. It is told of every case that moves: up to
-- which place of the whole trail the agency's cases were looked at for it.
ALTER TABLE exchange_peers DROP CONSTRAINT exchange_peers_contract_check;
ALTER TABLE exchange_peers ADD CONSTRAINT exchange_peers_contract_check CHECK (contract IN ('reconsideration', 'platform'));
ALTER TABLE exchange_peers ADD COLUMN told_position bigint NOT NULL DEFAULT 0 CHECK (told_position >= 0);
GRANT UPDATE (told_position) ON exchange_peers TO foi_docket_service;
