#!/bin/bash
set -eo pipefail
if [ "$(id -u)" = 0 ]; then
    install -d -o postgres -m 0700 "$PGDATA"
    exec gosu postgres "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    read -ra more <<< "$POSTGRES_INITDB_ARGS"
    initdb --username "$POSTGRES_USER" --pwfile <(echo "${POSTGRES_PASSWORD:?}") --encoding UTF8 "${more[@]}"
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    pg_ctl --wait --options "-c listen_addresses=" start
    createdb --username "$POSTGRES_USER" "$POSTGRES_DB"
    pg_ctl --wait --mode fast stop
fi
exec "$@"
