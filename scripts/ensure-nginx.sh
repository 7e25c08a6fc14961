#!/usr/bin/env bash
# Makes sure that nginx is on this machine: a test sends streams through it, since most installations have such a proxy in
# front. Installs Debian's package where it is missing, and keeps that from starting a server of its own. Where it cannot
# be had the test is skipped and says so, except in CI, which must not leave it out.
set -euo pipefail

have_nginx() {
  command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ]
}

without() {
  if [ -n "${CI:-}" ]; then
    printf 'nginx is missing: %s\n' "$1" >&2
    exit 1
  fi
  printf 'nginx is missing, its test will be skipped: %s\n' "$1" >&2
  exit 0
}

if have_nginx; then
  exit 0
fi
command -v apt-get >/dev/null 2>&1 || without 'this system has no apt-get; install the package nginx.'
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  as_root=(sudo)
  command -v sudo >/dev/null 2>&1 || without 'only root may install it: apt-get install --no-install-recommends nginx'
fi

echo 'nginx is not installed yet; installing the package nginx ...' >&2
log=$(mktemp)
# A package that brings a server asks this file whether it may start it; 101 forbids it.
policy=/usr/sbin/policy-rc.d
forbade=
trap 'rm -f "$log"; if [ -n "$forbade" ]; then "${as_root[@]}" rm -f "$policy"; fi' EXIT
if [ ! -e "$policy" ]; then
  forbade=yes
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
fi
if ! { "${as_root[@]}" apt-get update &&
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nginx; } >"$log" 2>&1; then
  tail -n 15 "$log" >&2
  without 'apt-get could not install it (see above).'
fi
have_nginx || without 'the package is installed, but nginx is not where it was expected.'
echo 'nginx is installed.' >&2
