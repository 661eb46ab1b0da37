-- Whoever names a document holds its key until the naming is written, and whoever shreds it does, too: locking a row asks for the right to
-- change it. No row can be changed by it: what a change would write passes no check.
DROP POLICY changes ON document_keys;
CREATE POLICY holds ON document_keys FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (false);
GRANT UPDATE (document_id) ON document_keys TO foi_docket_service;
