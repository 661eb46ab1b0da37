-- Files that applicants lodged on the city's platform (市政务公开工作平台), as it handed them over: what became of each, by its digest.
CREATE TABLE exchange_files (
    agency_id   uuid NOT NULL,
    peer_id     uuid NOT NULL,
    sha256      bytea NOT NULL CHECK (octet_length(sha256) = 32),
    size        bigint NOT NULL CHECK (size > 0),
    document_id uuid,
    code        text,
    came_at     timestamptz NOT NULL,
    PRIMARY KEY (agency_id, peer_id, sha256),
    FOREIGN KEY (agency_id, peer_id) REFERENCES exchange_peers (agency_id, id),
    FOREIGN KEY (agency_id, document_id) REFERENCES documents (agency_id, id),
    CHECK ((document_id IS NULL) <> (code IS NULL))
);
ALTER TABLE exchange_files ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON exchange_files FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]));
CREATE POLICY adds ON exchange_files FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY changes ON exchange_files FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY removes ON exchange_files FOR DELETE USING (agency_id = (SELECT foi_writes()));
GRANT SELECT, INSERT, UPDATE (document_id, code, came_at) ON exchange_files TO foi_docket_service;
