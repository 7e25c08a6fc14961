#!/usr/bin/env bash
# Sends the service generated requests, well formed and not, and holds every answer to the contract:
#
#   scripts/contract-fuzz.sh [--cases N] [--seed N] [--operation ID]...
#
# Schemathesis is installed into .cache/python at the versions of tools/requirements.txt. The service is built here and
# runs with a private database in a folder of its own, which is deleted afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/ensure-postgres.sh
python=.cache/python
if ! cmp -s tools/requirements.txt "$python/requirements.txt"; then
  for candidate in python3.14 python3.13 python3.12 python3.11 python3; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      rm -rf "$python"
      "$candidate" -m venv "$python"
      break
    fi
  done
  [ -x "$python/bin/pip" ] || { echo 'This needs Python 3.11 or newer with its module venv (Debian: apt-get install python3-venv).' >&2; exit 1; }
  "$python/bin/pip" install --quiet --disable-pip-version-check --no-input -r tools/requirements.txt
  cp tools/requirements.txt "$python/requirements.txt"
fi
go build -o bin/lattice ./cmd/lattice
exec "$python/bin/python" tools/contractfuzz/run.py bin/lattice "$@"
