package jobs

import (
	"context"
	"log/slog"
)

// quiet is log for the queue's own voice, one level down: at info it counts its jobs every few seconds.
func quiet(log *slog.Logger) *slog.Logger { return slog.New(quietHandler{log.Handler()}) }

type quietHandler struct{ slog.Handler }

// oneLevel is the distance between info and debug.
const oneLevel = slog.LevelInfo - slog.LevelDebug

func lowered(level slog.Level) slog.Level {
	if level < slog.LevelWarn {
		return level - oneLevel
	}
	return level
}

func (h quietHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.Handler.Enabled(ctx, lowered(level))
}

func (h quietHandler) Handle(ctx context.Context, record slog.Record) error {
	record.Level = lowered(record.Level)
	return h.Handler.Handle(ctx, record)
}

func (h quietHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return quietHandler{h.Handler.WithAttrs(attributes)}
}

func (h quietHandler) WithGroup(name string) slog.Handler {
	return quietHandler{h.Handler.WithGroup(name)}
}
