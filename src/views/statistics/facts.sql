-- What the statistics count, one row a happening. $1 agencies, $2 first day, $3 last day, $4-$8 proceedings as they stand on the last day (agency, case,
-- group, result, day of the decision), $9-$11 department, channel, kind of applicant, or null.
WITH known AS (
    SELECT r.*, c.department_id, c.channel, c.due_on
    FROM results r JOIN cases c ON c.agency_id = r.agency_id AND c.id = r.case_id
    WHERE r.agency_id = ANY ($1) AND r.received_on <= $3 AND (r.counted_on IS NULL OR r.counted_on >= $2 OR r.received_on >= $2)
), facts AS (
    SELECT 'received' AS event, agency_id, case_id, received_on AS happened_on, department_id, channel, applicant_kind, 0 AS report_row,
           NULL::integer AS working_days, false AS late, 0 AS stops, 0 AS extensions, '' AS result
    FROM known WHERE received_on >= $2
    UNION ALL
    SELECT 'answered', agency_id, case_id, counted_on, department_id, channel, applicant_kind, report_row,
           working_days, coalesce(counted_on > due_on, false), stops, extensions, ''
    FROM known WHERE counted_on BETWEEN $2 AND $3
    UNION ALL
    SELECT 'pending', agency_id, case_id, $3, department_id, channel, applicant_kind, 0, NULL, coalesce(due_on < $3, false), 0, 0, ''
    FROM known WHERE counted_on IS NULL OR counted_on > $3
    UNION ALL
    SELECT 'given', i.agency_id, i.case_id, i.issued_on, c.department_id, c.channel, c.applicant_kind, 0, NULL, false, 0, 0,
           CASE WHEN i.published_on <= $3 THEN 'published' ELSE '' END
    FROM reply_items i JOIN cases c ON c.agency_id = i.agency_id AND c.id = i.case_id
    WHERE i.agency_id = ANY ($1) AND i.gives AND i.issued_on BETWEEN $2 AND $3
    UNION ALL
    SELECT p.category, p.agency_id, p.case_id, p.decided_on, c.department_id, c.channel, c.applicant_kind, 0, NULL, false, 0, 0, p.result
    FROM unnest($4, $5, $6, $7, $8) AS p (agency_id, case_id, category, result, decided_on)
    JOIN cases c ON c.agency_id = p.agency_id AND c.id = p.case_id
), chosen AS (
    SELECT * FROM facts
    WHERE ($9 IS NULL OR department_id = $9) AND ($10 IS NULL OR channel = $10) AND ($11 IS NULL OR applicant_kind = $11)
)
