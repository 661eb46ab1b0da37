DROP FUNCTION foi_best_first;
DROP FUNCTION foi_cases_alike;
DROP FUNCTION foi_cases_with;
DROP TABLE case_search;
