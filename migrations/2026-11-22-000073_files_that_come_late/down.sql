ALTER TABLE cases DROP COLUMN missing_files;
