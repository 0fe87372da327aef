#!/usr/bin/env bash
# Run a command beside a PostgreSQL server of its own: tools/with_postgres.sh COMMAND [ARGUMENT…]
# The server lives in a temporary folder on a free port, is durable (fsync on) as in a district, and is gone afterwards.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT…]" >&2; exit 2; }

bin=""
on_path=$(command -v pg_ctl || true)
for folder in "${PG_BIN:-}" "${on_path%/pg_ctl}" $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/postgres" ]; then bin=$folder; break; fi
done
[ -n "$bin" ] || { echo "No PostgreSQL server here. On Debian: apt-get install postgresql (or set PG_BIN)." >&2; exit 1; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/renwang-postgres.XXXXXX")
as_server=()
if [ "$(id -u)" = 0 ]; then
    # PostgreSQL refuses to run as root.
    account=postgres
    id "$account" >/dev/null 2>&1 || account=nobody
    chown "$account" "$folder"
    as_server=(runuser -u "$account" --)
fi
cd "$folder" # the server's account must be able to enter the folder it is started from
back=$OLDPWD

stop() {
    "${as_server[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"${as_server[@]}" "$bin/initdb" -D "$folder/data" -U renwang -A trust -E UTF8 --locale=C.UTF-8 >"$folder/initdb.log" \
    || { cat "$folder/initdb.log" >&2; exit 1; }
cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$folder'
fsync = on
synchronous_commit = on
shared_buffers = 256MB
max_connections = 100
max_wal_size = 2GB
log_min_messages = error
CONF
echo 'CREATE DATABASE renwang' | "${as_server[@]}" "$bin/postgres" --single -D "$folder/data" postgres >"$folder/create.log" 2>&1 \
    || { cat "$folder/create.log" >&2; exit 1; }
"${as_server[@]}" "$bin/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/server.log" start >/dev/null \
    || { cat "$folder/server.log" >&2; exit 1; }

cd "$back"
status=0
DATABASE_URL="postgresql://renwang@127.0.0.1:$port/renwang" PATH="$bin:$PATH" "$@" || status=$?
exit "$status"
