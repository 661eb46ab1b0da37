DROP INDEX documents_of_letters;
ALTER TABLE documents DROP COLUMN letter_id;
DROP TABLE letter_template_editions;
