-- A session that may still be used cannot be removed, not even by a fault in the worker: only one that ended on its own.
DROP POLICY removes ON sessions;
CREATE POLICY removes ON sessions FOR DELETE USING (agency_id = (SELECT foi_writes()) AND expires_at < now());
