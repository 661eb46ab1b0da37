-- Table four by itself, from what each case holds: $1 agency, $2 year, $3 the last year before it whose report is frozen (0 where there is none).
-- Written from domain 4 and 5.3: closed in the year (whenever begun) in its result column, pending at its end in 尚未审结; a lawsuit is one case through
-- both instances, appealed and undecided is pending; a reconsideration or lawsuit over several cases is one; only the original agency counts. A judgment
-- is not the end while it can be appealed (5.2, L10: 15 days, a ruling 10, from the service on whoever was served last; 1.0: moved to a working day).
WITH RECURSIVE columns_of (outcome, result) AS (VALUES
    ('r upheld', 'upheld'), ('r request_rejected', 'upheld'), ('r revoked', 'overturned'), ('r partly_revoked', 'overturned'),
    ('r changed', 'overturned'), ('r performance_ordered', 'overturned'), ('r declared_unlawful', 'overturned'),
    ('r declared_unlawful_after_own_revocation', 'overturned'), ('r declared_invalid', 'overturned'), ('r not_accepted', 'other'),
    ('r application_dismissed', 'other'), ('r terminated', 'other'), ('r mediated', 'other'),
    ('c claim_dismissed', 'upheld'), ('c revoked', 'overturned'), ('c partly_revoked', 'overturned'), ('c new_act_ordered', 'overturned'),
    ('c performance_ordered', 'overturned'), ('c payment_ordered', 'overturned'), ('c declared_unlawful', 'overturned'),
    ('c declared_invalid', 'overturned'), ('c changed', 'overturned'), ('c not_docketed', 'other'), ('c suit_dismissed', 'other'),
    ('c withdrawal_allowed', 'other'), ('c deemed_withdrawn', 'other'), ('c transferred', 'other'), ('c discontinued', 'other'),
    ('c mediated', 'other'), ('c remanded', 'pending')
), holidays (first, last) AS (VALUES
    -- The calendar of domain 1.0.
    (date '2023-12-30', date '2024-01-01'), ('2024-02-10', '2024-02-17'), ('2024-04-04', '2024-04-06'), ('2024-05-01', '2024-05-05'),
    ('2024-06-10', '2024-06-10'), ('2024-09-15', '2024-09-17'), ('2024-10-01', '2024-10-07'), ('2025-01-01', '2025-01-01'),
    ('2025-01-28', '2025-02-04'), ('2025-04-04', '2025-04-06'), ('2025-05-01', '2025-05-05'), ('2025-05-31', '2025-06-02'),
    ('2025-10-01', '2025-10-08'), ('2026-01-01', '2026-01-03'), ('2026-02-15', '2026-02-23'), ('2026-04-04', '2026-04-06'),
    ('2026-05-01', '2026-05-05'), ('2026-06-19', '2026-06-21'), ('2026-09-25', '2026-09-27'), ('2026-10-01', '2026-10-07')
), made_up (day) AS (VALUES
    (date '2024-02-04'), ('2024-02-18'), ('2024-04-07'), ('2024-04-28'), ('2024-05-11'), ('2024-09-14'), ('2024-09-29'), ('2024-10-12'),
    ('2025-01-26'), ('2025-02-08'), ('2025-04-27'), ('2025-09-28'), ('2025-10-11'), ('2026-01-04'), ('2026-02-14'), ('2026-02-28'),
    ('2026-05-09'), ('2026-09-20'), ('2026-10-10')
), working AS (
    SELECT day::date FROM generate_series(date '2023-12-01', date '2027-03-31', interval '1 day') AS all_days (day)
    WHERE day::date IN (SELECT made_up.day FROM made_up)
       OR (extract(isodow FROM day) < 6 AND NOT EXISTS (SELECT FROM holidays h WHERE day BETWEEN h.first AND h.last))
), ends (day, works) AS (
    SELECT day::date, (SELECT min(w.day) FROM working w WHERE w.day >= all_days.day::date)
    FROM generate_series(date '2023-12-01', date '2027-03-01', interval '1 day') AS all_days (day)
), entered AS (
    SELECT c.id, (p ->> 'n')::integer AS n, p ->> 'kind' AS kind, p ->> 'route' AS route, p ->> 'instance' AS instance,
           (p ->> 'follows')::integer AS follows, p #>> '{joint,id}' AS joint, p #>> '{decision,outcome,outcome}' AS outcome,
           (p #>> '{decision,decided_on}')::date AS decided_on,
           -- Whatever anybody knows of it first: a decision not to accept comes before every copy.
           least((p ->> 'accepted_on')::date, (p ->> 'received_on')::date, (p #>> '{decision,decided_on}')::date) AS began_on,
           greatest((p #>> '{decision,received_on}')::date, (p #>> '{decision,applicant_received_on}')::date)
               + CASE WHEN (p #>> '{decision,ruling}')::boolean THEN 10 ELSE 15 END AS term,
           left(p #>> '{decision,outcome,by}', 1) AS court
    FROM cases c, jsonb_array_elements(c.state -> 'proceedings') AS p
    WHERE c.agency_id = $1 AND c.state ->> 'stage' NOT IN ('voided', 'split')
      -- 201号: where the reconsideration body alone is sued, the agency does not count the lawsuit.
      AND coalesce(p ->> 'standing', '') <> 'third_party'
), instances AS (
    SELECT e.*, court || ' ' || outcome
                || CASE WHEN instance <> 'first' AND outcome IN ('not_docketed', 'deemed_withdrawn') THEN ' of an appeal' ELSE '' END AS how,
           CASE WHEN instance <> 'first' OR kind = 'reconsideration'
                     OR outcome IN ('withdrawal_allowed', 'deemed_withdrawn', 'transferred', 'discontinued', 'mediated') THEN decided_on
                -- Appealed: the judgment never ends it.
                WHEN EXISTS (SELECT FROM entered a WHERE a.id = e.id AND a.follows = e.n AND a.instance = 'second') THEN NULL
                ELSE greatest(decided_on, ends.works) END AS ended_on
    FROM entered e LEFT JOIN ends ON ends.day = e.term
), last AS (
    SELECT i.* FROM instances i
    WHERE began_on <= make_date($2, 12, 31)
      AND NOT EXISTS (SELECT FROM instances l WHERE l.id = i.id AND l.follows = i.n AND l.kind = i.kind AND l.began_on <= make_date($2, 12, 31))
), below AS (
    -- From the last instance down to the first; a retrial begins anew what is published.
    SELECT id, n AS last_n, n, kind, follows, decided_on, how, joint, coalesce(instance = 'retrial', false) AS retrial, true AS anew FROM last
    UNION ALL
    SELECT b.id, b.last_n, i.n, i.kind, i.follows, i.decided_on, i.how, i.joint, coalesce(i.instance = 'retrial', false), b.anew AND NOT b.retrial
    FROM below b JOIN instances i ON i.id = b.id AND i.n = b.follows AND i.kind = b.kind
), result AS (
    SELECT DISTINCT ON (b.id, b.last_n) b.id, b.last_n, columns_of.result
    FROM below b JOIN columns_of ON columns_of.outcome = b.how
    WHERE b.decided_on <= make_date($2, 12, 31)
    ORDER BY b.id, b.last_n, b.n DESC
), suit AS (
    -- What covers several cases is one: the instance it began with tells which.
    SELECT DISTINCT ON (id, last_n) id, last_n, coalesce(joint, id || ' ' || n) AS suit FROM below ORDER BY id, last_n, n
), retried AS (
    SELECT DISTINCT s.suit FROM below b JOIN suit s USING (id, last_n) WHERE b.retrial
), published AS (
    -- The lawsuits whose result a frozen report has said.
    SELECT DISTINCT s.suit FROM below b JOIN suit s USING (id, last_n)
    JOIN report_proceedings p ON p.agency_id = $1 AND p.case_id = b.id AND p.n = b.n AND p.year <= $3 AND p.report_column <> 'pending'
    WHERE s.suit NOT IN (SELECT retried.suit FROM retried)
       OR (b.anew AND EXISTS (SELECT FROM below r WHERE r.id = b.id AND r.last_n = b.last_n AND r.retrial))
), state AS (
    SELECT s.suit, l.kind, l.route, l.ended_on,
           l.ended_on IS NOT NULL AND l.ended_on <= make_date($2, 12, 31) AND r.result <> 'pending' AS closed, r.result
    FROM last l JOIN suit s ON s.id = l.id AND s.last_n = l.n LEFT JOIN result r ON r.id = l.id AND r.last_n = l.n
), ended AS (
    SELECT DISTINCT ON (suit) suit, kind, route, ended_on, coalesce(closed, false) AS closed, CASE WHEN closed THEN result ELSE 'pending' END AS result
    FROM state ORDER BY suit, coalesce(closed, false), ended_on DESC
)
SELECT CASE WHEN kind = 'reconsideration' THEN kind ELSE 'litigation_' || route END AS category, result, count(*) AS cases
FROM ended
WHERE suit NOT IN (SELECT published.suit FROM published)
  -- What became known after a freezing counts in the first year that is open; what ended before the first report never does.
  AND (NOT closed OR (greatest(extract(year FROM ended_on), $3 + 1) = $2
                      AND extract(year FROM ended_on) >= coalesce((SELECT min(year) FROM frozen_reports WHERE agency_id = $1 AND year <= $3), 0)))
GROUP BY 1, 2
