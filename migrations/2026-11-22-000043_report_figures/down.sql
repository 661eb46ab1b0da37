DROP TABLE fee_items;
ALTER TABLE proceedings DROP COLUMN instance, DROP COLUMN route, DROP COLUMN follows, DROP COLUMN began_on, DROP COLUMN own_column,
    DROP COLUMN chain;
DROP INDEX results_by_receipt;
ALTER TABLE results DROP CONSTRAINT results_answered;
DELETE FROM results WHERE counted_on IS NULL;
ALTER TABLE results ALTER COLUMN counted_on SET NOT NULL;
ALTER TABLE results ALTER COLUMN report_row SET NOT NULL;
ALTER TABLE results DROP COLUMN received_on, DROP COLUMN working_days, DROP COLUMN stops, DROP COLUMN extensions;
