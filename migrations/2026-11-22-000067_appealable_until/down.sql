ALTER TABLE proceedings DROP COLUMN appealable_until;
