-- The dates under which a frozen report counted its cases and proceedings, whatever is amended afterwards; none in reports frozen before.
ALTER TABLE report_cases ADD COLUMN received_on date, ADD COLUMN counted_on date;
ALTER TABLE report_cases ADD CHECK (counted_on IS NULL OR report_row <> 25);
ALTER TABLE report_proceedings ADD COLUMN decided_on date;
