ALTER TABLE duties DROP COLUMN operation;
