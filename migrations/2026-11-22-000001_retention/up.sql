-- The workers remove sessions that ended on their own, agency by agency; the policy for removing is that of the first migrations.
GRANT DELETE ON sessions TO foi_docket_service;
CREATE INDEX sessions_expiry ON sessions (agency_id, expires_at);
