package intent_test

import (
	"testing"
	"time"

	"github.com/lattice-money/lattice/internal/engine/intent"
)

// BenchmarkRead reads the development half, with its histories, message by message: an operation is one message.
func BenchmarkRead(b *testing.B) {
	merchants := seedMerchants(b)
	var messages []intent.Message
	for _, entry := range labelledHalf(b, "dev.yaml") {
		messages = append(messages, intent.Message{
			Text: entry.Text, ChatType: entry.Chat, History: entry.History, Now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC),
		})
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		intent.Read(messages[i%len(messages)], merchants)
	}
}
