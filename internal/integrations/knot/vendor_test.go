package knot_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/knot/contract"
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// vendor is a simulator with a live client in front of it. A request that does not meet the vendor's contract fails the test.
type vendor struct {
	*simulated.Simulator

	clock  *clock.Fake
	client *live.Client
	url    string
}

const (
	clientID = "client-1"
	secret   = "example-secret"
)

func newVendor(t *testing.T, readings simulated.Readings, changes ...func(*simulated.Config)) *vendor {
	t.Helper()
	v := &vendor{clock: clock.NewFake(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))}
	config := simulated.Config{Contract: contract.Document, ClientID: clientID, Secret: secret, Now: v.clock.Now, Readings: readings}
	for _, change := range changes {
		change(&config)
	}
	var err error
	v.Simulator, err = simulated.New(config)
	require.NoError(t, err)
	server := httptest.NewServer(v.Simulator)
	t.Cleanup(server.Close)
	t.Cleanup(v.Close)
	v.url = server.URL
	v.client, err = live.New(live.Config{BaseURL: server.URL, ClientID: clientID, Secret: secret, Environment: "development"}, v.clock)
	require.NoError(t, err)
	t.Cleanup(func() { require.Empty(t, v.Violations(), "every request meets the vendor's contract") })
	return v
}
