DROP INDEX cases_earlier_numbers;
ALTER TABLE cases DROP COLUMN earlier_numbers;
