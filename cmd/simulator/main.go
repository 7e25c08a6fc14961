// Command simulator serves the wire format of the vendors Lattice talks to, for demonstrations and tests without keys.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/knot/contract"
	"github.com/lattice-money/lattice/internal/simulators/knot"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, args, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "simulator:", err)
		return 1
	}
	return 0
}

const (
	readHeaderTimeout = 5 * time.Second
	stopTimeout       = 5 * time.Second
)

// errMerchants means that -auto-login is no list of numbers.
var errMerchants = errors.New("-auto-login wants merchant ids, separated by commas")

func serve(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	address := flags.String("addr", "127.0.0.1:8090", "host:port to listen on")
	webhooks := flags.String("knot-webhooks", "", "where Knot's webhooks are sent; empty sends none")
	clientID := flags.String("knot-client-id", "simulator", "the client id taken")
	secret := flags.String("knot-secret", "simulator-secret", "the secret taken, which signs webhooks too")
	autoLogin := flags.String("auto-login", "", "merchant ids that are linked to every session, as if a person had")
	if err := flags.Parse(args); err != nil {
		return err
	}
	merchants, err := numbers(*autoLogin)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(stderr, nil))
	simulator, err := knot.New(knot.Config{
		Contract: contract.Document, ClientID: *clientID, Secret: *secret, Now: clock.System{}.Now, Log: log, WebhookURL: *webhooks,
		AutoLogin: merchants,
	})
	if err != nil {
		return err
	}
	defer simulator.Close()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *address)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if _, err := fmt.Fprintf(stdout, "Knot's stand-in answers at http://%s\n", listener.Addr()); err != nil {
		return err
	}
	server := &http.Server{Handler: simulator, ReadHeaderTimeout: readHeaderTimeout}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return server.Shutdown(stopping)
}

func numbers(list string) (ids []int64, err error) {
	for text := range strings.SplitSeq(list, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, errMerchants
		}
		ids = append(ids, id)
	}
	return ids, nil
}
