#!/bin/bash
# How long the database takes to find words, class by class of how often they stand in the cases: prints p50 and p95 of each.
#
#   DATABASE_URL=postgresql://postgres@…/empty CASES=1000000 tests/search/figures.sh
#
# Takes an empty database, as a superuser: applies the migrations, fills case_search with ten years of one agency (about 230 words a
# case), and asks as the service does. Needs psql and pgbench, and about 4 KB of disk a case.
set -eu
cd "$(dirname "$0")/../.."
: "${DATABASE_URL:?an empty database}"
cases=${CASES:-20000}
calls=${CALLS:-200}
agency=01900000-0000-7000-8000-0000000000d1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sql() { psql "$DATABASE_URL" -XAtq -v ON_ERROR_STOP=1 "$@"; }

sql -c "CREATE TABLE __diesel_schema_migrations (version text)"
for migration in migrations/*/up.sql; do sql -f "$migration" > /dev/null; done
sql > /dev/null <<SQL
SET session_replication_role = replica;
DROP INDEX case_search_words;
INSERT INTO agencies VALUES ('$agency', NULL, 'x', now());
-- Pieces of text by their tokens: the n-th word is the rarer the greater n.
CREATE TABLE piece AS SELECT p, array_agg(DISTINCT hashint4((250000 * power(random(), 3))::int)) AS w
    FROM generate_series(0, 3071) p, generate_series(1, 115) t GROUP BY p;
-- Words by the share of the cases they stand in, eight of each class.
CREATE TABLE mark AS SELECT hashint4(900000 + c * 100 + k) AS token, share
    FROM (VALUES (0, 1.0), (1, .3), (2, .1), (3, .03), (4, .01), (5, .001), (6, .0001)) v (c, share), generate_series(0, 7) k;
INSERT INTO case_search
SELECT '$agency', ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, d, b,
       w || m || b || hashint4((extract(year FROM d) * 12 + extract(month FROM d))::int + 5000000),
       decode(repeat('03', cardinality(w || m || b) + 1), 'hex')
FROM (SELECT n, date '2016-11-01' + (n::bigint * 3650 / $cases)::int AS d, one.w || other.w AS w,
             (SELECT coalesce(array_agg(token), '{}') FROM mark WHERE random() < share AND n > 0) AS m,
             ARRAY(SELECT hashint4(n * 8 + i + 777777777) FROM generate_series(0, 7) i WHERE n > 0) AS b
      FROM generate_series(1, $cases) n
      JOIN piece one ON one.p = (hashint4(n) & 2047) JOIN piece other ON other.p = 2048 + (hashint4(n + 77) & 1023)) q;
SET maintenance_work_mem = '512MB';
CREATE INDEX case_search_words ON case_search USING gin (words) WITH (gin_pending_list_limit = 256);
VACUUM ANALYZE case_search;
SQL
sql -F ', ' -c "SELECT 'index ' || pg_size_pretty(pg_relation_size('case_search_words')), 'rows ' || pg_size_pretty(pg_relation_size('case_search')),
    'in all ' || pg_size_pretty(pg_total_relation_size('case_search'))"

# Asks again and again as the service role: the script's own random words come from :k.
ask() {
    printf '\\set k random(0,7)\n\\set l random(0,7)\n\\set n random(1,%s)\n%s\n' "$cases" "$2" > "$work/ask.sql"
    rm -f "$work"/log.*
    PGOPTIONS="-c foi.writes=$agency -c foi.reads=$agency -c role=foi_docket_service" \
        pgbench -n -M prepared -c 1 -t "$calls" -f "$work/ask.sql" -l --log-prefix="$work/log" "$DATABASE_URL" > "$work/said" 2>&1 \
        || { cat "$work/said" >&2; exit 1; }
    cat "$work"/log.* | awk '{ print $3 / 1000 }' | sort -n |
        awk -v what="$1" '{ a[NR] = $1 } END { printf "%s: %d calls, p50 %.1f ms, p95 %.1f ms\n", what, NR, a[int(NR * .5) + 1], a[int(NR * .95)] }'
}
months=$(sql -c "SELECT array_agg(hashint4(m + 5000000) ORDER BY m DESC) FROM generate_series(2016 * 12 + 11, 2026 * 12 + 10) m")
class=0
for share in 'every case' '30 %' '10 %' '3 %' '1 %' '0.1 %' '0.01 %' 'no case'; do
    word="ARRAY[hashint4(900000 + $class * 100 + :k)]"
    ask "$share, newest first" "SELECT foi_cases_with('$agency', $word, '$months', NULL, NULL, 51);"
    ask "$share, best first" "SELECT foi_best_first('$agency', foi_cases_with('$agency', $word, '$months', NULL, NULL, 1000), $word);"
    class=$((class + 1))
done
ask '30 % and 10 %, newest first' \
    "SELECT foi_cases_with('$agency', ARRAY[hashint4(900100 + :k), hashint4(900200 + :l)], '$months', NULL, NULL, 51);"
ask 'alike requests' \
    "SELECT foi_cases_alike('$agency', ARRAY(SELECT hashint4(:n * 8 + i + 777777777) FROM generate_series(0, 7) i), '$agency', 60);"
