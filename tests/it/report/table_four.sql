-- Table four by itself, from what each case holds: $1 agency, $2 year. A lawsuit is one case through its instances; one that is appealed and undecided, or
-- sent back, is pending; an appeal that is dismissed, withdrawn, deemed so or not docketed leaves the judgment below standing.
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
), instances AS (
    SELECT c.id, (p ->> 'n')::integer AS n, p ->> 'kind' AS kind, p ->> 'route' AS route, (p ->> 'follows')::integer AS follows,
           coalesce(p ->> 'accepted_on', p ->> 'received_on')::date AS began_on,
           (p #>> '{decision,decided_on}')::date AS decided_on, p #>> '{joint,id}' AS joint,
           left(p #>> '{decision,outcome,by}', 1) || ' ' || (p #>> '{decision,outcome,outcome}')
                || CASE WHEN p ->> 'instance' <> 'first' AND p #>> '{decision,outcome,outcome}' IN ('not_docketed', 'deemed_withdrawn')
                        THEN ' of an appeal' ELSE '' END AS outcome
    FROM cases c, jsonb_array_elements(c.state -> 'proceedings') AS p
    WHERE c.agency_id = $1 AND coalesce(p ->> 'accepted_on', p ->> 'received_on')::date <= make_date($2, 12, 31)
      -- 201号: where the reconsideration body alone is sued, the agency does not count the lawsuit.
      AND coalesce(p ->> 'standing', '') <> 'third_party'
), last AS (
    SELECT i.* FROM instances i
    WHERE NOT EXISTS (SELECT FROM instances later WHERE later.id = i.id AND later.follows = i.n AND later.kind = i.kind)
), below AS (
    SELECT id, n AS last_n, n, kind, route, follows, decided_on, outcome, joint FROM last
    UNION ALL
    SELECT b.id, b.last_n, i.n, i.kind, i.route, i.follows, i.decided_on, i.outcome, i.joint
    FROM below b JOIN instances i ON i.id = b.id AND i.n = b.follows AND i.kind = b.kind
), standing AS (
    SELECT DISTINCT ON (b.id, b.last_n) b.id, b.last_n, columns_of.result
    FROM below b JOIN columns_of USING (outcome)
    WHERE b.decided_on <= make_date($2, 12, 31)
    ORDER BY b.id, b.last_n, b.n DESC
), root AS (
    -- What covers several cases is one: the instance it began with tells which.
    SELECT DISTINCT ON (id, last_n) id, last_n, coalesce(joint, id || ' ' || n) AS suit FROM below ORDER BY id, last_n, n
), ended AS (
    SELECT DISTINCT ON (suit) l.kind, l.route, l.decided_on, coalesce(CASE WHEN l.decided_on <= make_date($2, 12, 31) THEN s.result END, 'pending') AS result
    FROM last l JOIN root r ON r.id = l.id AND r.last_n = l.n LEFT JOIN standing s ON s.id = l.id AND s.last_n = l.n
    ORDER BY suit, l.decided_on IS NULL OR l.decided_on > make_date($2, 12, 31) OR s.result = 'pending' DESC, l.decided_on DESC
)
SELECT CASE WHEN kind = 'reconsideration' THEN kind ELSE 'litigation_' || route END AS category, result, count(*) AS cases
FROM ended WHERE result = 'pending' OR extract(year FROM decided_on) = $2
GROUP BY 1, 2
