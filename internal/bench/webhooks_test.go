package bench

import (
	"bytes"
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// What Knot may send at once, and for how long it is measured.
const (
	webhooksPerSecond = 300
	webhookSeconds    = 10
	// webhookSecret is what the measured service is configured with.
	webhookSecret = "bench-secret"
)

// BenchmarkWebhooks sends webhooks at a steady rate, whether or not the ones before are answered, as the vendor does. All
// are different, and each leads to a job.
func BenchmarkWebhooks(b *testing.B) {
	alice := measured(b, nil)
	for b.Loop() {
		took := make(times, webhooksPerSecond*webhookSeconds)
		tick := time.NewTicker(time.Second / webhooksPerSecond)
		var group sync.WaitGroup
		for i := range took {
			<-tick.C
			group.Go(func() { took[i] = alice.receives(b) })
		}
		tick.Stop()
		group.Wait()
		tellf("\n%d webhooks a second for %d s: answered within %.2f ms (p50), %.2f ms (p99)\n",
			webhooksPerSecond, webhookSeconds, took.at(50), took.at(99))
		b.ReportMetric(took.at(50), "p50-ms")
		b.ReportMetric(took.at(99), "p99-ms")
		if took.at(99) >= 50 {
			b.Errorf("p99 is %.2f ms, not below 50", took.at(99))
		}
	}
}

// receives sends one webhook to the service and returns how long the answer took.
func (p *person) receives(b *testing.B) time.Duration {
	b.Helper()
	body, err := json.Marshal(object{
		"event": "NEW_TRANSACTIONS_AVAILABLE", "external_user_id": uuid.NewString(), "merchant": object{"id": 19, "name": "DoorDash"},
		"timestamp": time.Now().UnixMilli(),
	})
	if err != nil {
		b.Error(err)
		return 0
	}
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, p.url+"/api/webhooks/knot", bytes.NewReader(body))
	if err != nil {
		b.Error(err)
		return 0
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Knot-Signature", simulated.Sign(webhookSecret, body, "application/json"))
	begun := time.Now()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Error(err)
		return 0
	}
	took := time.Since(begun)
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		b.Errorf("answered %d", response.StatusCode)
	}
	return took
}
