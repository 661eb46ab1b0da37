#!/usr/bin/env bash
# A certificate authority of one's own and a certificate for the database server, for `sslmode=verify-full`.
# P-256: libpq before 16 knows no channel binding for Ed25519.
# usage: certificates.sh FOLDER HOST
set -euo pipefail
folder=$1 host=$2
mkdir -p "$folder"
cd "$folder"
[ -f ca.key ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=foi-docket database authority" \
    -keyout ca.key -out ca.crt 2>/dev/null
[ -f server.key ] || {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$host" -keyout server.key -out server.csr 2>/dev/null
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 825 \
        -extfile <(printf 'subjectAltName=DNS:%s' "$host") -out server.crt 2>/dev/null
}
chmod 0600 ca.key server.key
