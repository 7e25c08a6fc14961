#!/usr/bin/env bash
# Makes sure that PostgreSQL's server programs are on this machine: the service and its tests start a private server from
# them. Looks where the service looks, and installs the distribution's package where nothing is found. (Debian's package
# also sets up a server of its own; nothing here uses it.)
set -euo pipefail

have_postgres() {
  if [ -n "${POSTGRES_BIN_DIR:-}" ]; then
    [ -x "$POSTGRES_BIN_DIR/initdb" ]
    return
  fi
  command -v initdb >/dev/null 2>&1 && return
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

fail() {
  printf 'PostgreSQL is missing: %s\nInstall it with:\n\n  %s\n\n' "$1" "$2" >&2
  printf 'or name the folder of its initdb in POSTGRES_BIN_DIR, or a running server in DATABASE_URL.\n' >&2
  exit 1
}

if have_postgres; then
  exit 0
fi
if [ -n "${POSTGRES_BIN_DIR:-}" ]; then
  echo "POSTGRES_BIN_DIR=$POSTGRES_BIN_DIR holds no initdb; mend or unset it." >&2
  exit 1
fi
if ! command -v apt-get >/dev/null 2>&1; then
  if command -v brew >/dev/null 2>&1; then
    # Homebrew links initdb into PATH, which is one of the places looked at.
    fail 'this system has no apt-get.' 'brew install postgresql@17 && brew link postgresql@17'
  fi
  fail 'this system has no apt-get.' "your system's package manager: the package is mostly called postgresql"
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  as_root=(sudo)
  command -v sudo >/dev/null 2>&1 || fail 'only root may install it.' 'apt-get install --no-install-recommends postgresql   (as root)'
fi
command="${as_root[*]:+sudo }apt-get install --no-install-recommends postgresql"

echo 'PostgreSQL is not installed yet; installing the package postgresql ...' >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update &&
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql; } >"$log" 2>&1; then
  tail -n 15 "$log" >&2
  fail 'apt-get could not install it (see above).' "$command"
fi
have_postgres || fail 'the package is installed, but initdb is not where it was expected.' "$command"
echo 'PostgreSQL is installed.' >&2
