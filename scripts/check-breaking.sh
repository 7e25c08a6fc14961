#!/usr/bin/env bash
# Compares the contract with the released one, and fails when a client of the release would break. A line that begins
# with BREAKING: under Unreleased in CHANGELOG.md says that this is meant. Before the first release it compares with the
# contract of main, where there is one, and only tells.
#
#   scripts/check-breaking.sh [folder of the tree, this one by default]
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)
cd "${1:-$home}"

oasdiff="$(cd "$home" && go tool -modfile=tools/go.mod -n oasdiff)" # the tool's file, so that it can run in any folder

if [ ! -e contract/released.yaml ]; then
  echo 'nothing is released yet: make release-contract is what makes a promise'
  before=$(mktemp)
  trap 'rm -f "$before"' EXIT
  if git show main:openapi.yaml >"$before" 2>/dev/null; then
    "$oasdiff" breaking "$before" openapi.yaml || true
  fi
  exit 0
fi
if "$oasdiff" breaking contract/released.yaml openapi.yaml --fail-on ERR; then
  exit 0
fi
if sed -n '/^## Unreleased/,/^## [^U]/p' CHANGELOG.md | grep -qE '^[-* ]*BREAKING: '; then
  echo 'CHANGELOG.md says that this is meant'
  exit 0
fi
echo 'The contract would break clients of the release. If that is meant, say so in CHANGELOG.md: BREAKING: what and why.' >&2
exit 1
