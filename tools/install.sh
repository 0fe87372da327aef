#!/usr/bin/env bash
# Make .venv with everything the project runs and is tested with, from plain Python and pip.
set -euo pipefail
cd "$(dirname "$0")/.."

suits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; }

python=""
for candidate in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11 python; do
    if suits "$candidate"; then python=$(command -v "$candidate"); break; fi
done

# Debian leaves venv (and on a bare machine Python itself) out of the base system.
apt_install() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing with apt-get: $*"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
    else
        echo "Renwang needs: $*" >&2
        echo "On Debian or Ubuntu:   sudo apt-get install $*" >&2
        exit 1
    fi
}

if [ -z "$python" ]; then
    echo "There is no Python 3.11, 3.12 or 3.13 here (set PYTHON=/path/to/one)." >&2
    apt_install python3 python3-venv
    python=$(command -v python3)
    suits "$python" || { echo "$python is $("$python" --version), but 3.11 to 3.13 is needed." >&2; exit 1; }
fi
if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    apt_install python3-venv
fi

# What an interrupted run left half-made (a .venv without pip), or a .venv that was made in another folder, is made anew.
home=$(.venv/bin/python -c 'import os, sys, pip; print(os.path.realpath(sys.prefix))' 2>/dev/null || true)
script=$(sed -n '1,2s/.*exec. "\{0,1\}\([^"]*\)\/bin\/python.*/\1/p; 1s/^#!\(.*\)\/bin\/python.*/\1/p' .venv/bin/pip 2>/dev/null | head -1 || true)
if ! suits .venv/bin/python || [ -z "$home" ] || { [ -n "$script" ] && [ ! -d "$script" ]; }; then
    rm -rf .venv
    "$python" -m venv .venv
fi
# The lock holds exact versions; the project itself is installed so that edits take effect at once.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements/dev.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
.venv/bin/python tools/messages.py --compile
touch .venv/installed
echo "Installed: .venv/bin/renwang (Python $(.venv/bin/python -c 'import platform; print(platform.python_version())'))"
