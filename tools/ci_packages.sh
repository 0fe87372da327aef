#!/usr/bin/env bash
# What `make check` needs beyond `make install`: a browser, Chinese letters for its pictures, a PostgreSQL server.
set -euo pipefail
missing=()
[ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || missing+=(chromium)
[ -n "$(find /usr/share/fonts -iname '*CJK*' -print -quit 2>/dev/null)" ] || missing+=(fonts-noto-cjk)
[ -n "${PG_BIN:-}" ] || command -v pg_ctl >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/pg_ctl' >/dev/null || missing+=(postgresql)
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing with apt-get: ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
    echo "make check needs: ${missing[*]}" >&2
    echo "On Debian or Ubuntu:   sudo apt-get install ${missing[*]}" >&2
    exit 1
fi
