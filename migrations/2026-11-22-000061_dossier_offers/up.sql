-- The evidence of a proceeding is offered to its body (数据对接): up to which version of its cases it was looked at whether it can be.
ALTER TABLE exchange_inbox ADD COLUMN offered_version integer NOT NULL DEFAULT 0 CHECK (offered_version >= 0);
GRANT UPDATE (offered_version) ON exchange_inbox TO foi_docket_service;
