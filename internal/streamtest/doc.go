// Package streamtest tests what a reader of a running service can rely on: that a reply has exactly one end and the same
// events for everybody who watches it, live or later, here or at another process; that a stop, a repeat, a late or a slow
// reader, a provider that misbehaves and a process that goes away change nothing of that. It holds tests alone.
//
// Every test has a database of its own and as many services on it as it needs, each behind a listener of its own.
// LATTICE_TEST_TIER=long runs the full counts.
package streamtest
