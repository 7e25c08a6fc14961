package events

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

// Types of hints.
const (
	MessageCreated = "message.created"
	ReplyStarted   = "reply.started"
	ReplyCompleted = "reply.completed" // every end of a reply; Status says which
	ChatUpdated    = "chat.updated"
	MemberJoined   = "member.joined"
	AlertFired     = "alert.fired"     // for one person: a price they waited for
	InsightCreated = "insight.created" // for one person: something new in their feed
	AccountUpdated = "account.updated" // for its owner alone
	// CardSwitchRequested is for the owner of an account alone: their browser may send a card now.
	CardSwitchRequested = "card_switch.requested"
)

// Hint tells people that something they see changed. It carries ids only: whoever gets it reads the rows again.
type Hint struct {
	Type      string    `json:"t"`
	ChatID    uuid.UUID `json:"c,omitzero"`
	MessageID uuid.UUID `json:"m,omitzero"`
	UserID    uuid.UUID `json:"p,omitzero"` // who joined
	InsightID uuid.UUID `json:"i,omitzero"`
	AccountID uuid.UUID `json:"k,omitzero"`
	AlertID   uuid.UUID `json:"f,omitzero"`
	Status    string    `json:"s,omitempty"`
	TaskID    string    `json:"q,omitempty"` // of a card switch
	ExpiresAt time.Time `json:"e,omitzero"`  // when that task is over
	// ChangedAt is the chat's updated_at that the change set; zero where it set none.
	ChangedAt time.Time `json:"a,omitzero"`
}

// hintBuffer is how many hints a reader may be behind before it is told to read everything again.
const hintBuffer = 64

// Subscription is one reader of a user's hints.
type Subscription struct {
	hints chan *Hint // a stream that waits holds little memory: pointers
	lost  chan struct{}
}

// Hints delivers what happened, in order. Readers share the hints and must not change them.
func (s *Subscription) Hints() <-chan *Hint { return s.hints }

// Lost holds a signal after hints were dropped: the reader has to read everything again.
func (s *Subscription) Lost() <-chan struct{} { return s.lost }

func (s *Subscription) markLost() {
	select {
	case s.lost <- struct{}{}:
	default:
	}
}

// Hub delivers hints to the readers of this process. It never waits for one.
type Hub struct {
	mu      sync.Mutex
	readers map[uuid.UUID]map[*Subscription]struct{}
	// seen is, per chat, the latest change a hint told of, so that the poll does not tell it again.
	seen map[uuid.UUID]time.Time
}

// NewHub makes a hub nobody reads yet.
func NewHub() *Hub {
	return &Hub{readers: map[uuid.UUID]map[*Subscription]struct{}{}, seen: map[uuid.UUID]time.Time{}}
}

// Subscribe begins to collect the hints of a user; close ends it.
func (h *Hub) Subscribe(userID uuid.UUID) (subscription *Subscription, closeFunc func()) {
	subscription = &Subscription{hints: make(chan *Hint, hintBuffer), lost: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.readers[userID] == nil {
		h.readers[userID] = map[*Subscription]struct{}{}
	}
	h.readers[userID][subscription] = struct{}{}
	return subscription, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.readers[userID], subscription)
		if len(h.readers[userID]) == 0 {
			delete(h.readers, userID)
		}
	}
}

// Deliver gives a hint to every reader of the audience. A reader that is too far behind is told so and loses the hint.
func (h *Hub) Deliver(audience []uuid.UUID, hint Hint) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.readers) > 0 && hint.ChangedAt.After(h.seen[hint.ChatID]) {
		h.seen[hint.ChatID] = hint.ChangedAt
	}
	for _, userID := range audience {
		for reader := range h.readers[userID] {
			select {
			case reader.hints <- &hint:
			default:
				reader.markLost()
			}
		}
	}
}

// ResyncAll tells every reader that it may have missed something.
func (h *Hub) ResyncAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, readers := range h.readers {
		for reader := range readers {
			reader.markLost()
		}
	}
}

// Idle reports whether nobody reads.
func (h *Hub) Idle() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.readers) == 0
}

// Unseen reports whether no hint has told of this change of a chat.
func (h *Hub) Unseen(chatID uuid.UUID, changedAt time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return changedAt.After(h.seen[chatID])
}

// Forget drops what is known of changes before a time; the poll no longer looks that far back.
func (h *Hub) Forget(before time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for chatID, changedAt := range h.seen {
		if changedAt.Before(before) {
			delete(h.seen, chatID)
		}
	}
}
