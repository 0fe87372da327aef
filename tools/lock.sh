#!/usr/bin/env bash
# Write requirements/*.lock: one exact version of everything, valid for Python 3.11 to 3.13.
# uv resolves for all of them at once (--universal); pip alone can only say what the running Python would take.
set -euo pipefail
cd "$(dirname "$0")/.."
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install --quiet --disable-pip-version-check "uv>=0.13,<0.14"
export UV_PYTHON_DOWNLOADS=never
compile() {
    local out=$1
    shift
    { echo "# Made by \`make lock\` from pyproject.toml; do not edit."
      "$temp/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
          --no-emit-index-url "$@" pyproject.toml
    } >"$temp/out"
    mv "$temp/out" "$out"
}
compile requirements/base.lock
compile requirements/dev.lock --extra dev --constraint requirements/base.lock
wc -l requirements/*.lock
