//go:build linux || darwin

package embedded

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
)

const (
	keptLines     = 20
	maxLineLength = 4096
)

// serverOutput passes what the server writes to the log and keeps the last lines for the message when it fails.
type serverOutput struct {
	logger *slog.Logger

	mu      sync.Mutex
	partial []byte
	lines   []string
}

func newServerOutput(logger *slog.Logger) *serverOutput { return &serverOutput{logger: logger} }

// Write never fails, so that the server is never held up by its log.
func (o *serverOutput) Write(data []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.partial = append(o.partial, data...)
	for {
		line, rest, complete := bytes.Cut(o.partial, []byte("\n"))
		if !complete {
			if len(o.partial) > maxLineLength {
				o.keep(string(o.partial))
				o.partial = nil
			}
			return len(data), nil
		}
		o.keep(string(line))
		o.partial = append([]byte(nil), rest...)
	}
}

func (o *serverOutput) keep(line string) {
	line = strings.TrimSpace(line)
	if line == "" {
		return
	}
	if o.lines = append(o.lines, line); len(o.lines) > keptLines {
		o.lines = o.lines[1:]
	}
	o.logger.Log(context.Background(), levelOf(line), "postgres", slog.String("line", line))
}

// levelOf knows the severities of the server's log in its untranslated form. A failed statement is its client's
// business, who gets the error; FATAL ends one connection, such as one that came before the server was ready.
func levelOf(line string) slog.Level {
	severity, _, _ := strings.Cut(line, ":")
	switch severity {
	case "PANIC":
		return slog.LevelError
	case "WARNING":
		return slog.LevelWarn
	default:
		return slog.LevelDebug
	}
}

// tail gives the last lines as an addition to an error message.
func (o *serverOutput) tail() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.lines) == 0 {
		return ""
	}
	return "; the server said: " + strings.Join(o.lines, " | ")
}
