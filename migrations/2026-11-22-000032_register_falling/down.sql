DROP INDEX cases_by_receipt_falling;
DROP INDEX cases_by_due_falling;
