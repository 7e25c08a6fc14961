// Package lattice holds the contract as people wrote it; the machine-made rest is under gen.
package lattice

import _ "embed"

// Contract is openapi.yaml.
//
//go:embed openapi.yaml
var Contract []byte

// ContractJSON is openapi.yaml in JSON, by make generate.
//
//go:embed gen/contract/openapi.json
var ContractJSON []byte

// Contract31 is openapi.yaml in OpenAPI 3.1 and JSON, by make generate.
//
//go:embed gen/contract/openapi-3.1.json
var Contract31 []byte
