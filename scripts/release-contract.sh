#!/usr/bin/env bash
# Makes the contract as it is the released one: what verify compares later changes with. Writes what changed since the
# last release into contract/CHANGELOG.md. The version in openapi.yaml has to be a new one.
#
#   scripts/release-contract.sh [folder of the tree, this one by default]
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)
cd "${1:-$home}"

oasdiff="$(cd "$home" && go tool -modfile=tools/go.mod -n oasdiff)" # the tool's file, so that it can run in any folder
version_of() { sed -n 's/^  version: *//p' "$1" | head -n 1; }

released=contract/released.yaml
version=$(version_of openapi.yaml)
mkdir -p contract
changelog=contract/CHANGELOG.md
entry=$(mktemp)
trap 'rm -f "$entry" "$entry.all"' EXIT

printf '## %s\n\n' "$version" >"$entry"
if [ -e "$released" ]; then
  before=$(version_of "$released")
  [ "$version" != "$before" ] || { echo "release-contract: $version is released already; raise info.version in openapi.yaml" >&2; exit 1; }
  # One line a change, without the colours and the heading of a terminal.
  changes=$("$oasdiff" changelog "$released" openapi.yaml --format singleline --color never | sed -n 's/^\(error\|warning\|info\)\( \[[^]]*\]\)\? *at [^,]*, \(in API \)\?/- \1: /p')
  printf '%s\n\n' "${changes:-- No change that a client could notice.}" >>"$entry"
else
  printf 'The first release.\n\n' >>"$entry"
fi

{
  printf '# Changes of the contract\n\nWritten by `make release-contract`, newest first.\n\n'
  cat "$entry"
  [ ! -e "$changelog" ] || tail -n +5 "$changelog"
} >"$entry.all"
cp "$entry.all" "$changelog"
cp openapi.yaml "$released"
echo "The contract $version is released: commit $released and $changelog."
