-- How many are pending at each of many ends. Cases that came, went and fell due between the same ends are counted as one row, so that it costs no more than
-- looking at each case once: a case is pending at the ends after those before its receipt, up to the last before its answer.
    SELECT 'pending', NULL, NULL, ends.on, $11, $12, $13, 0, NULL, ends.n > due, 0, 0, '', NULL, NULL, times
    FROM (SELECT width_bucket(received_on - 1, $14) AS came, coalesce(width_bucket(counted_on - 1, $14), cardinality($14)) AS went,
                 coalesce(width_bucket(due_on, $14), cardinality($14)) AS due, count(*) AS times
          FROM known WHERE ($11 IS NULL OR department_id = $11) AND ($12 IS NULL OR channel = $12) AND ($13 IS NULL OR applicant_kind = $13)
          GROUP BY 1, 2, 3) AS stays
    JOIN unnest($14) WITH ORDINALITY AS ends ("on", n) ON came < ends.n AND ends.n <= went
