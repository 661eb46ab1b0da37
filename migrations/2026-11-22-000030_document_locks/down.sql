REVOKE UPDATE (document_id) ON document_keys FROM foi_docket_service;
DROP POLICY holds ON document_keys;
CREATE POLICY changes ON document_keys FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()));
