// Package e2e tests the service from outside: requests through the real router, rows in a real Postgres, replies by real
// workers. Its client holds every response to the contract, and a run of the whole package fails when some status the
// contract declares was never seen.
//
// There is nothing here but tests.
package e2e
