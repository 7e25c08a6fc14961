package crashtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/google/uuid"
)

var (
	// errCut means that the connection broke: the process has died, or was dead.
	errCut = errors.New("the connection broke")
	// errTrouble means that the service could not do it just now.
	errTrouble = errors.New("the service is in trouble")
)

// client is a person's way to one process.
type client struct {
	address string
	token   string
}

// Every request has a connection of its own: a transport that repeats a request by itself would hide what it is about.
var plainHTTP = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, Proxy: nil}}

// message is what of a message the tests look at.
type message struct {
	ID         uuid.UUID  `json:"id"`
	ChatID     uuid.UUID  `json:"chatId"`
	SenderType string     `json:"senderType"`
	Content    string     `json:"content"`
	Status     string     `json:"status"`
	ReplyTo    *uuid.UUID `json:"replyTo"`
	Degraded   bool       `json:"degraded"`
	Versions   []struct {
		MessageID uuid.UUID `json:"messageId"`
		Content   string    `json:"content"`
	} `json:"versions"`
}

func (m message) open() bool { return m.Status == "pending" || m.Status == "streaming" }

// turn is a message and its reply.
type turn struct {
	UserMessage message  `json:"userMessage"`
	AIMessage   *message `json:"aiMessage"`
}

// headers of one request.
type headers map[string]string

// send makes one request. Everything but a 2xx is an error; errCut where there was no (whole) answer.
func (c client) send(ctx context.Context, method, path string, with headers, body any) (*http.Response, error) {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, c.address+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	for name, value := range with {
		request.Header.Set(name, value)
	}
	response, err := plainHTTP.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w: %w", method, path, errCut, err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		problem, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		err := fmt.Errorf("%s %s: %s\n%s", method, path, response.Status, problem)
		if response.StatusCode >= http.StatusInternalServerError {
			err = fmt.Errorf("%w: %w", errTrouble, err)
		}
		return nil, err
	}
	return response, nil
}

// call makes one request and reads the answer into a value.
func (c client) call(ctx context.Context, method, path string, with headers, body, into any) (replayed bool, err error) {
	response, err := c.send(ctx, method, path, with, body)
	if err != nil {
		return false, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return false, fmt.Errorf("%s %s: %w: %w", method, path, errCut, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return false, fmt.Errorf("%s %s: %w\n%s", method, path, err, text)
	}
	return response.Header.Get("Idempotency-Replayed") == "true", nil
}

func chatPath(chatID uuid.UUID) string { return "/api/chats/" + chatID.String() + "/messages" }

func messagePath(chatID, messageID uuid.UUID) string {
	return chatPath(chatID) + "/" + messageID.String()
}

// signIn returns the token of the demo's Alice, who has orders and cards to be asked about.
func (c client) signIn(ctx context.Context) (string, error) {
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	_, err := c.call(ctx, http.MethodPost, "/api/auth/login", nil, map[string]string{"email": "alice@demo.com", "password": "password123"}, &answer)
	return answer.AccessToken, err
}

func (c client) createChat(ctx context.Context) (uuid.UUID, error) {
	var answer struct {
		ID uuid.UUID `json:"id"`
	}
	_, err := c.call(ctx, http.MethodPost, "/api/chats", nil, map[string]string{"title": "Crash"}, &answer)
	return answer.ID, err
}

// messages lists what stands in a chat, newest first.
func (c client) messages(ctx context.Context, chatID uuid.UUID) ([]message, error) {
	var answer struct {
		Items []message `json:"items"`
	}
	_, err := c.call(ctx, http.MethodGet, chatPath(chatID)+"?limit=100", nil, nil, &answer)
	return answer.Items, err
}

func (c client) message(ctx context.Context, chatID, messageID uuid.UUID) (message, error) {
	var answer message
	_, err := c.call(ctx, http.MethodGet, messagePath(chatID, messageID), nil, nil, &answer)
	return answer, err
}

func (c client) stop(ctx context.Context, chatID, messageID uuid.UUID) (message, error) {
	var answer message
	_, err := c.call(ctx, http.MethodPost, messagePath(chatID, messageID)+"/stop", nil, nil, &answer)
	return answer, err
}

// stream opens a reply's stream after a number.
func (c client) stream(ctx context.Context, chatID, messageID uuid.UUID, after int) (io.ReadCloser, error) {
	with := headers{}
	if after > 0 {
		with["Last-Event-ID"] = strconv.Itoa(after)
	}
	response, err := c.send(ctx, http.MethodGet, messagePath(chatID, messageID)+"/stream", with, nil)
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}
