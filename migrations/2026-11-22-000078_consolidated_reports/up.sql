-- An agency with others below it makes two reports of a year: its own, and the consolidated one of all of them (Art 49(2)). The second has additions,
-- approvals, a freezing and a publication of its own; what it counts are the reports of its parts, so only an own report has cases and proceedings behind it.
ALTER TABLE report_additions ADD COLUMN consolidated boolean NOT NULL DEFAULT false;
ALTER TABLE report_approvals ADD COLUMN consolidated boolean NOT NULL DEFAULT false;
ALTER TABLE frozen_reports ADD COLUMN consolidated boolean NOT NULL DEFAULT false;
ALTER TABLE report_publications ADD COLUMN consolidated boolean NOT NULL DEFAULT false;
ALTER TABLE report_cases ADD COLUMN consolidated boolean NOT NULL DEFAULT false CHECK (NOT consolidated);
ALTER TABLE report_proceedings ADD COLUMN consolidated boolean NOT NULL DEFAULT false CHECK (NOT consolidated);

ALTER TABLE report_publications DROP CONSTRAINT report_publications_agency_id_year_fkey;
ALTER TABLE report_cases DROP CONSTRAINT report_cases_agency_id_year_fkey;
ALTER TABLE report_proceedings DROP CONSTRAINT report_proceedings_agency_id_year_fkey;
ALTER TABLE frozen_reports DROP CONSTRAINT frozen_reports_agency_id_year_approval_fkey;
ALTER TABLE report_approvals DROP CONSTRAINT report_approvals_agency_id_year_additions_fkey;

ALTER TABLE report_additions DROP CONSTRAINT report_additions_pkey, ADD PRIMARY KEY (agency_id, year, consolidated, version);
ALTER TABLE report_approvals DROP CONSTRAINT report_approvals_pkey, ADD PRIMARY KEY (agency_id, year, consolidated, n);
ALTER TABLE frozen_reports DROP CONSTRAINT frozen_reports_pkey, ADD PRIMARY KEY (agency_id, year, consolidated);
ALTER TABLE report_publications DROP CONSTRAINT report_publications_pkey, ADD PRIMARY KEY (agency_id, year, consolidated, n);

ALTER TABLE report_approvals
    ADD FOREIGN KEY (agency_id, year, consolidated, additions) REFERENCES report_additions (agency_id, year, consolidated, version);
ALTER TABLE frozen_reports
    ADD FOREIGN KEY (agency_id, year, consolidated, approval) REFERENCES report_approvals (agency_id, year, consolidated, n);
ALTER TABLE report_publications
    ADD FOREIGN KEY (agency_id, year, consolidated) REFERENCES frozen_reports (agency_id, year, consolidated);
ALTER TABLE report_cases ADD FOREIGN KEY (agency_id, year, consolidated) REFERENCES frozen_reports (agency_id, year, consolidated);
ALTER TABLE report_proceedings ADD FOREIGN KEY (agency_id, year, consolidated) REFERENCES frozen_reports (agency_id, year, consolidated);
