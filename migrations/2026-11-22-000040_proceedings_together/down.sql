DROP INDEX proceedings_together;
DROP INDEX proceedings_by_day;
ALTER TABLE proceedings DROP COLUMN cause;
ALTER TABLE proceedings DROP COLUMN counts;
ALTER TABLE proceedings DROP COLUMN proceeding_id;
