-- $1 the agency, $2 the last frozen year before the one asked for (0 where there is none), $3 the last day of that year asked for:
-- each case that counts, as it stands, beside what the last frozen report that names it says.
SELECT coalesce(r.case_id, k.case_id) AS case_id,
       r.received_on,
       r.counted_on,
       r.report_row,
       r.applicant_kind,
       k.report_row AS published_row,
       k.applicant_kind AS published_kind,
       k.year AS published_year
FROM (SELECT * FROM results WHERE agency_id = $1 AND received_on <= $3) r
FULL JOIN (
    SELECT DISTINCT ON (case_id) case_id, year, report_row, applicant_kind
    FROM report_cases WHERE agency_id = $1 AND year <= $2
    ORDER BY case_id, year DESC
) k ON k.case_id = r.case_id
