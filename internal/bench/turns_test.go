package bench

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// What the turns of BenchmarkTurns come at.
const (
	turnsPerSecond = 50
	turnsMeasured  = 500
	turnsBefore    = 50 // not measured: what comes first is made ready by it
)

// BenchmarkTurns sends messages at a steady rate, whether the ones before are answered or not, in mock mode.
func BenchmarkTurns(b *testing.B) {
	alice := measured(b, nil)
	chats := make([]uuid.UUID, 2*turnsPerSecond) // a chat answers one message at a time
	for i := range chats {
		chats[i] = alice.openChat()
	}
	for b.Loop() {
		var mu sync.Mutex
		var accepted, first, completed, waited times
		worked := processorTime()
		require.NoError(b, steadily(func(i int) error {
			took, err := alice.watched(chats[i%len(chats)])
			if i >= turnsBefore {
				mu.Lock()
				defer mu.Unlock()
				accepted, first, completed = append(accepted, took[0]), append(first, took[1]), append(completed, took[2])
			}
			return err
		}))
		require.NoError(b, steadily(func(i int) error {
			begun := time.Now()
			err := alice.call(http.MethodPost, alice.url+messagesPath(chats[i%len(chats)]), question, success, nil) // 202 where the machine cannot keep up
			if i >= turnsBefore {
				mu.Lock()
				defer mu.Unlock()
				waited = append(waited, time.Since(begun))
			}
			return err
		}))
		tellf("\n%d messages a second, in milliseconds after the POST\n", turnsPerSecond)
		tellf("%-24s %9s %9s %9s %9s", "", "p50", "p90", "p99", "goal p50")
		for _, row := range []struct {
			name  string
			times times
			goal  string
		}{
			{"accepted (202)", accepted, ""},
			{"first event", first, "10"},
			{"completed, streamed", completed, "30"},
			{"completed, waited (201)", waited, "30"},
		} {
			tellf("%-24s %9.2f %9.2f %9.2f %9s", row.name, row.times.at(50), row.times.at(90), row.times.at(99), row.goal)
		}
		worked = (processorTime() - worked) / (2 * (turnsBefore + turnsMeasured))
		tellf("%-24s %9.2f ms of service and client together, without the database", "processor time per turn", float64(worked.Microseconds())/1000)
		b.ReportMetric(first.at(50), "first-event-p50-ms")
		b.ReportMetric(completed.at(50), "completed-p50-ms")
		b.ReportMetric(waited.at(50), "waited-p50-ms")
	}
}

// processorTime is what this process has worked so far. Unlike the time that passes, it hardly depends on what else the
// machine does.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// steadily begins one after another at the rate, and waits for all.
func steadily(one func(i int) error) error {
	tick := time.NewTicker(time.Second / turnsPerSecond)
	defer tick.Stop()
	var group errgroup.Group
	for i := range turnsBefore + turnsMeasured {
		<-tick.C
		group.Go(func() error { return one(i) })
	}
	return group.Wait()
}

// watched sends a message, watches its reply, and returns when it was accepted, when its first and when its last event came.
func (p *person) watched(chatID uuid.UUID) (took [3]time.Duration, err error) {
	begun := time.Now()
	var said turn
	if err := p.call(http.MethodPost, p.url+messagesPath(chatID), question, 202, &said, "Prefer", "respond-async"); err != nil {
		return took, err
	}
	took[0] = time.Since(begun)
	response, err := p.open(p.t.Context(), http.MethodGet, p.url+messagesPath(chatID)+"/"+said.AIMessage.ID.String()+"/stream", nil)
	if err != nil {
		return took, err
	}
	defer func() { _ = response.Body.Close() }()
	last := ""
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		name, found := strings.CutPrefix(lines.Text(), "event: ")
		if !found {
			continue
		}
		if last == "" {
			took[1] = time.Since(begun)
		}
		last, took[2] = name, time.Since(begun)
	}
	if last != "reply.completed" {
		err = fmt.Errorf("the reply ended with %q", last)
	}
	return took, err
}
