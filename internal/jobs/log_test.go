package jobs

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQuiet_LowersWhatIsOnlyInformation(t *testing.T) {
	t.Parallel()
	for level, want := range map[slog.Level]string{
		slog.LevelInfo:  "level=WARN msg=warning queue=replies\nlevel=ERROR msg=fault queue=replies\n",
		slog.LevelDebug: "level=DEBUG msg=counts queue=replies\nlevel=WARN msg=warning queue=replies\nlevel=ERROR msg=fault queue=replies\n",
	} {
		var out bytes.Buffer
		log := quiet(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level, ReplaceAttr: withoutTime}))).With("queue", "replies")
		log.DebugContext(t.Context(), "detail")
		log.InfoContext(t.Context(), "counts")
		log.WarnContext(t.Context(), "warning")
		log.ErrorContext(t.Context(), "fault")
		require.Equal(t, want, out.String())
	}
}

func withoutTime(_ []string, attribute slog.Attr) slog.Attr {
	if attribute.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return attribute
}
