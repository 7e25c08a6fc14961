//go:build !crashpoints

// Package crashpoint marks places where the crash tests kill the process. In a normal build a mark does nothing and no
// setting is read; the tag crashpoints makes a test build.
package crashpoint

// Reach marks a place.
func Reach(string) {}
