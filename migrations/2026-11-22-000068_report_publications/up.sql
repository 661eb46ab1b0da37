-- When a frozen annual report was handed to the authority and published, and where (Art 49): what meets the duty of C11 and C12. Nothing of it is ever
-- changed; a later record takes the place of an earlier one.
CREATE TABLE report_publications (
    agency_id    uuid NOT NULL,
    year         integer NOT NULL,
    n            integer NOT NULL CHECK (n > 0),
    submitted_on date,
    published_on date,
    address      text,
    recorded_by  uuid NOT NULL,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (agency_id, year, n),
    FOREIGN KEY (agency_id, year) REFERENCES frozen_reports (agency_id, year),
    FOREIGN KEY (agency_id, recorded_by) REFERENCES accounts (agency_id, id),
    CHECK ((published_on IS NULL) = (address IS NULL)),
    CHECK (submitted_on IS NOT NULL OR published_on IS NOT NULL)
);
ALTER TABLE report_publications ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON report_publications FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]));
CREATE POLICY adds ON report_publications FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY changes ON report_publications FOR UPDATE
    USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY removes ON report_publications FOR DELETE USING (agency_id = (SELECT foi_writes()));
GRANT SELECT, INSERT ON report_publications TO foi_docket_service;
