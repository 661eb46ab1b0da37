DROP INDEX cases_not_taken;
