// Package contract holds the part of Knot's API that we use, as an OpenAPI document.
package contract

import _ "embed"

// Document is that document, in YAML. The client in gen/vendors/knot is generated from it, and the simulator holds every
// request to it.
//
//go:embed knot.yaml
var Document []byte
