# Everything a developer or CI does, by name. Needs Go and make; `run` and `test` install PostgreSQL where it is missing,
# `test` nginx too; `generate`, `verify` and `client` need Node.js 20 or newer with npm, `contract-fuzz` Python 3.11 or newer.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Generators, test runner and linter are pinned in modules of their own, so that they never change what the service is
# built from.
TOOL := go tool -modfile=tools/go.mod
LINT := go tool -modfile=tools/lint/go.mod golangci-lint
NPM_STAMP := tools/npm/node_modules/.package-lock.json
CLIENT := clients/typescript
CLIENT_STAMP := $(CLIENT)/node_modules/.package-lock.json
APP_STAMPS := $(patsubst %,$(CLIENT)/test/apps/%/node_modules/.package-lock.json,vite next)
SWAGGER_UI := swagger-ui-bundle.js swagger-ui-bundle.js.LICENSE.txt swagger-ui.css favicon-16x16.png favicon-32x32.png \
	LICENSE NOTICE

# make test PACKAGES=./internal/chat/... ARGS='-run Send -count=1'
PACKAGES ?= ./...
ARGS ?=
# What vet finds in tests, lint finds.
GOTEST := $(TOOL) gotestsum --format pkgname -- -race -vet=off
# make fuzz FUZZTIME=5m
FUZZTIME ?= 30s
# make contract-fuzz CASES=50 ARGS='--seed 7 --operation createExpense'
CASES ?= 200
# make smoke URL=https://lattice.example.com
URL ?= http://127.0.0.1:8080

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## start the service with demo data (SEED_DEMO=false for none); no server or key is needed
	@if [ -z "$${DATABASE_URL:-}" ] && ! grep -qsE '^(export )?DATABASE_URL=.' .env; then scripts/ensure-postgres.sh; fi
	@go build -o bin/lattice ./cmd/lattice
	@if ! grep -qsE '^(export )?SEED_DEMO=.' .env; then export SEED_DEMO="$${SEED_DEMO:-true}"; fi; exec bin/lattice serve

.PHONY: demo-live
demo-live: ## run the service in live mode against stand-ins for the vendors; no key is needed
	@scripts/ensure-postgres.sh
	@go build -o bin/ ./cmd/lattice ./cmd/simulator
	@scripts/demo-live.sh

.PHONY: build
build: ## build the commands into bin/
	go build -o bin/ ./cmd/...

.PHONY: test
test: ## run every test with the race detector, against one throw-away PostgreSQL
	@scripts/ensure-postgres.sh
	@scripts/ensure-nginx.sh
	@go run ./internal/testkit/testdb -- $(GOTEST) -timeout 15m $(ARGS) $(PACKAGES)

.PHONY: long
long: ## run the tests with their long tier too: more rounds, more data
	@scripts/ensure-postgres.sh
	@scripts/ensure-nginx.sh
	@LATTICE_TEST_TIER=long go run ./internal/testkit/testdb -- $(GOTEST) -timeout 40m $(ARGS) $(PACKAGES)

.PHONY: eval
eval: ## print how good the engines are: reading of intents, forecasts of prices
	@go test -count=1 -v -run '^TestEval' ./internal/engine/... | \
		grep -vE '^(=== | *--- PASS|PASS|testing: warning|ok .*no tests to run)|no test files'

.PHONY: bench
bench: ## measure engines, requests, turns and streams (beside a handler that does the same SQL alone), and pages of a million orders
	@scripts/ensure-postgres.sh
	@go test -run '^$$' -bench . -timeout 20m $(ARGS) ./internal/engine/... | grep -v 'no test files'
	@go test -run '^$$' -bench . -benchtime 1x -timeout 20m $(ARGS) ./internal/bench
	@go test -run '^$$' -bench List -benchtime 5000x -timeout 20m $(ARGS) ./internal/transactions

.PHONY: fuzz
fuzz: ## look for texts that break the readers of messages and amounts, FUZZTIME (30s) each
	@go test -run '^$$' -fuzz '^FuzzRead$$' -fuzztime $(FUZZTIME) ./internal/engine/intent
	@go test -run '^$$' -fuzz '^FuzzFind$$' -fuzztime $(FUZZTIME) ./internal/money

.PHONY: contract-fuzz
contract-fuzz: ## send generated requests to every operation, CASES (200) each, and hold the answers to the contract
	@scripts/contract-fuzz.sh --cases $(CASES) $(ARGS)

.PHONY: release-contract
release-contract: ## make the contract as it is the one that later changes must not break
	@scripts/release-contract.sh

.PHONY: smoke
smoke: ## walk through a running service as a new user would: make smoke URL=http://127.0.0.1:8080
	@go run ./cmd/smoke -url "$(URL)"

.PHONY: client
client: $(CLIENT_STAMP) $(APP_STAMPS) ## build the TypeScript client and check it against the service, compilers, apps and a mock
	@scripts/ensure-postgres.sh
	@go build -o bin/lattice ./cmd/lattice
	@cd $(CLIENT) && npm run --silent check

.PHONY: generate
generate: $(CLIENT_STAMP) ## write gen/ and the client's types anew from openapi.yaml and db/
	@scripts/generate.sh

.PHONY: verify
verify: $(NPM_STAMP) $(CLIENT_STAMP) ## check that generated code, contract and migrations are in order
	@scripts/verify.sh

.PHONY: lint
lint: ## check format, habits and the import rules
	@$(LINT) fmt --diff
	@$(LINT) run

.PHONY: fmt
fmt: ## format the Go code
	@$(LINT) fmt

.PHONY: docs-ui
docs-ui: $(NPM_STAMP) ## copy Swagger UI out of the pinned npm package
	@rm -f internal/httpapi/docsui/swaggerui/*
	@cd tools/npm/node_modules/swagger-ui-dist && install -m 644 $(SWAGGER_UI) $(CURDIR)/internal/httpapi/docsui/swaggerui/

.PHONY: tools
tools: $(NPM_STAMP) $(CLIENT_STAMP) $(APP_STAMPS) ## build every pinned tool ahead of its first use
	@$(TOOL) gotestsum --version
	@$(TOOL) oapi-codegen -version
	@$(TOOL) oasdiff --version
	@$(TOOL) sqlc version
	@$(LINT) version

.PHONY: clean
clean: ## delete what building left behind; data in .lattice stays
	rm -rf bin coverage .cache tools/npm/node_modules $(CLIENT)/dist $(CLIENT)/node_modules $(CLIENT)/test/apps/*/{node_modules,.next,dist}

%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	@command -v npm >/dev/null || { echo 'This needs Node.js 20 or newer with npm.' >&2; exit 1; }
	@cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
