#!/usr/bin/env bash
# The commands of production on bare Debian: libpq of the system, verified TLS, an owner who migrates, a role that only serves.
# usage: tests/contract/production.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
folder=$(mktemp -d)
chmod 755 "$folder"
as=()
if [ "$(id -u)" = 0 ]; then
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
port=$((20000 + RANDOM % 20000))
api=$((port + 1))
smtp=$((port + 2))
say() { printf -- '-- %s\n' "$*"; }
fail() {
    printf 'FAILED: %s\n' "$*"
    cat "$folder"/*.log 2>/dev/null || true
    exit 1
}
cleanup() {
    [ -n "${service:-}" ] && kill "$service" 2>/dev/null && wait "$service" 2>/dev/null
    "${as[@]}" "$bin/pg_ctl" -D "$folder/db/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap cleanup EXIT

say "building with the system's libpq"
CARGO_TARGET_DIR=target/production cargo build --locked -q --no-default-features
program=$PWD/target/production/debug/foi-docket
ldd "$program" | grep -q libpq || fail "the program does not use the system's libpq"

say "a PostgreSQL with a certificate"
docker/certificates.sh "$folder/db" localhost
docker/certificates.sh "$folder/other" localhost
echo super >"$folder/db/password"
[ ${#as[@]} -eq 0 ] || chown -R postgres "$folder/db"
"${as[@]}" "$bin/initdb" -D "$folder/db/data" -A scram-sha-256 -U postgres --pwfile="$folder/db/password" -E UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$folder/db/data" -w -l "$folder/db/log" -o "-p $port -k $folder/db -c listen_addresses=localhost -c ssl=on \
    -c ssl_cert_file=$folder/db/server.crt -c ssl_key_file=$folder/db/server.key" start >/dev/null
PGPASSWORD=super psql -q -v ON_ERROR_STOP=1 -h localhost -p "$port" -U postgres \
    -v owner_password=owner -v app_password=app -f docker/roles.sql >/dev/null

tls="sslmode=verify-full&sslrootcert=$folder/db/ca.crt"
owner="postgresql://foi_owner:owner@localhost:$port/foi_docket?$tls"
app="postgresql://foi_app:app@localhost:$port/foi_docket?$tls"

say "migrate and init, as the owner"
DATABASE_URL=$owner "$program" migrate
password=$(DATABASE_URL=$owner "$program" init --agency 示范市示范区市场监督管理局 --code 示市监 --contact 示范路1号 \
    --reconsideration-body 示范区人民政府 --court 示范区人民法院 --email admin@example.cn | sed -n 's/^password: //p')
[ -n "$password" ] || fail "init gave no password"

export FOI_LISTEN="127.0.0.1:$api" FOI_DATA_DIR="$folder/data" FOI_PUBLIC_URL="http://127.0.0.1:$api"
export SMTP_URL="smtp://127.0.0.1:$smtp" FOI_MAIL_FROM="FOI Docket <foi@example.cn>"
say "serve refuses without its secrets"
DATABASE_URL=$app "$program" serve >"$folder/refused.log" 2>&1 && fail "served without secrets"
grep -q 'FOI_MASTER_KEY, FOI_TOKEN_KEY' "$folder/refused.log" || fail "the missing secrets are not named at once"
FOI_MASTER_KEY=$(openssl rand -base64 32)
FOI_TOKEN_KEY=$(openssl genpkey -algorithm ed25519 -outform DER | base64 -w0)
export FOI_MASTER_KEY FOI_TOKEN_KEY

say "serve refuses the owner of the tables"
DATABASE_URL=$owner "$program" serve >"$folder/refused.log" 2>&1 && fail "served as the owner"
grep -q 'owns the trail' "$folder/refused.log" || fail "the owner is not refused by name"

say "a server with another authority's certificate is refused"
DATABASE_URL="postgresql://foi_app:app@localhost:$port/foi_docket?sslmode=verify-full&sslrootcert=$folder/other/ca.crt" \
    timeout 60 "$program" serve >"$folder/refused.log" 2>&1 && fail "an unknown authority was believed"

say "serve, sign in over it, work"
DATABASE_URL=$app "$program" serve >"$folder/serve.log" 2>&1 &
service=$!
for _ in $(seq 100); do curl -sf "http://127.0.0.1:$api/readyz" >/dev/null && break; sleep 0.1; done
curl -sf "http://127.0.0.1:$api/readyz" >/dev/null || fail "not ready"
curl -s "http://127.0.0.1:$api/api/v1/sessions" -H 'content-type: application/json' \
    -d "{\"username\":\"admin\",\"password\":\"$password\"}" | grep -q access_token || fail "the administrator cannot sign in"
PGPASSWORD=super psql -qAt -h localhost -p "$port" -U postgres -d foi_docket \
    -c "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'foi_app' AND NOT ssl" | grep -qx 0 || fail "a connection without TLS"
kill "$service" && wait "$service" || true
service=
DATABASE_URL=$app timeout -s TERM 3 "$program" work || [ $? = 124 ] || fail "work ended badly"
DATABASE_URL=$app "$program" verify || fail "verify"
say "passed"
