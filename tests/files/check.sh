#!/usr/bin/env bash
# Documents against the real parts: a server that speaks S3 (moto, from PyPI) and Debian's clamd with a signature database of its own, so
# that nothing is downloaded from anybody's signature server. It installs what it needs; both run on loopback and end with it.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools=target/ci-tools/moto
if [ ! -x "$tools/bin/moto_server" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install -q --disable-pip-version-check 'moto[server,s3]==5.2.5'
fi
if ! command -v clamd >/dev/null 2>&1; then
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends clamav-daemon
fi

work=$(mktemp -d)
started=()
stop() {
    for id in "${started[@]}"; do kill "$id" 2>/dev/null || true; done
    rm -rf "$work"
}
trap stop EXIT

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

s3=$(free_port)
"$tools/bin/moto_server" -H 127.0.0.1 -p "$s3" >"$work/s3.log" 2>&1 &
started+=($!)

clamd=$(free_port)
mkdir "$work/signatures" "$work/scans"
# The test file of the European Institute for Computer Antivirus Research, by its bytes in hexadecimal.
echo 'Eicar-Test-Signature:0:0:58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d5354414e444152442d414e544956495255532d544553542d46494c452124482b482a' >"$work/signatures/eicar.ndb"
cat >"$work/clamd.conf" <<CONF
Foreground yes
LogTime no
DatabaseDirectory $work/signatures
TemporaryDirectory $work/scans
TCPSocket $clamd
TCPAddr 127.0.0.1
StreamMaxLength 30M
MaxFileSize 30M
MaxScanSize 200M
CONF
clamd -c "$work/clamd.conf" >"$work/clamd.log" 2>&1 &
started+=($!)

answers() {
    for _ in $(seq 100); do
        if python3 -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' "$1" 2>/dev/null; then return 0; fi
        sleep 0.2
    done
    cat "$work"/*.log >&2
    echo "nobody answers on port $1" >&2
    return 1
}
answers "$s3"
answers "$clamd"
curl -fsS -o /dev/null -X PUT "http://127.0.0.1:$s3/dossiers"

FOI_TEST_S3="http://127.0.0.1:$s3" FOI_TEST_CLAMD="tcp://127.0.0.1:$clamd" \
    cargo test --locked --test it files:: -- --ignored
