-- The last day on which a judgment could be appealed (行诉法 85): until then a lawsuit is not closed in table four. Filled by the refold that follows.
ALTER TABLE proceedings ADD COLUMN appealable_until date;
