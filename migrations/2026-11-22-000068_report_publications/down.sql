DROP TABLE report_publications;
