DROP TABLE report_proceedings;
DROP TABLE report_cases;
DROP TABLE frozen_reports;
DROP TABLE report_approvals;
DROP TABLE report_additions;
