#!/usr/bin/env bash
# The dossier of every case of the demo, taken from the running program and opened by tools that are not ours (see check.py).
# usage: tests/dossier/validate.sh [folder to keep the packages in]
# Wants python3; the Library of Congress's bagit comes from PyPI into target/ci-tools.
set -euo pipefail
cd "$(dirname "$0")/../.."
keep=${1:-}
tools=target/ci-tools
[ -x "$tools/bin/pip" ] || python3 -m venv "$tools"
"$tools/bin/python" -c 'import bagit' 2>/dev/null || "$tools/bin/pip" install -q --disable-pip-version-check setuptools bagit
folder=$(mktemp -d)
chmod 755 "$folder"
packages=${keep:-$folder/packages}
mkdir -p "$packages"
port=$((20000 + RANDOM % 20000))
cargo build --locked -q
FOI_DATA_DIR="$folder/data" FOI_LISTEN="127.0.0.1:$port" FOI_LOG=warn target/debug/foi-docket >"$folder/out" 2>"$folder/log" &
service=$!
trap 'kill "$service" 2>/dev/null; wait "$service" 2>/dev/null; rm -rf "$folder"' EXIT
for _ in $(seq 1200); do
    grep -q '^Ready' "$folder/out" && break
    kill -0 "$service" 2>/dev/null || { cat "$folder/out" "$folder/log"; exit 1; }
    sleep 0.1
done
base="http://127.0.0.1:$port/api/v1"
token=$(curl -sf "$base/sessions" -H 'content-type: application/json' -d '{"username":"approver","password":"demo"}' |
    sed 's/.*"access_token":"\([^"]*\)".*/\1/')
get() { curl -sf -H "Authorization: Bearer $token" "$@"; }
for case in $(get "$base/cases?limit=200" | "$tools/bin/python" -c 'import json, sys; [print(item["id"]) for item in json.load(sys.stdin)["items"]]'); do
    get -o "$packages/$case.zip" "$base/cases/$case/dossier?purpose=transfer"
    # The same state of a case gives the same bytes.
    get "$base/cases/$case/dossier?purpose=transfer" | cmp - "$packages/$case.zip"
done
"$tools/bin/python" tests/dossier/check.py "$packages"/*.zip
