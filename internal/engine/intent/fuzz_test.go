package intent_test

import (
	"testing"

	"github.com/lattice-money/lattice/internal/engine/intent"
)

// FuzzRead looks for messages that break the reader or a promise of its readings (make fuzz runs it for a while).
func FuzzRead(f *testing.F) {
	for i, entry := range labelledHalf(f, "dev.yaml") {
		if i%8 != 0 {
			continue
		}
		history := ""
		if len(entry.History) > 0 {
			history = entry.History[0]
		}
		f.Add(entry.Text, history, entry.Chat == intent.Group)
	}
	for _, text := range []string{
		"", "?", "@lattice", "lattice", "$", "%", "20 %", "60/40/", "1/2/3/4", "'s", "’", "a hundred and", "two grand", "\xff\xfe", "e\u0301\u0301",
		"ﬁve ﬀ ½ ²", "I'm", "between , and", "￥1200", "١٢٣", "\u200d\u200d", "split 9999999999999999999 by 99999", "of the of the of",
	} {
		f.Add(text, text, true)
	}
	f.Fuzz(func(t *testing.T, text, history string, group bool) {
		message := intent.Message{Text: text, History: []string{history}, Now: noon}
		if group {
			message.ChatType = intent.Group
		}
		requireSound(t, message)
	})
}
