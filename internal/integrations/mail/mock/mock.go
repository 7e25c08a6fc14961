// Package mock keeps mails instead of sending them. It is what runs without a mail server: nothing leaves the process, and
// nothing of a mail is written to a disk, since mails hold tokens.
package mock

import (
	"context"
	"slices"
	"sync"

	"github.com/lattice-money/lattice/internal/mail"
)

// Capacity is how many mails are kept; older ones go.
const Capacity = 500

// Outbox is a mail.Sender that keeps what it is given. It may be used by several goroutines.
type Outbox struct {
	mu       sync.Mutex
	messages []mail.Message // oldest first
}

// New makes an empty outbox.
func New() *Outbox { return &Outbox{} }

// Send implements mail.Sender. As a mail server, it takes a message it already has for what it is: the same mail again.
func (o *Outbox) Send(ctx context.Context, message mail.Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if slices.ContainsFunc(o.messages, func(m mail.Message) bool { return m.ID == message.ID }) {
		return nil
	}
	o.messages = append(o.messages, message)
	if len(o.messages) > Capacity {
		o.messages = slices.Delete(o.messages, 0, len(o.messages)-Capacity)
	}
	return nil
}

// Messages returns what was sent, newest first.
func (o *Outbox) Messages() []mail.Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	messages := slices.Clone(o.messages)
	slices.Reverse(messages)
	return messages
}
