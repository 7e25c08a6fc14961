package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// What Knot may send at once, and for how long it is measured.
const (
	webhooksPerSecond = 300
	webhookSeconds    = 10
	webhooksBefore    = webhooksPerSecond // not measured: what comes first is made ready by it
	// webhookGoal is within how many milliseconds 99 of 100 are to be answered.
	webhookGoal = 50
	// webhookSecret is what the measured service is configured with.
	webhookSecret = "bench-secret"
)

// BenchmarkWebhooks sends webhooks at a steady rate, whether or not the ones before are answered, as the vendor does. All
// are different, and each leads to a job, which is worked meanwhile. How long an answer took counts from the moment at
// which the webhook was due: one that had to wait to be sent at all was waited for as well.
func BenchmarkWebhooks(b *testing.B) {
	alice, sent := measured(b, nil), 0
	for b.Loop() {
		hooks := make([]*http.Request, webhooksBefore+webhooksPerSecond*webhookSeconds)
		for i := range hooks {
			hooks[i] = alice.webhook(alice.news())
		}
		took := make(times, len(hooks))
		var group errgroup.Group
		worked, begun := processorTime(), time.Now()
		for i, hook := range hooks {
			due := begun.Add(time.Duration(i) * time.Second / webhooksPerSecond)
			<-time.After(time.Until(due))
			group.Go(func() error {
				err := deliver(hook)
				took[i] = time.Since(due)
				return err
			})
		}
		require.NoError(b, group.Wait())
		rate := float64(len(hooks)) / time.Since(begun).Seconds()
		each := (processorTime() - worked) / time.Duration(len(hooks))
		took = took[webhooksBefore:]
		sent += len(hooks)
		alice.worksAllWebhooks(sent)
		tellf("\n%d webhooks a second for %d s, in milliseconds from when each was due (%.0f a second were answered)\n",
			webhooksPerSecond, webhookSeconds, rate)
		tellf("%-24s %9s %9s %9s %9s", "", "p50", "p90", "p99", "goal p99")
		tellf("%-24s %9.2f %9.2f %9.2f %9d", "answered", took.at(50), took.at(90), took.at(99), webhookGoal)
		tellf("%-24s %9.2f ms of service and client together, without the database", "processor time", float64(each.Microseconds())/1000)
		b.ReportMetric(took.at(50), "p50-ms")
		b.ReportMetric(took.at(99), "p99-ms")
		if took.at(99) >= webhookGoal {
			b.Errorf("p99 is %.2f ms, not below %d (p50 %.2f, p90 %.2f, processor time %v each)", took.at(99), webhookGoal, took.at(50), took.at(90), each)
		}
	}
}

// Why: a webhook is answered while its sender waits ten seconds at most, and there may be many at once. What is told again
// costs less still.
func TestWebhook_TakesTwoStatementsAndOneCommitBeforeItsAnswer(t *testing.T) {
	t.Parallel()
	alice, seen := counted(t)
	require.NoError(t, deliver(alice.webhook(alice.news()))) // the first job of all asks the database what it is
	alice.worksAllWebhooks(1)
	body := alice.news()
	seen.take()
	require.NoError(t, deliver(alice.webhook(body)))
	received := seen.take().transactionOf("WebhookInsert")
	require.Len(t, received.statements(), 2, "the webhook and its job")
	require.Equal(t, 1, received.commits())
	alice.worksAllWebhooks(2)

	// Nothing is worked for a repetition, so all there is belongs to the answer, unless something else came between.
	for deadline := time.Now().Add(patience); ; {
		seen.take()
		require.NoError(t, deliver(alice.webhook(body)))
		took := seen.take().ofTurn()
		if len(took.statements()) == 1 {
			require.Equal(t, []string{"WebhookInsert"}, took.statements())
			require.Equal(t, 1, took.commits())
			return
		}
		require.Truef(t, time.Now().Before(deadline), "a repetition takes %v", took.statements())
	}
}

// transactionOf is the transaction in which a statement stands.
func (c cost) transactionOf(name string) cost {
	open := map[*pgx.Conn]cost{}
	for _, one := range c {
		if one.name == "begin" {
			open[one.conn] = nil
		}
		open[one.conn] = append(open[one.conn], one)
		if one.name == "commit" && slices.Contains(open[one.conn].statements(), name) {
			return open[one.conn]
		}
	}
	return nil
}

// news is the body of a webhook that was never sent before, of an account that nobody here has.
func (p *person) news() []byte {
	p.t.Helper()
	body, err := json.Marshal(object{
		"event": "NEW_TRANSACTIONS_AVAILABLE", "external_user_id": uuid.NewString(), "merchant": object{"id": 19, "name": "DoorDash"},
		"timestamp": time.Now().UnixMilli(),
	})
	require.NoError(p.t, err)
	return body
}

// webhook is the request that tells a body.
func (p *person) webhook(body []byte) *http.Request {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+"/api/webhooks/knot", bytes.NewReader(body))
	require.NoError(p.t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Knot-Signature", simulated.Sign(webhookSecret, body, "application/json"))
	return request
}

// deliver sends a webhook and reads the answer, so that the connection can be used again.
func deliver(hook *http.Request) error {
	response, err := client.Do(hook)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s: %s", response.Status, answer)
	}
	return nil
}

// worksAllWebhooks waits until that many webhooks are stored and worked: an answer that was quick because nothing stood
// behind it is none.
func (p *person) worksAllWebhooks(count int) {
	p.t.Helper()
	deadline, look := time.NewTimer(patience), time.NewTicker(20*time.Millisecond)
	defer deadline.Stop()
	defer look.Stop()
	for {
		var stored, worked int
		require.NoError(p.t, p.pool.QueryRow(p.t.Context(), `SELECT count(*), count(worked_at) FROM vendor_webhooks`).Scan(&stored, &worked))
		require.Equal(p.t, count, stored, "every webhook is stored, and no other")
		if worked == count {
			return
		}
		select {
		case <-look.C:
		case <-deadline.C:
			require.FailNowf(p.t, "webhooks are not worked", "%d of %d are", worked, stored)
		}
	}
}
