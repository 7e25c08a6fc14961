package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/testkit"
)

// Why: a crash, a power cut and the kernel's memory killer all look like this, and nobody is there to repair anything.
func TestServe_KilledInTheMiddle_LosesNothingAndNeedsNoHelp(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	first, address := serve(t, settings{"DATA_DIR": dir})
	dana := signUp(t, address)
	answered := dana.createChat("Answered")
	status, _ := dana.ask(answered, "How much did I spend last month?")
	require.Equal(t, http.StatusCreated, status)
	conversation := dana.text("/api/chats/" + answered + "/messages")

	// Somebody is writing all the time; what was answered 201 is what must be there afterwards.
	var promised []string
	writing, enough := make(chan struct{}), atomic.Int64{}
	go func() {
		defer close(writing)
		for {
			body := map[string]string{"title": fmt.Sprintf("Chat %d", len(promised))}
			if status, _, err := dana.attempt(http.MethodPost, "/api/chats", body); err != nil || status != http.StatusCreated {
				return
			}
			promised = append(promised, body["title"])
			enough.Add(1)
		}
	}()

	// The reply is open for certain when the process dies: it cannot be made while the cards are held.
	_, socketDir := privateServer(t, dir)
	holdCards(t, connect(t, dir))
	open := dana.createChat("Open")
	status, said := dana.ask(open, question, "Prefer", "respond-async")
	require.Equal(t, http.StatusAccepted, status)
	require.Equal(t, "pending", said.AIMessage.Status)
	first.eventually("some chats are written", func() bool { return enough.Load() >= 10 })
	first.kill()
	<-writing

	second, address := serve(t, settings{"DATA_DIR": dir})
	dana.address = address // the token of before is good: the signing key was kept
	require.Equal(t, conversation, dana.text("/api/chats/"+answered+"/messages"))
	second.eventually("the open reply is made", func() bool {
		return dana.message(open, said.AIMessage.ID).Status == "completed"
	})
	require.Equal(t, "card", dana.message(open, said.AIMessage.ID).Action)

	kept := map[string]bool{}
	for cursor := ""; ; {
		var page struct {
			Items []struct {
				Title string `json:"title"`
			} `json:"items"`
			NextCursor string `json:"nextCursor"`
		}
		require.Equal(t, http.StatusOK, dana.call(http.MethodGet, "/api/chats?limit=100"+cursor, nil, &page))
		for _, chat := range page.Items {
			kept[chat.Title] = true
		}
		if page.NextCursor == "" {
			break
		}
		cursor = "&cursor=" + page.NextCursor
	}
	for _, title := range promised {
		require.Contains(t, kept, title)
	}
	require.NoDirExists(t, socketDir, "the folder of the killed server's socket is tidied up")
}

// The three seconds are what a developer is promised who types `make run` again.
func TestServe_SecondStart_IsReadyInThreeSeconds(t *testing.T) {
	t.Parallel()
	with := settings{"DATA_DIR": dataDir(t), "SEED_DEMO": "true"}
	first, _ := serve(t, with)
	t.Logf("first start with demo data: ready after %s", time.Since(first.begun).Round(time.Millisecond))
	first.terminate()
	require.Zero(t, first.wait())

	var second *process
	var address string
	took := time.Hour
	for attempt := 0; attempt < 3 && took >= 3*time.Second; attempt++ { // other tests keep the machine busy: the best of three
		if second != nil {
			second.terminate()
			require.Zero(t, second.wait())
		}
		second, address = serve(t, with)
		took = time.Since(second.begun)
		t.Logf("second start: ready after %s", took.Round(time.Millisecond))
	}
	require.Less(t, took, 3*time.Second)
	require.Contains(t, second.stdout.String(), "alice@demo.com or bob@demo.com, password password123")

	alice := signIn(t, address, "alice@demo.com", "password123")
	status, said := alice.ask(alice.createChat("Groceries"), question)
	require.Equal(t, http.StatusCreated, status)
	require.Equal(t, "completed", said.AIMessage.Status)
	require.Contains(t, said.AIMessage.Content, "$5.16")
}

func TestServe_SigningKeyIsMadeOnceAndKeptSecret(t *testing.T) {
	t.Parallel()
	// With a database of its own to go to, the data directory is not there yet.
	with := settings{"DATA_DIR": filepath.Join(dataDir(t), "new"), "DATABASE_URL": testkit.DatabaseURL(t)}
	first, address := serve(t, with)
	dana := signUp(t, address)
	path := filepath.Join(with["DATA_DIR"], "signing-key.pem")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	key, err := os.ReadFile(path)
	require.NoError(t, err)
	first.terminate()
	require.Zero(t, first.wait())

	_, dana.address = serve(t, with)
	require.Equal(t, http.StatusOK, dana.call(http.MethodGet, "/api/session", nil, nil))
	again, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, key, again)
	entries, err := os.ReadDir(with["DATA_DIR"])
	require.NoError(t, err)
	require.Len(t, entries, 1, "the key and nothing left over from making it")
}

func TestServe_SecondProcessOnOneDataDir_IsRefused(t *testing.T) {
	t.Parallel()
	with := settings{"DATA_DIR": dataDir(t), "HTTP_ADDR": "127.0.0.1:0"}
	first, address := serve(t, with)
	for _, command := range []string{"serve", "migrate", "seed"} {
		code, stdout, stderr := run(t, with, command)
		require.Equal(t, 1, code)
		require.Empty(t, stdout)
		require.Contains(t, stderr, fmt.Sprintf("process %d already runs on %s", first.command.Process.Pid, with["DATA_DIR"]))
		require.Contains(t, stderr, "DATA_DIR")
	}
	require.Equal(t, http.StatusOK, get(address+"/ready"))
}

// Somebody waits for a reply when the stop comes. They get it, newcomers are turned away, and nothing is left running.
func TestServe_Terminated_FinishesWhatItBeganAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	p, address := serve(t, settings{"DATA_DIR": dir, "SHUTDOWN_TIMEOUT": "5m"}) // it has all the time there is
	server, socketDir := privateServer(t, dir)
	dana := signUp(t, address)
	chat := dana.createChat("Last words")

	watcher := connect(t, dir)
	release := holdCards(t, connect(t, dir))
	answer := dana.asks(chat, question)
	p.eventually("the reply is begun", func() bool { return streaming(watcher) == 1 })

	host := strings.TrimPrefix(address, "http://")
	began := time.Now()
	p.terminate()
	p.eventually("the door is closed", func() bool {
		late, err := net.Dial("tcp", host)
		if err == nil {
			_ = late.Close()
		}
		return err != nil
	})
	release()
	got := <-answer
	require.NoError(t, got.err)
	require.Equalf(t, http.StatusCreated, got.status, "%s", got.body)
	require.Equal(t, "completed", got.turn(t).AIMessage.Status)
	require.Zero(t, p.wait())
	t.Logf("stopped after %s", time.Since(began).Round(time.Millisecond))
	require.False(t, exists(server), "the private Postgres is gone")
	require.NoDirExists(t, socketDir)
	require.NoFileExists(t, filepath.Join(dir, "postgres", "postmaster.pid"))
}

// Leaving stops no reply, and is nothing that should wake an operator.
func TestServe_CallerLeavesWhileWaiting_GetsTheReplyLater(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	p, address := serve(t, settings{"DATA_DIR": dir})
	dana := signUp(t, address)
	chat := dana.createChat("Impatient")
	release := holdCards(t, connect(t, dir))
	impatient, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, _, err := (&person{t: t, address: address, token: dana.token, context: impatient}).
			attempt(http.MethodPost, "/api/chats/"+chat+"/messages", map[string]string{"content": question})
		left <- err
	}()
	var page struct {
		Items []message `json:"items"`
	}
	p.eventually("the question is stored", func() bool {
		dana.call(http.MethodGet, "/api/chats/"+chat+"/messages", nil, &page)
		return len(page.Items) == 2
	})
	leave()
	require.ErrorIs(t, <-left, context.Canceled)
	p.says(p.stderr, regexp.MustCompile(`operation=sendMessage status=499`))
	release()
	p.eventually("the reply is made", func() bool { return dana.message(chat, page.Items[0].ID).Status == "completed" })
	require.NotContains(t, p.stderr.String(), "level=ERROR")
}

// What cannot be finished in time goes back, and is finished by the next start: who waits for it is told where it will
// be, who watches it is told to come again. Fifteen seconds are what orchestrators give as a rule, and less than most do.
func TestServe_TerminatedWithWorkThatHangs_StopsInTime(t *testing.T) {
	t.Parallel()
	// Shorter than an answer waits for the cards before it does without them.
	with := settings{"DATA_DIR": dataDir(t), "SHUTDOWN_TIMEOUT": "2s"}
	p, address := serve(t, with)
	dana := signUp(t, address)
	watcher := connect(t, with["DATA_DIR"])
	holdCards(t, connect(t, with["DATA_DIR"]))
	waitedFor, watched := dana.createChat("Waited for"), dana.createChat("Watched")
	answer := dana.asks(waitedFor, question)
	status, said := dana.ask(watched, question, "Prefer", "respond-async")
	require.Equal(t, http.StatusAccepted, status)
	p.eventually("the replies are begun", func() bool { return streaming(watcher) == 2 })
	stream := dana.watches(watched, said.AIMessage.ID)

	began := time.Now()
	p.terminate()
	shown := <-stream
	require.NoError(t, shown.err)
	events, err := testkit.NewReplyReader(bytes.NewReader(shown.body), 0).All()
	require.NoError(t, err)
	require.Equal(t, "stream.reconnect", events[len(events)-1].Name)
	got := <-answer
	require.NoError(t, got.err)
	require.Equalf(t, http.StatusAccepted, got.status, "%s", got.body)
	require.Zero(t, p.wait())
	require.Less(t, time.Since(began), 15*time.Second)

	second, address := serve(t, with)
	dana.address = address
	for chat, id := range map[string]string{waitedFor: got.turn(t).AIMessage.ID, watched: said.AIMessage.ID} {
		second.eventually("the reply is made", func() bool { return dana.message(chat, id).Status == "completed" })
	}
}

func TestServe_InterruptedTwice_EndsAtOnce(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	p, address := serve(t, settings{"DATA_DIR": dir, "SHUTDOWN_TIMEOUT": "5m"})
	server, socketDir := privateServer(t, dir)
	t.Cleanup(func() { _ = os.RemoveAll(socketDir) }) // the next start on the folder would; here is none
	dana := signUp(t, address)
	holdCards(t, connect(t, dir))
	status, _ := dana.ask(dana.createChat("Hangs"), question, "Prefer", "respond-async")
	require.Equal(t, http.StatusAccepted, status)
	require.NoError(t, p.command.Process.Signal(os.Interrupt))
	p.eventually("it stops", func() bool { return strings.Contains(p.stderr.String(), "stopping") })
	p.eventually("it ends at the second signal", func() bool {
		return errors.Is(p.command.Process.Signal(os.Interrupt), os.ErrProcessDone)
	})
	require.NotZero(t, p.wait())
	p.eventually("its Postgres is gone", func() bool { return !exists(server) })
}

func TestSeed_InterruptedAtItsFirstStart_SaysSoAndCanBeRepeated(t *testing.T) {
	t.Parallel()
	with := settings{"DATA_DIR": dataDir(t)}
	p := start(t, with, "seed")
	p.eventually("it has begun", func() bool {
		_, err := os.Stat(filepath.Join(with["DATA_DIR"], "lock"))
		return err == nil
	})
	p.terminate()
	require.Equal(t, 1, p.wait())
	require.Equal(t, "lattice: interrupted\n", p.stderr.String())
	code, _, stderr := run(t, with, "seed")
	require.Zero(t, code, stderr)
}

func TestServe_PrivatePostgresLost_EndsAndSaysSo(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	p, _ := serve(t, settings{"DATA_DIR": dir})
	server, _ := privateServer(t, dir)
	require.NoError(t, syscall.Kill(server, syscall.SIGKILL))
	require.Equal(t, 1, p.wait())
	require.Contains(t, p.stderr.String(), "the private Postgres has ended by itself")
}

func TestServe_AddressTaken_SaysWhich(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	taken := listener.Addr().String()
	code, stdout, stderr := run(t, settings{"DATA_DIR": dataDir(t), "DATABASE_URL": testkit.DatabaseURL(t), "HTTP_ADDR": taken}, "serve")
	require.Equal(t, 1, code)
	require.NotContains(t, stdout, "is ready")
	require.Contains(t, stderr, "listen on "+taken+" (HTTP_ADDR)")
}
