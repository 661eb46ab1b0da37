DROP INDEX sessions_expiry;
REVOKE DELETE ON sessions FROM foi_docket_service;
