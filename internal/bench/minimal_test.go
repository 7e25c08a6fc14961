package bench

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
)

// minimal is what the service is measured beside: net/http and pgx, the same SQL, the token's signature and the session's
// look-up, and the rows as they are for an answer. It validates nothing, tells nobody of anything, and says what it was
// given for a reply, at once and without a queue.
type minimal struct {
	pool  *pgxpool.Pool
	q     *queries.Queries
	reply queries.Message
}

// newMinimal makes the handler; reply is what it answers to every message.
func newMinimal(pool *pgxpool.Pool, reply queries.Message) http.Handler {
	m := &minimal{pool: pool, q: queries.New(), reply: reply}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/session", m.signedIn(http.StatusOK, m.session))
	mux.HandleFunc("GET /api/chats", m.signedIn(http.StatusOK, m.chats))
	mux.HandleFunc("GET /api/chats/{chat}", m.signedIn(http.StatusOK, m.chat))
	mux.HandleFunc("POST /api/chats/{chat}/messages", m.signedIn(http.StatusCreated, m.send))
	return mux
}

type handle func(r *http.Request, session queries.SessionGetLiveRow) (any, error)

// signedIn looks the caller up, and writes the answer.
func (m *minimal) signedIn(status int, answer handle) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, err := sessionOf(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		session, err := m.q.SessionGetLive(r.Context(), m.pool, queries.SessionGetLiveParams{ID: id, Now: time.Now()})
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		value, err := answer(r, session)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(value) // the caller notices what is missing
	}
}

var errToken = errors.New("bench: the token is not good")

// sessionOf checks the signature of the token and reads the session it names.
func sessionOf(r *http.Request) (uuid.UUID, error) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	dot := strings.LastIndexByte(token, '.')
	_, payload, found := strings.Cut(token[:max(dot, 0)], ".")
	if !found {
		return uuid.Nil, errToken
	}
	signature, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
	if err != nil || !ed25519.Verify(signingKey.Public().(ed25519.PublicKey), []byte(token[:dot]), signature) {
		return uuid.Nil, errToken
	}
	text, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return uuid.Nil, err
	}
	var claims struct {
		Session uuid.UUID `json:"sid"`
		Expires int64     `json:"exp"`
	}
	if err := json.Unmarshal(text, &claims); err != nil {
		return uuid.Nil, err
	}
	if claims.Expires < time.Now().Unix() {
		return uuid.Nil, errToken
	}
	return claims.Session, nil
}

func (m *minimal) session(_ *http.Request, session queries.SessionGetLiveRow) (any, error) {
	return session, nil
}

func (m *minimal) chats(r *http.Request, session queries.SessionGetLiveRow) (any, error) {
	chats, err := m.q.ChatListForMember(r.Context(), m.pool, queries.ChatListForMemberParams{
		UserID: session.User.ID, BeforeUpdatedAt: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), BeforeID: uuid.Max, RowLimit: 21,
	})
	if err != nil {
		return nil, err
	}
	chats = chats[:min(len(chats), 20)]
	ids := make([]uuid.UUID, len(chats))
	for i, chat := range chats {
		ids[i] = chat.Chat.ID
	}
	last, err := m.q.MessageLastOfChats(r.Context(), m.pool, queries.MessageLastOfChatsParams{ChatIds: ids, UserID: session.User.ID})
	return []any{chats, last}, err
}

func (m *minimal) chat(r *http.Request, session queries.SessionGetLiveRow) (any, error) {
	id, err := uuid.Parse(r.PathValue("chat"))
	if err != nil {
		return nil, err
	}
	chat, err := m.q.ChatGetForMember(r.Context(), m.pool, queries.ChatGetForMemberParams{ID: id, UserID: session.User.ID})
	if err != nil {
		return nil, err
	}
	members, err := m.q.ChatMemberList(r.Context(), m.pool, []uuid.UUID{id})
	if err != nil {
		return nil, err
	}
	invited, err := m.q.InviteListOpen(r.Context(), m.pool, queries.InviteListOpenParams{ChatIds: []uuid.UUID{id}, Now: time.Now()})
	if err != nil {
		return nil, err
	}
	messages, err := m.q.MessageListBefore(r.Context(), m.pool, queries.MessageListBeforeParams{
		UserID: session.User.ID, ChatID: id, BeforePosition: math.MaxInt64, RowLimit: 51,
	})
	return []any{chat, members, invited, messages[:min(len(messages), 50)]}, err
}

func (m *minimal) send(r *http.Request, session queries.SessionGetLiveRow) (any, error) {
	chatID, err := uuid.Parse(r.PathValue("chat"))
	if err != nil {
		return nil, err
	}
	var body struct {
		Content string `json:"content"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, err
	}
	ctx, userID, saidID, replyID := r.Context(), session.User.ID, uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	if _, err := m.q.SettingsGet(ctx, m.pool, userID); err != nil { // whether there is to be an answer
		return nil, err
	}
	job, err := m.store(ctx, userID, chatID, saidID, replyID, body.Content)
	if err != nil {
		return nil, err
	}
	fence, err := m.claim(ctx, replyID)
	if err != nil {
		return nil, err
	}
	if err := m.look(ctx, userID, saidID); err != nil {
		return nil, err
	}
	if err := m.finish(ctx, userID, chatID, replyID, fence, job); err != nil {
		return nil, err
	}
	return m.q.MessageGetForMember(ctx, m.pool, queries.MessageGetForMemberParams{UserID: userID, ID: replyID, ChatID: chatID})
}

// seconds is a lease or a time to work, as the service takes them.
func seconds(count int64) pgtype.Interval {
	return pgtype.Interval{Microseconds: count * 1_000_000, Valid: true}
}

func (m *minimal) store(ctx context.Context, userID, chatID, saidID, replyID uuid.UUID, content string) (job int64, err error) {
	return job, pgx.BeginFunc(ctx, m.pool, func(tx pgx.Tx) error {
		locked, err := m.q.ChatLockForMember(ctx, tx, queries.ChatLockForMemberParams{ID: chatID, UserID: userID})
		if err != nil {
			return err
		}
		now, position := time.Now(), locked.Chat.LastPosition+1
		err = m.q.MessageInsertSaid(ctx, tx, queries.MessageInsertSaidParams{
			ID: saidID, ChatID: chatID, Position: position, SenderID: &userID, Content: content, CreatedAt: now, AiDecision: "always",
		})
		if err != nil {
			return err
		}
		_, err = m.q.ReplyInsert(ctx, tx, queries.ReplyInsertParams{
			ID: replyID, ChatID: chatID, Position: position + 1, ReplyTo: &saidID, CreatedAt: now, Grace: seconds(5),
		})
		if err != nil {
			return err
		}
		// In a queue that nobody works: its job is done here.
		err = tx.QueryRow(ctx, `-- name: JobInsert
			INSERT INTO river.river_job (args, kind, max_attempts, priority, queue, scheduled_at, state)
			VALUES (jsonb_build_object('reply_id', $1::text), 'minimal', 1, 1, 'minimal', now(), 'available') RETURNING id`, replyID.String()).Scan(&job)
		if err != nil {
			return err
		}
		return m.q.ChatAdvanceRead(ctx, tx, queries.ChatAdvanceReadParams{
			ID: chatID, LastPosition: position + 1, UpdatedAt: now, UserID: userID, ReadPosition: position,
		})
	})
}

func (m *minimal) claim(ctx context.Context, replyID uuid.UUID) (fence int64, err error) {
	return fence, pgx.BeginFunc(ctx, m.pool, func(tx pgx.Tx) error {
		claimed, err := m.q.ReplyClaim(ctx, tx, queries.ReplyClaimParams{ID: replyID, Lease: seconds(5), Timeout: seconds(60)})
		if err != nil {
			return err
		}
		fence = claimed.Message.Fence
		return m.q.ReplyEventInsert(ctx, tx, queries.ReplyEventInsertParams{ReplyID: replyID, Kinds: []string{"started"}, Texts: []string{""}})
	})
}

// look reads what an answer is made from.
func (m *minimal) look(ctx context.Context, userID, saidID uuid.UUID) error {
	if _, err := m.q.ReplyAsk(ctx, m.pool, queries.ReplyAskParams{QuestionID: saidID, History: 10}); err != nil {
		return err
	}
	if _, err := m.q.SettingsGet(ctx, m.pool, userID); err != nil {
		return err
	}
	if _, err := m.q.CardListActive(ctx, m.pool, userID); err != nil {
		return err
	}
	_, err := m.q.TransactionListSince(ctx, m.pool, queries.TransactionListSinceParams{
		UserID: userID, Since: time.Now().AddDate(0, -14, 0),
	})
	return err
}

func (m *minimal) finish(ctx context.Context, userID, chatID, replyID uuid.UUID, fence, job int64) error {
	return pgx.BeginFunc(ctx, m.pool, func(tx pgx.Tx) error {
		if _, err := m.q.ChatLock(ctx, tx, chatID); err != nil {
			return err
		}
		proposal := queries.ProposalInsertParams{
			ID: uuid.New(), ChatID: chatID, MessageID: replyID, AskerID: userID, Kind: "card", Payload: []byte("{}"),
			CreatedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
		}
		_, err := m.q.ReplyFinish(ctx, tx, queries.ReplyFinishParams{
			ID: replyID, Fence: fence, Content: m.reply.Content, Thinking: m.reply.Thinking, Action: m.reply.Action, Drawer: m.reply.Drawer,
			Sources: m.reply.Sources, Status: "completed", Cuts: m.reply.Cuts, CompletedAt: time.Now(),
			ProposalID: &proposal.ID,
		})
		if err != nil {
			return err
		}
		if err := m.q.ProposalInsert(ctx, tx, proposal); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `-- name: JobFinish
			UPDATE river.river_job SET state = 'completed', finalized_at = now() WHERE id = $1`, job)
		return err
	})
}
