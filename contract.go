// Package lattice holds the contract as people wrote it; the machine-made rest is under gen.
package lattice

import _ "embed"

// Contract is openapi.yaml.
//
//go:embed openapi.yaml
var Contract []byte
