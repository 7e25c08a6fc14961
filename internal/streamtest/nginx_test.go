package streamtest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/ai"
)

// nginxConfig sets nothing that a stream would need: what an installation in a hurry has.
const nginxConfig = `daemon off;
master_process off;
worker_processes 1;
pid %[1]s/nginx.pid;
error_log %[1]s/error.log info;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path %[1]s/body;
    proxy_temp_path %[1]s/proxy;
    fastcgi_temp_path %[1]s/fastcgi;
    uwsgi_temp_path %[1]s/uwsgi;
    scgi_temp_path %[1]s/scgi;
    server {
        listen unix:%[1]s/nginx.sock;
        location / { proxy_pass %[2]s; }
    }
}
`

// nginxPath finds nginx. It is not among the programs every machine has, but in CI there is no run without it.
func nginxPath(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("nginx is missing; scripts/ensure-nginx.sh installs it")
	}
	t.Skip("nginx is missing; scripts/ensure-nginx.sh installs it")
	return ""
}

// behindNginx is the service as it is reached through nginx, which listens on a socket that only this test sees.
func (s *service) behindNginx() *service {
	s.t.Helper()
	program := nginxPath(s.t)
	dir, err := os.MkdirTemp("", "lattice-nginx-") // shorter than t.TempDir, as a socket's path has to be
	require.NoError(s.t, err)
	config := filepath.Join(dir, "nginx.conf")
	require.NoError(s.t, os.WriteFile(config, fmt.Appendf(nil, nginxConfig, dir, s.url), 0o600))
	output := &strings.Builder{}
	command := exec.CommandContext(context.WithoutCancel(s.t.Context()), program, "-p", dir, "-c", config, "-e", filepath.Join(dir, "error.log"))
	command.Stdout, command.Stderr = output, output
	require.NoError(s.t, command.Start())
	s.t.Cleanup(func() {
		require.NoError(s.t, command.Process.Signal(syscall.SIGTERM))
		err := command.Wait()
		errors, _ := os.ReadFile(filepath.Join(dir, "error.log"))
		require.NoError(s.t, err, "nginx: %s\n%s", output, errors)
		require.NoError(s.t, os.RemoveAll(dir))
	})
	socket := filepath.Join(dir, "nginx.sock")
	eventually(s.t, "nginx listens", func() bool {
		conn, err := new(net.Dialer).DialContext(s.t.Context(), "unix", socket)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
	front := *s
	front.url = "http://nginx"
	front.client = &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}
	s.t.Cleanup(front.client.CloseIdleConnections)
	return &front
}

// Why: a proxy that collects a stream until it is complete turns it into a long wait.
func TestStreamsPassNginxUnbuffered(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start(func(s *setup) { s.heartbeat = 50 * time.Millisecond })
	step := make(chan struct{})
	s.scripted.Follow(ai.Script{Count: 5, Step: step})
	direct := s.person("Alice")
	alice := direct.at(s.behindNginx())
	chatID := alice.openChat()
	hints := alice.hints()
	_, reply := alice.say(chatID, "hello")
	hints.hint(t, "reply.started", chatID)
	watched := alice.watch(reply, 0)
	// Each piece arrives while the reply cannot go on: the next one is not said before this one was read.
	for said := range 5 {
		step <- struct{}{}
		before := shown(t, watched.seen)
		for shown(t, watched.seen) == before {
			watched.next()
		}
		if said < 4 {
			require.NotEqual(t, "reply.completed", watched.seen[len(watched.seen)-1].Name)
		}
	}
	events := watched.rest()
	require.Equal(t, direct.watch(reply, 0).rest(), events)
	hints.hint(t, "reply.completed", chatID)
	// Resumed through nginx as well: the header passes.
	require.Equal(t, events[3:], alice.watch(reply, 3, "last-event-id").rest())
}
