#!/usr/bin/env bash
# Run once by the image of PostgreSQL, on an empty data folder.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" -U postgres -f /roles.sql
