DROP TABLE inspection_scores;
DROP TABLE inspections;
