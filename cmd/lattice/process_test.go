package main_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/testkit"
)

// Waits end as soon as what they wait for is there; these are for a machine that is busy with everything else.
const (
	patience = 60 * time.Second
	glance   = 5 * time.Millisecond
)

// binary is the program under test, built once, as it is shipped: without the race detector.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "lattice-cmd-*")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "lattice")
	build := exec.CommandContext(context.Background(), "go", "build", "-buildvcs=false", "-ldflags", "-X main.version=1.2.3", "-o", binary, ".")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	testkit.Main(m, func() error { return os.RemoveAll(dir) }) // a failed run keeps the binary for a closer look
}

// settings are what a process finds in its environment, beside what every program does.
type settings map[string]string

// process is one run of the binary.
type process struct {
	t              *testing.T
	command        *exec.Cmd
	stdout, stderr *output
	begun          time.Time
	ended          chan struct{}
}

// start starts the binary in an empty folder and with nothing of our own settings. It is ended with the test.
func start(t *testing.T, with settings, arguments ...string) *process {
	t.Helper()
	p := &process{t: t, command: exec.Command(binary, arguments...), stdout: newOutput(), stderr: newOutput(), ended: make(chan struct{})}
	p.command.Dir = t.TempDir()
	p.command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "TMPDIR=" + os.TempDir()}
	for name, value := range with {
		p.command.Env = append(p.command.Env, name+"="+value)
	}
	p.command.Stdout, p.command.Stderr = p.stdout, p.stderr
	p.begun = time.Now()
	require.NoError(t, p.command.Start())
	go func() {
		_ = p.command.Wait() // the exit code stands in ProcessState
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = p.command.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.ended:
		case <-time.After(patience):
			p.kill()
		}
		if t.Failed() {
			t.Logf("lattice %s said:\n%s%s", strings.Join(arguments, " "), p.stdout.String(), p.stderr.String())
		}
	})
	return p
}

// run starts the binary, waits for its end and returns its exit code.
func run(t *testing.T, with settings, arguments ...string) (code int, stdout, stderr string) {
	t.Helper()
	p := start(t, with, arguments...)
	code = p.wait()
	return code, p.stdout.String(), p.stderr.String()
}

// wait returns the exit code; -1 when a signal ended the process.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		require.Fail(p.t, "the process does not end", p.stderr.String())
	}
	return p.command.ProcessState.ExitCode()
}

func (p *process) terminate() { _ = p.command.Process.Signal(syscall.SIGTERM) }

// kill ends the process as a crash would: it gets no chance to do anything.
func (p *process) kill() {
	_ = p.command.Process.Kill()
	<-p.ended
}

// serve starts a service on a free port and waits until it is ready.
func serve(t *testing.T, with settings) (p *process, address string) {
	t.Helper()
	all := settings{"HTTP_ADDR": "127.0.0.1:0"}
	maps.Copy(all, with)
	p = start(t, all, "serve")
	address = p.address()
	p.eventually("it is ready", func() bool { return get(address+"/ready") == http.StatusOK })
	return p, address
}

var addressPattern = regexp.MustCompile(`(?m)^ *URL +(http://\S+)$`)

// address waits for the start block, which says where the service answers.
func (p *process) address() string {
	p.t.Helper()
	return p.says(p.stdout, addressPattern)[1]
}

// says waits for a line that matches and returns what it captured.
func (p *process) says(where *output, pattern *regexp.Regexp) []string {
	p.t.Helper()
	deadline := time.After(patience)
	for {
		text, changed := where.look()
		if match := pattern.FindStringSubmatch(text); match != nil {
			return match
		}
		select {
		case <-changed:
		case <-p.ended:
			if text, _ = where.look(); !pattern.MatchString(text) {
				require.Failf(p.t, "the process ended early", "before it said %s:\n%s", pattern, p.stderr.String())
			}
		case <-deadline:
			require.Failf(p.t, "the process does not say it", "%s:\n%s", pattern, p.stderr.String())
		}
	}
}

// eventually asks again and again until the answer is yes.
func (p *process) eventually(what string, condition func() bool) {
	p.t.Helper()
	deadline := time.After(patience)
	pause := time.NewTicker(glance)
	defer pause.Stop()
	for !condition() {
		select {
		case <-pause.C:
		case <-deadline:
			require.Fail(p.t, "never: "+what, p.stderr.String())
		}
	}
}

// output collects what a process writes and wakes those who wait for it.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func newOutput() *output { return &output{changed: make(chan struct{})} }

func (o *output) Write(data []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.changed)
	o.changed = make(chan struct{})
	return o.text.Write(data)
}

func (o *output) look() (text string, changed <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String(), o.changed
}

func (o *output) String() string {
	text, _ := o.look()
	return text
}

// dataDir makes a data directory that the unprivileged user can reach, which t.TempDir is not when root runs the tests.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "lattice-data-*")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	// A server that lost its owner may still be at its last write.
	t.Cleanup(func() {
		require.Eventually(t, func() bool { return os.RemoveAll(dir) == nil }, patience, glance)
	})
	return dir
}

// privateServer returns the process id of the private Postgres of a data directory and the folder of its socket.
func privateServer(t *testing.T, dir string) (pid int, socketDir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "postmaster.pid"))
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err = strconv.Atoi(first)
	require.NoError(t, err)
	lock, err := os.ReadFile(filepath.Join(dir, "lock"))
	require.NoError(t, err)
	lines := strings.Split(string(lock), "\n")
	require.GreaterOrEqual(t, len(lines), 2)
	return pid, lines[1]
}

func exists(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// connect opens a connection of the test's own to the private Postgres of a data directory.
func connect(t *testing.T, dir string) *pgx.Conn {
	t.Helper()
	_, socketDir := privateServer(t, dir)
	query := url.Values{"host": {socketDir}, "port": {"5432"}, "sslmode": {"disable"}}
	conn, err := pgx.Connect(t.Context(), "postgres://lattice@/lattice?"+query.Encode())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// holdCards keeps everybody from reading cards until the returned function is called or the connection ends: no reply
// can be made so long.
func holdCards(t *testing.T, conn *pgx.Conn) (release func()) {
	t.Helper()
	tx, err := conn.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "LOCK TABLE cards IN ACCESS EXCLUSIVE MODE")
	require.NoError(t, err)
	return func() { require.NoError(t, tx.Rollback(t.Context())) }
}

// person is somebody signed in at a running service.
type person struct {
	t       *testing.T
	address string
	token   string
	context context.Context // of the test when nil
}

type tokens struct {
	AccessToken string `json:"access_token"`
}

type message struct {
	ID      string `json:"id"`
	Content string `json:"content"`
	Status  string `json:"status"`
	Action  string `json:"action"`
}

type turn struct {
	UserMessage message `json:"userMessage"`
	AIMessage   message `json:"aiMessage"`
}

const question = "Which card should I use for $86 of groceries at Whole Foods?"

func signUp(t *testing.T, address string) *person {
	t.Helper()
	p := &person{t: t, address: address}
	var granted tokens
	status := p.call(http.MethodPost, "/api/auth/signup",
		map[string]string{"name": "Dana Kim", "email": "dana@example.com", "password": "correct horse battery"}, &granted)
	require.Equal(t, http.StatusCreated, status)
	p.token = granted.AccessToken
	return p
}

func signIn(t *testing.T, address, email, password string) *person {
	t.Helper()
	p := &person{t: t, address: address}
	var granted tokens
	status := p.call(http.MethodPost, "/api/auth/login", map[string]string{"email": email, "password": password}, &granted)
	require.Equal(t, http.StatusOK, status)
	p.token = granted.AccessToken
	return p
}

// call sends one request and returns the status; in becomes the JSON body, the answer goes into out where that is given.
func (p *person) call(method, path string, in, out any, headers ...string) int {
	p.t.Helper()
	status, body, err := p.attempt(method, path, in, headers...)
	require.NoError(p.t, err)
	if out != nil {
		require.Lessf(p.t, status, 300, "%s %s: %s", method, path, body)
		require.NoError(p.t, json.Unmarshal(body, out))
	}
	return status
}

// attempt is call for requests that may find nobody at home.
func (p *person) attempt(method, path string, in any, headers ...string) (status int, body []byte, err error) {
	response, err := p.open(method, path, in, headers...)
	if err != nil {
		return 0, nil, err
	}
	body, err = io.ReadAll(response.Body)
	return response.StatusCode, body, cmp.Or(err, response.Body.Close())
}

func (p *person) open(method, path string, in any, headers ...string) (*http.Response, error) {
	var payload io.Reader = http.NoBody
	if in != nil {
		encoded, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		payload = bytes.NewReader(encoded)
	}
	ctx := p.context
	if ctx == nil {
		ctx = p.t.Context()
	}
	request, err := http.NewRequestWithContext(ctx, method, p.address+path, payload)
	if err != nil {
		return nil, err
	}
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return http.DefaultClient.Do(request)
}

func (p *person) createChat(title string) (id string) {
	p.t.Helper()
	var chat struct {
		ID string `json:"id"`
	}
	require.Equal(p.t, http.StatusCreated, p.call(http.MethodPost, "/api/chats", map[string]string{"title": title}, &chat))
	return chat.ID
}

func (p *person) ask(chatID, content string, headers ...string) (int, turn) {
	p.t.Helper()
	var said turn
	status := p.call(http.MethodPost, "/api/chats/"+chatID+"/messages", map[string]string{"content": content}, &said, headers...)
	return status, said
}

// answer is what came back of a request that was made beside the test.
type answer struct {
	status int
	body   []byte
	err    error
}

func (a answer) turn(t *testing.T) (said turn) {
	t.Helper()
	require.NoError(t, json.Unmarshal(a.body, &said))
	return said
}

// asks is ask beside the test; it waits for the reply.
func (p *person) asks(chatID, content string) <-chan answer {
	got := make(chan answer, 1)
	go func() {
		status, body, err := p.attempt(http.MethodPost, "/api/chats/"+chatID+"/messages", map[string]string{"content": content})
		got <- answer{status: status, body: body, err: err}
	}()
	return got
}

// watches returns once the events of a reply have begun to come, and reads to their end beside the test.
func (p *person) watches(chatID, id string) <-chan answer {
	p.t.Helper()
	response, err := p.open(http.MethodGet, "/api/chats/"+chatID+"/messages/"+id+"/stream", nil)
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusOK, response.StatusCode)
	got := make(chan answer, 1)
	go func() {
		body, err := io.ReadAll(response.Body)
		got <- answer{status: response.StatusCode, body: body, err: cmp.Or(err, response.Body.Close())}
	}()
	return got
}

// streaming is how many replies are being made.
func streaming(watcher *pgx.Conn) (open int) {
	if watcher.QueryRow(context.Background(), "SELECT count(*) FROM messages WHERE status = 'streaming'").Scan(&open) != nil {
		return -1
	}
	return open
}

// text is the body of an answer as it came.
func (p *person) text(path string) string {
	p.t.Helper()
	status, body, err := p.attempt(http.MethodGet, path, nil)
	require.NoError(p.t, err)
	require.Equalf(p.t, http.StatusOK, status, "%s: %s", path, body)
	return string(body)
}

func (p *person) message(chatID, id string) message {
	p.t.Helper()
	var read message
	require.Equal(p.t, http.StatusOK, p.call(http.MethodGet, "/api/chats/"+chatID+"/messages/"+id, nil, &read))
	return read
}

// get returns the status of a GET without a token; 0 when nobody answers.
func get(address string) int {
	response, err := http.Get(address)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}
