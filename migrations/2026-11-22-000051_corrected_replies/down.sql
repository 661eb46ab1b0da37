DROP TABLE corrected_replies;
