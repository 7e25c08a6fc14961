package bench

import (
	"bytes"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/ai"
)

// idleStreams is how many streams wait at once, warmStreams how many do before: what the first ones make is there for all.
const (
	idleStreams = 2000
	warmStreams = 100
)

// BenchmarkIdleStreams opens streams on which nothing happens and looks how much memory more is in use: objects that live
// and stacks, without what the next garbage collection takes back. The clients are in the same process, and hold nothing
// but their connections.
func BenchmarkIdleStreams(b *testing.B) {
	alice := measured(b, ai.NewScripted(ai.Script{StallAfter: -1}))
	for b.Loop() {
		tellf("\nMemory of %d streams that wait, in kB each (goal: under 40)\n", idleStreams)
		hints := alice.memoryPerStream("/api/events", "stream.resync")
		tellf("%-24s %9.1f", "streamEvents", hints)
		chatID := alice.openChat()
		var said turn
		alice.post(messagesPath(chatID), question, 202, &said, "Prefer", "respond-async")
		path := messagesPath(chatID) + "/" + said.AIMessage.ID.String()
		replies := alice.memoryPerStream(path+"/stream", "reply.drawer")
		tellf("%-24s %9.1f", "streamReply", replies)
		alice.post(path+"/stop", nil, 200, nil)
		b.ReportMetric(hints, "events-kB")
		b.ReportMetric(replies, "reply-kB")
	}
}

// memoryPerStream opens the streams, waits until each has said a word, and closes them in the end.
func (p *person) memoryPerStream(path, until string) float64 {
	p.t.Helper()
	open := func() net.Conn {
		conn, err := new(net.Dialer).DialContext(p.t.Context(), "tcp", strings.TrimPrefix(p.url, "http://"))
		require.NoError(p.t, err)
		_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n\r\n", path, p.token)
		require.NoError(p.t, err)
		return conn
	}
	var got bytes.Buffer
	chunk := make([]byte, 16<<10)
	await := func(conn net.Conn) {
		got.Reset()
		for !strings.Contains(got.String(), until) {
			n, err := conn.Read(chunk)
			require.NoError(p.t, err, got.String())
			got.Write(chunk[:n])
		}
		require.True(p.t, strings.HasPrefix(got.String(), "HTTP/1.1 200 "), got.String())
	}
	conns := make([]net.Conn, 0, warmStreams+idleStreams)
	var before int64
	for range cap(conns) {
		if len(conns) == warmStreams {
			before = inUse()
		}
		conn := open()
		await(conn)
		conns = append(conns, conn)
	}
	after := inUse()
	for _, conn := range conns {
		require.NoError(p.t, conn.Close())
	}
	return float64(after-before) / idleStreams / 1000
}

// inUse is the memory of living objects and of stacks.
func inUse() int64 {
	var stats runtime.MemStats
	for range 3 { // what has a finalizer lives one collection longer
		runtime.GC()
	}
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapInuse + stats.StackInuse)
}
