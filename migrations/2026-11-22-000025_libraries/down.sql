DROP TABLE library_uses;
DROP TABLE library_editions;
