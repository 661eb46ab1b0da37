-- Table three by itself, from what each case holds, for one agency and year without a frozen report before it: $1 agency, $2 year.
-- Written from the rules alone: one registered application is one; new by receipt date; the result by the date of the final reply; the
-- first-named applicant gives the column; any disclosure with any withholding is partial disclosure, else the main item.
WITH rows_of (kind, number) AS (VALUES
    ('a1', 3), ('a2', 3), ('b', 4), ('d1', 5), ('d2', 6), ('d3', 7), ('d4', 8), ('d5', 9), ('d6', 10), ('d7', 11), ('d8', 12),
    ('n1a', 13), ('n1b', 13), ('n2', 14), ('n3', 15), ('p1', 16), ('p2', 17), ('p3', 18), ('p4', 19), ('p5', 20),
    ('o1', 21), ('o2', 22), ('o3', 23)
), applications AS (
    SELECT id, state -> 'replies' AS replies, state -> 'dispatches' AS dispatches, state #> '{ordered_rounds,0,reply}' AS ordered,
           (state #>> '{receipt,on}')::date AS received_on, state #>> '{applicants,0,kind}' AS kind
    FROM cases
    WHERE agency_id = $1 AND state ->> 'matter' = 'information_request' AND jsonb_typeof(state -> 'registration') = 'object'
      AND state ->> 'stage' NOT IN ('voided', 'split')
), standing AS (
    SELECT DISTINCT ON (a.id) a.id, a.replies, a.dispatches, reply
    FROM applications a, jsonb_array_elements(a.replies) WITH ORDINALITY AS all_replies (reply, place)
    -- A reply that was ordered anew keeps its row: of the orders the first counts.
    WHERE CASE WHEN a.ordered IS NULL THEN reply ->> 'state' = 'issued' ELSE reply -> 'n' = a.ordered END
    ORDER BY a.id, place DESC
), final AS (
    SELECT s.id, s.reply, min(
        CASE WHEN NOT (other ->> 'letter_needed')::boolean THEN (other ->> 'on')::date
             WHEN d #>> '{method,method}' IN ('post', 'online') THEN (d ->> 'on')::date
             WHEN d #>> '{state,state}' = 'delivered' THEN (d #>> '{state,on}')::date END) AS answered_on
    FROM standing s
    CROSS JOIN LATERAL jsonb_array_elements(s.replies) AS other
    LEFT JOIN LATERAL jsonb_array_elements(s.dispatches) AS d ON d -> 'letter' = jsonb_build_object('kind', 'reply', 'n', other -> 'n')
    WHERE other ->> 'round' = s.reply ->> 'round' AND other ->> 'state' <> 'recalled'
    GROUP BY s.id, s.reply
), counted AS (
    SELECT a.id, a.kind, a.received_on, f.answered_on, CASE
        WHEN EXISTS (SELECT FROM jsonb_array_elements(f.reply -> 'items') i WHERE i ->> 'kind' IN ('a1', 'a2', 'b'))
         AND EXISTS (SELECT FROM jsonb_array_elements(f.reply -> 'items') i WHERE i ->> 'kind' IN ('b', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7')) THEN 4
        ELSE (SELECT r.number FROM jsonb_array_elements(f.reply -> 'items') i JOIN rows_of r ON r.kind = i ->> 'kind' WHERE (i ->> 'main')::boolean)
        END AS number
    FROM applications a LEFT JOIN final f USING (id)
    WHERE a.received_on <= make_date($2, 12, 31)
)
SELECT number, kind, count(*) AS cases FROM (
    SELECT 1 AS number, kind FROM counted WHERE extract(year FROM received_on) = $2
    UNION ALL
    SELECT 2, kind FROM counted WHERE received_on < make_date($2, 1, 1) AND (answered_on IS NULL OR answered_on >= make_date($2, 1, 1))
    UNION ALL
    SELECT number, kind FROM counted WHERE extract(year FROM answered_on) = $2
    UNION ALL
    SELECT 24, kind FROM counted WHERE extract(year FROM answered_on) = $2
    UNION ALL
    SELECT 25, kind FROM counted WHERE answered_on IS NULL OR answered_on > make_date($2, 12, 31)
) cells
GROUP BY number, kind
