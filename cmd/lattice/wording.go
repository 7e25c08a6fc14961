//go:build !crashpoints

package main

import "github.com/lattice-money/lattice/internal/chat"

// testWording is nil: a normal build words replies as configured.
func testWording() chat.Wording { return nil }
