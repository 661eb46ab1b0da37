DROP TABLE reply_items;
DROP TABLE sealed_documents;
DROP TABLE posts;
