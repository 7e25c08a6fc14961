package knot

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Webhook is the body of one, in the vendor's order of fields.
type Webhook struct {
	Event          string       `json:"event"`
	SessionID      *string      `json:"session_id,omitempty"`
	TaskID         int64        `json:"task_id,omitempty"`
	ExternalUserID string       `json:"external_user_id,omitempty"`
	Merchant       *merchantRef `json:"merchant,omitempty"`
	Updated        []changedRef `json:"updated,omitempty"`
	Data           any          `json:"data,omitempty"`
	Timestamp      int64        `json:"timestamp"` // milliseconds

	nullSession bool // session_id is null, not absent
}

type changedRef struct {
	ID string `json:"id"`
}

// Delivery is a signed webhook.
type Delivery struct {
	Header http.Header
	Body   []byte
}

// Sign signs a body as the vendor does: over its length, its type, the event and the session, and nothing else of it.
func Sign(secret string, body []byte, contentType string) string {
	return Config{Secret: secret}.sign(body, contentType)
}

func (c Config) sign(body []byte, contentType string) string {
	length := len(body)
	if c.Readings.LengthInCharacters {
		length = utf8.RuneCount(body)
	}
	var told struct {
		Event     string  `json:"event"`
		SessionID *string `json:"session_id"`
	}
	_ = json.Unmarshal(body, &told)
	parts := []string{
		"Content-Length", strconv.Itoa(length), "Content-Type", contentType, "Encryption-Type", "HMAC-SHA256", "event", told.Event,
	}
	if told.SessionID != nil && *told.SessionID != "" {
		parts = append(parts, "session_id", *told.SessionID)
	} else if c.Readings.EmptyIsSigned && bytes.Contains(body, []byte(`"session_id":`)) {
		parts = append(parts, "session_id", "")
	}
	mac := hmac.New(sha256.New, []byte(c.Secret))
	mac.Write([]byte(strings.Join(parts, "|")))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Deliver signs a body for sending.
func (c Config) deliver(body []byte) Delivery {
	contentType := "application/json"
	if c.Readings.CharsetSuffix {
		contentType += "; charset=utf-8"
	}
	header := http.Header{"Content-Type": {contentType}, "Knot-Signature": {c.sign(body, contentType)}}
	if !c.Readings.NoEncryptionType {
		header.Set("Encryption-Type", "HMAC-SHA256")
	}
	return Delivery{Header: header, Body: body}
}

// The vendor's ways with webhooks.
const (
	webhookAttempts = 3
	webhookTimeout  = 10 * time.Second
	webhookPause    = 2 * time.Minute
)

// hooks sends webhooks, each until it is taken with exactly 200 or was tried three times.
type hooks struct {
	config Config
	ctx    context.Context //nolint:containedctx // the life of what is sent in the background
	stop   context.CancelFunc
	group  sync.WaitGroup

	mu      sync.Mutex
	dropped int // how many of the next ones are lost
	doubled int // how many of the next ones are sent twice
	held    int // how many of the next ones wait for one after them
	waiting []Delivery
	sent    []Delivery
}

func newHooks(config Config) *hooks {
	if config.Client == nil {
		config.Client = &http.Client{Timeout: webhookTimeout}
	}
	if config.WebhookPause == 0 {
		config.WebhookPause = webhookPause
	}
	h := &hooks{config: config}
	h.ctx, h.stop = context.WithCancel(context.Background())
	return h
}

func (h *hooks) close() {
	h.stop()
	h.group.Wait()
}

// Lose loses the next webhooks.
func (s *Simulator) Lose(count int) { s.hooks.set(&s.hooks.dropped, count) }

// Double sends the next webhooks twice.
func (s *Simulator) Double(count int) { s.hooks.set(&s.hooks.doubled, count) }

// Hold keeps the next webhooks back until one after them was sent, so that they come out of order.
func (s *Simulator) Hold(count int) { s.hooks.set(&s.hooks.held, count) }

// HealWebhooks takes back what Lose, Double and Hold have left, and sends what was held back.
func (s *Simulator) HealWebhooks() {
	h := s.hooks
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dropped, h.doubled, h.held = 0, 0, 0
	h.send(h.waiting)
	h.waiting = nil
}

// after does something later, unless the simulator is closed before.
func (h *hooks) after(pause time.Duration, do func()) {
	h.group.Go(func() {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		select {
		case <-timer.C:
			do()
		case <-h.ctx.Done():
		}
	})
}

func (h *hooks) set(counter *int, count int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*counter = count
}

// Sent is what was given out so far, lost ones included, in the order it was meant.
func (s *Simulator) Sent() []Delivery {
	s.hooks.mu.Lock()
	defer s.hooks.mu.Unlock()
	return append([]Delivery(nil), s.hooks.sent...)
}

// Emit sends a webhook.
func (s *Simulator) Emit(hook Webhook) Delivery {
	if hook.Timestamp == 0 {
		hook.Timestamp = s.config.Now().UnixMilli()
		if s.config.Readings.Seconds {
			hook.Timestamp = s.config.Now().Unix()
		}
	}
	body, err := json.Marshal(hook)
	if err != nil {
		panic(err)
	}
	if hook.SessionID == nil && (hook.nullSession || s.config.Readings.NullSession) {
		body = append([]byte(`{"session_id":null,`), body[1:]...)
	}
	delivery := s.config.deliver(body)
	s.hooks.give(delivery)
	return delivery
}

func (h *hooks) give(delivery Delivery) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sent = append(h.sent, delivery)
	if h.config.WebhookURL == "" {
		return
	}
	switch {
	case h.dropped != 0:
		h.dropped--
		return
	case h.held > 0:
		h.held--
		h.waiting = append(h.waiting, delivery)
		return
	}
	now := append([]Delivery{delivery}, h.waiting...)
	h.waiting = nil
	if h.doubled > 0 {
		h.doubled--
		now = append(now, delivery)
	}
	h.send(now)
}

// send sends one webhook after the other in the background.
func (h *hooks) send(deliveries []Delivery) {
	if len(deliveries) == 0 {
		return
	}
	h.group.Go(func() {
		for _, one := range deliveries {
			h.deliver(one)
		}
	})
}

func (h *hooks) deliver(delivery Delivery) {
	for attempt := range webhookAttempts {
		if attempt > 0 {
			timer := time.NewTimer(h.config.WebhookPause)
			select {
			case <-timer.C:
			case <-h.ctx.Done():
				timer.Stop()
				return
			}
		}
		if h.post(delivery) {
			return
		}
	}
	h.config.Log.WarnContext(h.ctx, "webhook given up")
}

func (h *hooks) post(delivery Delivery) bool {
	request, err := http.NewRequestWithContext(h.ctx, http.MethodPost, h.config.WebhookURL, bytes.NewReader(delivery.Body))
	if err != nil {
		return false
	}
	maps.Copy(request.Header, delivery.Header)
	response, err := h.config.Client.Do(request)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK // nothing else counts
}
