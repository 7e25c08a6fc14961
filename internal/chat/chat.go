// Package chat holds chats, their messages and the co-pilot's replies. A message and its pending reply are stored in one
// transaction together with the job that will answer; from then on the reply has exactly one end.
package chat

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/members"
)

// Kinds of chat.
const (
	TypeSolo  = "solo"
	TypeGroup = "group"
)

// When the co-pilot answers in a chat.
const (
	PolicyAlways  = "always"  // every message
	PolicyAuto    = "auto"    // when addressed, or when a card, a split or a price is plainly asked for
	PolicyMention = "mention" // only when addressed
	PolicyOff     = "off"
)

// Who wrote a message.
const (
	SenderUser = "user"
	SenderAI   = "ai"
)

// States of a message. A user's message is completed from the start; a reply is open while pending or streaming, and
// each of the others is its one end.
const (
	StatusPending   = "pending"
	StatusStreaming = "streaming"
	StatusCompleted = "completed"
	StatusStopped   = "stopped"
	StatusFailed    = "failed"
)

// Chat is a conversation as one member sees it.
type Chat struct {
	ID          uuid.UUID
	Type        string
	Title       string
	AIPolicy    string
	MemberCount int
	UnreadCount int64
	LastMessage *Message
	CreatedAt   time.Time
	UpdatedAt   time.Time
	// Version moves with every change of title and policy.
	Version int64
}

// Detail is a chat with its people and newest messages (newest last). NextBefore pages older ones; nil when there are none.
type Detail struct {
	Chat
	Members    []members.Member
	Messages   []Message
	NextBefore *MessageCursor
}

// Message is one thing said. Drawer is the contract's drawer payload as stored.
type Message struct {
	ID          uuid.UUID
	ChatID      uuid.UUID
	Position    int64
	SenderType  string
	Sender      *Sender
	Content     string
	Thinking    []string
	Action      *string
	Drawer      json.RawMessage
	Status      string
	ReplyTo     *uuid.UUID
	ProposalID  *uuid.UUID // of a reply that offers to do something
	Degraded    bool
	Sources     []Source
	Versions    []Version
	Feedback    *Feedback // the reader's own
	CreatedAt   time.Time
	CompletedAt *time.Time
}

// Open reports whether the reply has not ended yet.
func (m Message) Open() bool { return m.Status == StatusPending || m.Status == StatusStreaming }

// Sender is the person who wrote a message.
type Sender struct {
	ID   uuid.UUID
	Name string
}

// Version is a text that a message took the place of: a former text of its own, or of the reply it replaced.
type Version struct {
	MessageID uuid.UUID
	Content   string
	At        time.Time
}

// Feedback is what one reader thinks of a reply. Rating is up or down.
type Feedback struct {
	Rating  string
	Comment *string
	At      time.Time
}

// Source names what a figure was computed from. Stored as JSON beside the reply.
type Source struct {
	Type string    `json:"type"`
	ID   string    `json:"id"`
	AsOf time.Time `json:"asOf"`
}

// Kinds of source.
const (
	sourceInsight = "insight"
	sourceTrend   = "trend"
)

// ErrChatNotFound also stands for a chat of other people.
var ErrChatNotFound = apperr.NotFound()

// ErrMessageNotFound also stands for a message of another chat.
var ErrMessageNotFound = apperr.NotFound()

// ListCursor is where a list of chats goes on: after this chat, by newest activity.
type ListCursor struct {
	UpdatedAt time.Time `json:"u"`
	ID        uuid.UUID `json:"i"`
}

// MessageCursor is where a list of messages goes on: before this position.
type MessageCursor struct {
	Position int64 `json:"p"`
}

func fromDBChat(row queries.Chat, memberCount, unreadCount int64) Chat {
	return Chat{
		ID: row.ID, Type: row.Type, Title: row.Title, AIPolicy: row.AiPolicy,
		MemberCount: int(memberCount), UnreadCount: unreadCount, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
		Version: row.Version,
	}
}

func fromDBMessage(row queries.Message, senderName *string) (Message, error) {
	message := Message{
		ID: row.ID, ChatID: row.ChatID, Position: row.Position, SenderType: row.SenderType, Content: row.Content,
		Thinking: row.Thinking, Action: row.Action, Drawer: row.Drawer, Status: row.Status, ReplyTo: row.ReplyTo, ProposalID: row.ProposalID,
		Degraded: row.Degraded, Sources: []Source{}, CreatedAt: row.CreatedAt, CompletedAt: row.CompletedAt,
	}
	if row.SenderID != nil && senderName != nil {
		message.Sender = &Sender{ID: *row.SenderID, Name: *senderName}
	}
	if err := json.Unmarshal(row.Sources, &message.Sources); err != nil {
		return Message{}, err
	}
	return message, nil
}
