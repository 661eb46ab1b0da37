-- The words of a case's request, replies and reasons, as keyed tokens: the database can find them and cannot read them. Derived; part of
-- what shredding a case clears. The words lie out of line, so that the row itself stays small where thousands are visited.
CREATE TABLE case_search (
    agency_id uuid NOT NULL,
    case_id   uuid NOT NULL,
    dated_on  date NOT NULL,
    bands     integer[] NOT NULL,
    words     integer[] NOT NULL,
    weights   bytea NOT NULL,
    PRIMARY KEY (agency_id, case_id),
    FOREIGN KEY (agency_id, case_id) REFERENCES cases (agency_id, id)
) WITH (toast_tuple_target = 128);
ALTER TABLE case_search ALTER COLUMN words SET STORAGE EXTERNAL, ALTER COLUMN weights SET STORAGE EXTERNAL;
CREATE INDEX case_search_words ON case_search USING gin (words) WITH (gin_pending_list_limit = 256);

ALTER TABLE case_search ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON case_search FOR SELECT USING (agency_id = ANY ((SELECT foi_reads())::uuid[]));
CREATE POLICY adds ON case_search FOR INSERT WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY changes ON case_search FOR UPDATE USING (agency_id = (SELECT foi_writes())) WITH CHECK (agency_id = (SELECT foi_writes()));
CREATE POLICY removes ON case_search FOR DELETE USING (agency_id = (SELECT foi_writes()));
GRANT SELECT, INSERT, UPDATE, DELETE ON case_search TO foi_docket_service;

-- Row-level security keeps every operator that is not leakproof out of the indexes, and those of arrays are not. These functions use the
-- index as the owner of the table and hold to the scope of the connection themselves: cases of the own agency, whose texts it reads.

-- The newest cases with all of these words, before a place. Months are gone through from the newest back, twice as many each time, so that
-- a word in every case costs no more than a rare one.
CREATE FUNCTION foi_cases_with(agency uuid, wanted integer[], months integer[], before_on date, before_id uuid, most integer)
RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found uuid[] := '{}';
    part  uuid[];
    at    integer := 1;
    span  integer := 1;
BEGIN
    IF agency IS DISTINCT FROM foi_writes() THEN
        RETURN found;
    END IF;
    WHILE at <= cardinality(months) AND cardinality(found) < most LOOP
        SELECT array_agg(h.case_id ORDER BY h.dated_on DESC, h.case_id DESC) INTO part FROM (
            SELECT s.dated_on, s.case_id FROM case_search s
            WHERE s.words @> wanted AND s.words && months[at : at + span - 1] AND s.agency_id = agency
              AND (before_on IS NULL OR (s.dated_on, s.case_id) < (before_on, before_id))
            ORDER BY s.dated_on DESC, s.case_id DESC LIMIT most - cardinality(found)) h;
        found := found || part;
        at := at + span;
        span := 2 * span;
    END LOOP;
    RETURN found;
END $$;

-- The newest cases that share a band with a request, itself left out.
CREATE FUNCTION foi_cases_alike(agency uuid, shared integer[], itself uuid, most integer)
RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF agency IS DISTINCT FROM foi_writes() THEN
        RETURN '{}';
    END IF;
    RETURN (SELECT coalesce(array_agg(h.case_id ORDER BY h.dated_on DESC, h.case_id DESC), '{}') FROM (
        SELECT s.dated_on, s.case_id FROM case_search s
        WHERE s.words && shared AND s.agency_id = agency AND s.case_id <> itself
        ORDER BY s.dated_on DESC, s.case_id DESC LIMIT most) h);
END $$;

-- The same cases, the best first: words that stand often and in what is asked, in a case of few words; of equals the one named earlier.
CREATE FUNCTION foi_best_first(agency uuid, cases uuid[], wanted integer[])
RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(r.case_id ORDER BY r.score DESC, r.n), '{}') FROM (
        SELECT i.case_id, i.n, (
            SELECT sum(1000 * t.weight / (t.weight + 3))
            FROM (SELECT get_byte(s.weights, array_position(s.words, token) - 1) AS weight FROM unnest(wanted) AS token) t
        ) * 1000 / (300 + length(s.weights)) AS score
        FROM unnest(cases) WITH ORDINALITY AS i (case_id, n) JOIN case_search s ON s.agency_id = agency AND s.case_id = i.case_id) r
$$;

REVOKE EXECUTE ON FUNCTION foi_cases_with, foi_cases_alike, foi_best_first FROM PUBLIC;
GRANT EXECUTE ON FUNCTION foi_cases_with, foi_cases_alike, foi_best_first TO foi_docket_service;
