// Command smoke walks through a running Lattice as a new user would: sign up, sign in, open a chat, ask something and
// get the whole reply, list accounts, sign out, and be refused afterwards. It needs nothing but the address:
//
//	smoke -url http://127.0.0.1:8080
//
// It leaves behind one user with an address under smoke.example, whose password it forgets.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"
)

// question is one a fresh account without cards or purchases can be answered.
const question = "We are Ana, Ben and Cleo; I am Ana. I paid $90 for dinner, split it equally."

func main() {
	os.Exit(mainCode())
}

func mainCode() int {
	url := flag.String("url", "http://127.0.0.1:8080", "address of the running service")
	timeout := flag.Duration("timeout", 2*time.Minute, "how long the whole walk may take")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()

	if err := run(ctx, strings.TrimRight(*url, "/"), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "smoke: FAILED:", err)
		return 1
	}
	fmt.Println("smoke: passed against", *url)
	return 0
}

// walker holds what one step hands to the next.
type walker struct {
	baseURL string
	out     io.Writer
	token   string
}

// message is what the walk looks at in a Message.
type message struct {
	ID         string `json:"id"`
	SenderType string `json:"senderType"`
	Status     string `json:"status"`
	Content    string `json:"content"`
}

// run does the walk and stops at the first step that goes wrong.
func run(ctx context.Context, baseURL string, out io.Writer) error {
	w := &walker{baseURL: baseURL, out: out}
	email := "smoke-" + strings.ToLower(rand.Text()) + "@smoke.example"
	password := rand.Text()

	if err := w.call(ctx, "is up", http.MethodGet, "/health", nil, nil, http.StatusOK); err != nil {
		return err
	}
	signup := map[string]string{"name": "Smoke Test", "email": email, "password": password}
	if err := w.call(ctx, "sign up", http.MethodPost, "/api/auth/signup", signup, nil, http.StatusCreated); err != nil {
		return err
	}
	if err := w.login(ctx, email, password); err != nil {
		return err
	}
	if err := w.converse(ctx); err != nil {
		return err
	}
	if err := w.listAccounts(ctx); err != nil {
		return err
	}
	if err := w.call(ctx, "sign out", http.MethodPost, "/api/auth/logout", nil, nil, http.StatusNoContent); err != nil {
		return err
	}
	return w.call(ctx, "is refused after that", http.MethodGet, "/api/session", nil, nil, http.StatusUnauthorized)
}

func (w *walker) login(ctx context.Context, email, password string) error {
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	credentials := map[string]string{"email": email, "password": password}
	err := w.call(ctx, "sign in", http.MethodPost, "/api/auth/login", credentials, &answer, http.StatusOK)
	if err != nil {
		return err
	}
	if answer.AccessToken == "" {
		return errors.New("sign in: the answer has no access_token")
	}
	w.token = answer.AccessToken
	return w.call(ctx, "is known", http.MethodGet, "/api/session", nil, nil, http.StatusOK)
}

// converse asks a question and waits until the reply is complete, however long the service itself waits.
func (w *walker) converse(ctx context.Context) error {
	var chat struct {
		ID string `json:"id"`
	}
	title := map[string]string{"title": "Smoke test"}
	if err := w.call(ctx, "open a chat", http.MethodPost, "/api/chats", title, &chat, http.StatusCreated); err != nil {
		return err
	}

	var turn struct {
		AIMessage message `json:"aiMessage"`
	}
	messages := "/api/chats/" + chat.ID + "/messages"
	content := map[string]string{"content": question}
	err := w.call(ctx, "ask", http.MethodPost, messages, content, &turn, http.StatusCreated, http.StatusAccepted)
	if err != nil {
		return err
	}

	reply := turn.AIMessage
	pause := time.NewTicker(200 * time.Millisecond)
	defer pause.Stop()
	for reply.Status == "pending" || reply.Status == "streaming" {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the reply was still %s: %w", reply.Status, ctx.Err())
		case <-pause.C:
		}
		if err := w.call(ctx, "look again", http.MethodGet, messages+"/"+reply.ID, nil, &reply, http.StatusOK); err != nil {
			return err
		}
	}
	if reply.Status != "completed" || reply.SenderType != "ai" || strings.TrimSpace(reply.Content) == "" {
		return fmt.Errorf("the reply is not a completed one: %+v", reply)
	}
	_, _ = fmt.Fprintf(w.out, "       %s\n", strings.ReplaceAll(reply.Content, "\n", "\n       "))
	return nil
}

func (w *walker) listAccounts(ctx context.Context) error {
	var list struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := w.call(ctx, "list accounts", http.MethodGet, "/api/accounts", nil, &list, http.StatusOK); err != nil {
		return err
	}
	if list.Items == nil {
		return errors.New("list accounts: the answer has no items")
	}
	return nil
}

// call sends one request and checks its status; in becomes the JSON body, the JSON answer goes into out where that is
// not nil.
func (w *walker) call(ctx context.Context, step, method, path string, in, out any, want ...int) error {
	response, err := w.send(ctx, method, path, in)
	if err != nil {
		return fmt.Errorf("%s: %w", step, err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("%s: reading the answer of %s %s: %w", step, method, path, err)
	}

	expected := false
	for _, status := range want {
		expected = expected || response.StatusCode == status
	}
	if !expected {
		return fmt.Errorf("%s: %s %s answered %d, want %v: %s", step, method, path, response.StatusCode, want, content)
	}
	if out != nil {
		if err := json.Unmarshal(content, out); err != nil {
			return fmt.Errorf("%s: the answer of %s %s is not the JSON expected: %w", step, method, path, err)
		}
	}
	_, _ = fmt.Fprintf(w.out, "ok %d %-22s %s %s\n", response.StatusCode, step, method, path)
	return nil
}

func (w *walker) send(ctx context.Context, method, path string, in any) (*http.Response, error) {
	var body io.Reader = http.NoBody
	if in != nil {
		encoded, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("encode the body: %w", err)
		}
		body = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, w.baseURL+path, body)
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if w.token != "" {
		request.Header.Set("Authorization", "Bearer "+w.token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("the service cannot be reached: %w", err)
	}
	return response, nil
}
