-- Table three of the year after one that is frozen ($1 agency, $2 year), over what each case holds: what was published as carried over is row 2 in its
-- column, what was published as answered never comes again, what nobody knew of then is new.
, published AS (
    SELECT case_id, report_row, applicant_kind FROM report_cases WHERE agency_id = $1 AND year = $2 - 1
), open AS (
    SELECT p.applicant_kind AS kind, 2 AS came,
           CASE WHEN c.id IS NULL THEN 23 WHEN c.answered_on <= make_date($2, 12, 31) THEN c.number ELSE 25 END AS number
    FROM published p LEFT JOIN counted c ON c.id = p.case_id
    WHERE p.report_row = 25
    UNION ALL
    SELECT c.kind, 1, CASE WHEN c.answered_on <= make_date($2, 12, 31) THEN c.number ELSE 25 END
    FROM counted c
    WHERE NOT EXISTS (SELECT FROM published p WHERE p.case_id = c.id) AND coalesce(c.answered_on, 'infinity') >= make_date($2 - 1, 1, 1)
)
SELECT number, kind, count(*) AS cases FROM (
    SELECT came AS number, kind FROM open
    UNION ALL
    SELECT number, kind FROM open
    UNION ALL
    SELECT 24, kind FROM open WHERE number <> 25
) cells
GROUP BY number, kind
