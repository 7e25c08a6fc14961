package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Limits of a connection. Writing must outlast the longest wait for a reply.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	idleTimeout       = 2 * time.Minute
	writeMargin       = 30 * time.Second
)

// Serve works and answers until ctx ends or the listener fails, then stops in order: no new requests, running ones and
// their replies finish, workers stop. Listen comes before.
func (a *App) Serve(ctx context.Context) error {
	if err := a.Start(ctx); err != nil {
		return err
	}
	server := &http.Server{
		Handler: a.server, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		WriteTimeout: a.config.SendMessageWait + writeMargin,
		BaseContext:  func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(a.socket) }()
	var err error
	select {
	case <-ctx.Done():
		a.log.InfoContext(ctx, "stopping")
	case err = <-failed:
	}
	return errors.Join(err, a.shutdown(ctx, server))
}

// shutdown spends half of its time on the replies that callers wait for, and goes on at once when there are none. Then
// the callers are told where to find what is not there yet, and replies get a little longer before they go back to the
// queue for the next process.
func (a *App) shutdown(ctx context.Context, server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.config.ShutdownTimeout)
	defer cancel()
	working, cancelWork := context.WithTimeout(ctx, a.config.ShutdownTimeout*2/3)
	defer cancelWork()
	a.server.Drain()
	waited := time.AfterFunc(a.config.ShutdownTimeout/2, a.server.Dismiss)
	defer waited.Stop()
	// Requests first: those that wait for a reply need the workers.
	if err := server.Shutdown(ctx); err != nil {
		a.log.WarnContext(ctx, "requests cut off", "error", err)
		_ = server.Close() // their clients see a broken connection; what they sent is stored
	}
	if err := a.Stop(working); err != nil {
		return err
	}
	a.log.InfoContext(ctx, "stopped")
	return nil
}

// URL is where the service answers.
func (a *App) URL() string {
	if a.config.PublicURL != "" {
		return strings.TrimSuffix(a.config.PublicURL, "/")
	}
	if a.socket == nil { // nobody listens (yet)
		return "http://" + a.config.HTTPAddr
	}
	return "http://" + a.socket.Addr().String()
}

// Announce writes the block a person sees on start. notice is a sentence about the database worth knowing, or empty.
func (a *App) Announce(out io.Writer, version, database, notice string) error {
	var text strings.Builder
	fmt.Fprintf(&text, "\n  Lattice %s is ready\n\n", version)
	fmt.Fprintf(&text, "  %-10s %s\n  %-10s %s/docs\n  %-10s %s\n", "URL", a.URL(), "Docs", a.URL(), "Database", database)
	if notice != "" {
		fmt.Fprintf(&text, "  %-10s %s\n", "", notice)
	}
	if a.config.SeedDemo {
		fmt.Fprintf(&text, "  %-10s %s\n", "Sign in", "alice@demo.com or bob@demo.com, password password123")
	}
	integrations, _ := a.features.List()
	for i, integration := range integrations {
		label := ""
		if i == 0 {
			label = "Features"
		}
		fmt.Fprintf(&text, "  %-10s %-10s %s\n", label, integration.Name, integration.Mode)
	}
	text.WriteString("\n")
	_, err := io.WriteString(out, text.String())
	return err
}
