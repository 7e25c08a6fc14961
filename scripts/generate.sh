#!/usr/bin/env bash
# Writes gen/ and clients/typescript/src/generated/ anew from the contracts, ours and the vendors', and the queries, with the
# generators pinned in tools/go.mod and in the client's lock file. Files nobody wrote this time are left over from something
# that is gone, and are deleted: these folders are machine-written only.
set -euo pipefail
cd "$(dirname "$0")/.."

started=$(mktemp)
form=$(mktemp)
trap 'rm -f "$started" "$form"' EXIT
mkdir -p gen/api gen/contract gen/vendors/knot

# The contract in JSON, in OpenAPI 3.1, and in the form the Go generator understands.
go run ./internal/contractform/derive >"$form"
go tool -modfile=tools/go.mod oapi-codegen -config oapi-codegen.yaml "$form"
go tool -modfile=tools/go.mod oapi-codegen -config internal/integrations/knot/contract/oapi-codegen.yaml \
  internal/integrations/knot/contract/knot.yaml
go tool -modfile=tools/go.mod sqlc generate
node clients/typescript/scripts/generate.mjs

find gen clients/typescript/src/generated -type f ! -newer "$started" -print -delete | sed 's/^/deleted, since nothing makes it any more: /'
