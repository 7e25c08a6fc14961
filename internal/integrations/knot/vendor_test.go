package knot_test

import (
	"net/http/httptest"
	"sync"
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

func newVendor(t *testing.T, readings simulated.Readings) *vendor {
	t.Helper()
	v := &vendor{clock: clock.NewFake(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))}
	v.Simulator = newSimulator(t, v.clock, readings)
	server := httptest.NewServer(v.Simulator)
	t.Cleanup(server.Close)
	v.url = server.URL
	var err error
	v.client, err = live.New(live.Config{BaseURL: server.URL, ClientID: clientID, Secret: secret, Environment: "development"}, v.clock)
	require.NoError(t, err)
	t.Cleanup(func() { require.Empty(t, v.Violations(), "every request meets the vendor's contract") })
	return v
}

// contractRead is the vendor's contract, read once for all simulators.
var contractRead = sync.OnceValues(func() (*simulated.Contract, error) { return simulated.ReadContract(contract.Document) })

func newSimulator(t *testing.T, clk *clock.Fake, readings simulated.Readings, changes ...func(*simulated.Config)) *simulated.Simulator {
	t.Helper()
	read, err := contractRead()
	require.NoError(t, err)
	config := simulated.Config{Read: read, ClientID: clientID, Secret: secret, Now: clk.Now, Readings: readings}
	for _, change := range changes {
		change(&config)
	}
	simulator, err := simulated.New(config)
	require.NoError(t, err)
	t.Cleanup(simulator.Close)
	return simulator
}
