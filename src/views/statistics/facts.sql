-- What the statistics count, one row a happening, or so many times. $1 agencies, $2 first day, $3 last day, $4-$10 proceedings as they stand at the ends, one row a
-- case that they cover (agency, case, number in the case, key of the proceeding, group, result, the day that closed it or on which it is pending),
-- $11-$13 department, channel, kind of applicant, or null, $14 the days on which it is asked what is pending: the last day, or the end of each month.
-- Of an answer that was ordered anew, what counted before the order stays: date, due date, grounds and items.
WITH known AS (
    SELECT r.*, c.department_id, c.channel
    FROM results r JOIN cases c ON c.agency_id = r.agency_id AND c.id = r.case_id
    WHERE r.agency_id = ANY ($1) AND r.received_on <= $3 AND (r.counted_on IS NULL OR r.counted_on >= $2 OR r.received_on >= $2)
), facts AS (
    SELECT 'received' AS event, agency_id, case_id, received_on AS happened_on, department_id, channel, applicant_kind, 0 AS report_row,
           NULL::integer AS working_days, false AS late, 0 AS stops, 0 AS extensions, '' AS result, grounds, NULL::integer AS proceeding,
           1::bigint AS times
    FROM known WHERE received_on >= $2
    UNION ALL
    SELECT 'answered', agency_id, case_id, counted_on, department_id, channel, applicant_kind, report_row,
           working_days, coalesce(counted_on > due_on, false), stops, extensions, '', grounds, NULL, 1
    FROM known WHERE counted_on BETWEEN $2 AND $3
    UNION ALL
    {pending}
    UNION ALL
    SELECT 'given', k.agency_id, k.case_id, k.counted_on, k.department_id, k.channel, k.applicant_kind, 0, NULL, false, 0, 0,
           CASE WHEN i.published_on <= $3 THEN 'published' ELSE '' END, k.grounds, NULL, 1
    FROM known k JOIN reply_items i ON i.agency_id = k.agency_id AND i.case_id = k.case_id AND i.counts AND i.gives
    WHERE k.counted_on BETWEEN $2 AND $3
    UNION ALL
    SELECT p.category, p.agency_id, p.case_id, p.decided_on, c.department_id, c.channel, c.applicant_kind, 0, NULL, false, 0, 0, p.result,
           o.grounds, p.key, 1
    FROM unnest($4, $5, $6, $7, $8, $9, $10) AS p (agency_id, case_id, n, key, category, result, decided_on)
    JOIN cases c ON c.agency_id = p.agency_id AND c.id = p.case_id
    JOIN proceedings o ON o.agency_id = p.agency_id AND o.case_id = p.case_id AND o.n = p.n
), chosen AS (
    SELECT * FROM facts
    WHERE ($11 IS NULL OR department_id = $11) AND ($12 IS NULL OR channel = $12) AND ($13 IS NULL OR applicant_kind = $13)
)
