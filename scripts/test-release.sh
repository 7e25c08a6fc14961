#!/usr/bin/env bash
# Plays a few releases of a small contract in a folder of its own, to see that a breaking change is found, can be meant,
# and stands in the changelog of the contract.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

fail() {
  echo "test-release: $1" >&2
  exit 1
}
contract() { # version, then the properties of the answer
  cat >"$tree/openapi.yaml" <<YAML
openapi: 3.0.3
info:
  title: Small
  version: $1
paths:
  /things:
    get:
      operationId: listThings
      responses:
        '200':
          description: All of them.
          content:
            application/json:
              schema:
                type: object
                required: [$2]
                properties: {$3}
YAML
}
changelog() { printf '# Changelog\n\n## Unreleased\n\n%s\n\n## 0.0.1\n\nBREAKING: long ago.\n' "$1" >"$tree/CHANGELOG.md"; }
breaks() { ! "$here/check-breaking.sh" "$tree" >"$tree/said" 2>&1; }
release() { "$here/release-contract.sh" "$tree" >"$tree/said" 2>&1; }

changelog '- Nothing much.'
contract 1.0.0 name 'name: {type: string}, age: {type: integer}'
breaks && fail 'before a release nothing can break'
release || fail 'the first release is refused'
release && fail 'one version is released twice'

contract 1.1.0 'name, age' 'name: {type: string}, age: {type: integer}, size: {type: integer}'
breaks && fail "an addition breaks: $(cat "$tree/said")"
release || fail 'the second release is refused'
grep -q '^## 1.1.0' "$tree/contract/CHANGELOG.md" || fail 'the changelog of the contract lacks the release'
grep -q 'size' "$tree/contract/CHANGELOG.md" || fail "the changelog of the contract does not tell of size: $(cat "$tree/contract/CHANGELOG.md")"
[ "$(grep -c '^## ' "$tree/contract/CHANGELOG.md")" = 2 ] || fail 'the changelog of the contract lost the first release'

contract 2.0.0 'age' 'age: {type: integer}, size: {type: integer}'
breaks || fail 'a property that clients count on went away unnoticed'
changelog '- BREAKING: name is gone, things have none.'
breaks && fail "a breaking change that is meant is refused: $(cat "$tree/said")"
release || fail 'the third release is refused'
breaks && fail 'what was released breaks itself'
echo 'breaking changes are found, can be meant, and are told'
