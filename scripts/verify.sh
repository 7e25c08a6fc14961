#!/usr/bin/env bash
# Checks that what is written by hand and what is made from it agree: migrations, contract, vendored files, generated
# code. Writes to that alone. Quick checks come first.
set -euo pipefail
cd "$(dirname "$0")/.."

heading() { printf -- '--- %s\n' "$1"; }
fail() {
  echo "verify: $1" >&2
  exit 1
}

heading 'migrations are named and ordered'
scripts/check-migrations.sh

heading 'the contract passes its linters, as it is written and as OpenAPI 3.1'
# redocly.yaml makes every warning an error. The linter would report to its maker and look for a newer self.
REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true tools/npm/node_modules/.bin/redocly lint
tools/npm/node_modules/.bin/spectral lint --ruleset .spectral.yaml --fail-severity hint openapi.yaml gen/contract/openapi-3.1.json

heading 'the documentation page is the released one'
for file in internal/httpapi/docsui/swaggerui/*; do
  cmp "$file" "tools/npm/node_modules/swagger-ui-dist/${file##*/}" || fail 'run make docs-ui and commit the result'
done

heading 'the contract breaks no released client'
scripts/check-breaking.sh
scripts/test-release.sh

heading 'generated code is what the generators write'
scripts/generate.sh
generated=(gen clients/typescript/src/generated)
if ! git diff --quiet -- "${generated[@]}"; then
  git --no-pager diff --stat -- "${generated[@]}"
  git --no-pager diff -- "${generated[@]}" | head -n 100 || true # the pipe may break
  fail 'generated code is not what its sources make: run make generate and commit the result'
fi
untracked=$(git ls-files --others --exclude-standard -- "${generated[@]}")
[ -z "$untracked" ] || fail "generated files are not committed; run make generate and commit them:
$untracked"

heading 'docs/changing-the-contract.md does what it says'
scripts/replay-docs.sh
