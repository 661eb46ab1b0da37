#!/usr/bin/env bash
# schemathesis, all checks, against the running program on a fresh demo database, once as each of three roles.
# usage: tests/contract/schemathesis.sh [examples per operation, default 10]
set -euo pipefail
cd "$(dirname "$0")/../.."
examples=${1:-10}
folder=$(mktemp -d)
chmod 755 "$folder"
port=$((20000 + RANDOM % 20000))
cargo build --locked -q
FOI_DATA_DIR="$folder/data" FOI_LISTEN="127.0.0.1:$port" FOI_LOG=warn target/debug/foi-docket >"$folder/out" 2>"$folder/log" &
service=$!
trap 'kill "$service" 2>/dev/null; wait "$service" 2>/dev/null; rm -rf "$folder"' EXIT
for _ in $(seq 600); do
    grep -q '^Ready' "$folder/out" && break
    kill -0 "$service" 2>/dev/null || { cat "$folder/out" "$folder/log"; exit 1; }
    sleep 0.1
done
base="http://127.0.0.1:$port"
# All sign in first: the run's own wrong passwords exhaust the tries of this address.
declare -A token
for role in clerk approver admin; do
    token[$role]=$(curl -s "$base/api/v1/sessions" -H 'content-type: application/json' -d "{\"username\":\"$role\",\"password\":\"demo\"}" |
        sed 's/.*"access_token":"\([^"]*\)".*/\1/')
done
for role in clerk approver admin; do
    echo "-- as $role"
    # sign_out is left out: it would end the session the run is made with.
    schemathesis --config-file tests/contract/schemathesis.toml run "$base/api/v1/openapi.json" \
        --url "$base" --checks all --max-examples "$examples" --phases examples,coverage,fuzzing \
        --exclude-operation-id sign_out -H "Authorization: Bearer ${token[$role]}" --seed 20261102 --no-color
done
if grep -q 'internal error' "$folder/log"; then
    grep 'internal error' "$folder/log"
    exit 1
fi
