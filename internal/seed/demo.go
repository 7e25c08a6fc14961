package seed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/knot/mock"
	"github.com/lattice-money/lattice/internal/ledger"
	"github.com/lattice-money/lattice/internal/members"
	"github.com/lattice-money/lattice/internal/postgres"
)

// The demo is loaded in steps, each marked when it is done: people and talk in one transaction with their mark, so that a
// crash leaves no half of one and what users removed never comes back; insights may be computed twice.
const (
	taskPeople   = "demo_people"
	taskTalk     = "demo_talk"
	taskInsights = "demo_insights"
)

// PasswordHasher hashes the demo password.
type PasswordHasher interface {
	Hash(ctx context.Context, password string) (string, error)
}

// AccountStore stores a linked account with its orders.
type AccountStore interface {
	StoreAccount(ctx context.Context, tx pgx.Tx, userID uuid.UUID, ref string, mock bool, account accounts.VendorAccount,
		orders []accounts.Order) error
}

// Composer decides whether the co-pilot answers, and computes the answer to a question of the past.
type Composer interface {
	Answers(ctx context.Context, policy, text string) (bool, error)
	Compose(ctx context.Context, ask chat.Ask) (chat.Plan, error)
}

// InsightsRefresher computes a user's insights.
type InsightsRefresher interface {
	RefreshIfStale(ctx context.Context, userID uuid.UUID) error
}

// Ledger writes what a member of a group paid, as at a moment of the past.
type Ledger interface {
	WriteAt(ctx context.Context, tx pgx.Tx, at time.Time, userID, groupID uuid.UUID, draft ledger.Draft) (uuid.UUID, error)
}

// DemoConfig is what the demo is loaded with; every field is required.
type DemoConfig struct {
	Pool     *pgxpool.Pool
	Clock    clock.Clock
	Files    fs.FS
	Hasher   PasswordHasher
	Accounts AccountStore
	Composer Composer
	Insights InsightsRefresher
	Ledger   Ledger
	Logger   *slog.Logger
}

// demo is one loading.
type demo struct {
	DemoConfig
	demoFile

	q      *queries.Queries
	now    time.Time
	people map[string]demoPerson // by e-mail
}

// Demo loads the demo people and what they said, once per database.
func Demo(ctx context.Context, config DemoConfig) error {
	if config.Pool == nil || config.Clock == nil || config.Files == nil || config.Hasher == nil || config.Accounts == nil ||
		config.Composer == nil || config.Insights == nil || config.Ledger == nil || config.Logger == nil {
		return errors.New("seed: Demo wants every dependency")
	}
	file, err := readDemo(config.Files)
	if err != nil {
		return err
	}
	d := &demo{DemoConfig: config, demoFile: file, q: queries.New(), now: config.Clock.Now(), people: map[string]demoPerson{}}
	for _, person := range file.People {
		d.people[person.Email] = person
	}
	if err := d.loadPeople(ctx); err != nil {
		return fmt.Errorf("load demo people: %w", err)
	}
	if err := d.loadTalk(ctx); err != nil {
		return fmt.Errorf("load demo chats: %w", err)
	}
	if err := d.loadInsights(ctx); err != nil {
		return fmt.Errorf("compute demo insights: %w", err)
	}
	return nil
}

// once runs a step unless it is marked as done; step and mark commit together.
func (d *demo) once(ctx context.Context, task string, step func(ctx context.Context, tx pgx.Tx) error) (bool, error) {
	return postgres.WithTxV(ctx, d.Pool, func(ctx context.Context, tx pgx.Tx) (bool, error) {
		// The insert waits for another process that is at the same step, and then finds its mark.
		marked, err := d.q.CompletedTaskInsert(ctx, tx, queries.CompletedTaskInsertParams{Name: task, CompletedAt: d.now})
		if err != nil {
			return false, fmt.Errorf("mark %s: %w", task, err)
		}
		if marked == 0 {
			return false, nil
		}
		return true, step(ctx, tx)
	})
}

func (d *demo) loadPeople(ctx context.Context) error {
	done, err := d.q.CompletedTaskExists(ctx, d.Pool, taskPeople)
	if err != nil || done {
		return err
	}
	hash, err := d.Hasher.Hash(ctx, d.Password)
	if err != nil {
		return err
	}
	loaded, err := d.once(ctx, taskPeople, func(ctx context.Context, tx pgx.Tx) error {
		for _, person := range d.People {
			if err := d.loadPerson(ctx, tx, person, hash); err != nil {
				return fmt.Errorf("%s: %w", person.Email, err)
			}
		}
		return nil
	})
	if err != nil || !loaded {
		return err
	}
	d.Logger.InfoContext(ctx, "demo people loaded", "count", len(d.people))
	return nil
}

func (d *demo) loadPerson(ctx context.Context, tx pgx.Tx, person demoPerson, hash string) error {
	joined := d.now.AddDate(0, 0, -person.JoinedDaysAgo)
	onboarding := "incomplete"
	if len(person.Persona.Merchants) > 0 {
		onboarding = "complete"
	}
	err := d.q.UserInsert(ctx, tx, queries.UserInsertParams{
		ID: person.ID, Name: person.Name, Email: person.Email, EmailKey: auth.EmailKey(person.Email), EmailVerified: true,
		PasswordHash: hash, OnboardingStatus: onboarding, CreatedAt: joined,
	})
	if err != nil {
		return fmt.Errorf("insert user: %w", err)
	}
	err = d.q.SettingsInsert(ctx, tx, queries.SettingsInsertParams{UserID: person.ID, TimeZone: person.TimeZone, UpdatedAt: joined})
	if err != nil {
		return fmt.Errorf("insert settings: %w", err)
	}
	for i, card := range person.Cards {
		if err := d.loadCard(ctx, tx, person.ID, card, joined.Add(time.Duration(i)*time.Minute)); err != nil {
			return fmt.Errorf("card %s: %w", card.Product, err)
		}
	}
	for _, merchantID := range person.Persona.Merchants {
		orders := mock.Orders(person.ID.String(), person.persona(), merchantID, d.now)
		account := accounts.VendorAccount{MerchantID: merchantID, AccountName: person.Email, Transactions: true}
		if err := d.Accounts.StoreAccount(ctx, tx, person.ID, person.ID.String(), true, account, orders); err != nil {
			return fmt.Errorf("account at %d: %w", merchantID, err)
		}
	}
	return nil
}

func (d *demo) loadCard(ctx context.Context, tx pgx.Tx, userID uuid.UUID, card demoCard, at time.Time) error {
	product, err := d.q.CardProductGetBySlug(ctx, tx, card.Product)
	if err != nil {
		return fmt.Errorf("find product: %w", err)
	}
	row := queries.CardInsertParams{
		ID: uuid.Must(uuid.NewV7()), UserID: userID, ProductID: product.ID, LastFour: &card.LastFour, Currency: product.Currency,
		LimitAmount: card.Limit, Balance: card.Balance, Choices: []string{}, Activations: []string{}, CreatedAt: at,
	}
	if card.Nickname != "" {
		row.Nickname = &card.Nickname
	}
	if err := d.q.CardInsert(ctx, tx, row); err != nil {
		return fmt.Errorf("insert card: %w", err)
	}
	return nil
}

// conversation is a chat or group to insert, its replies already composed.
type conversation struct {
	id        uuid.UUID
	chatType  string
	title     string
	policy    string
	owner     demoPerson
	created   time.Time
	group     *demoGroup
	messages  []chat.Message
	proposals []queries.ProposalInsertParams
}

func (d *demo) loadTalk(ctx context.Context) error {
	done, err := d.q.CompletedTaskExists(ctx, d.Pool, taskTalk)
	if err != nil || done {
		return err
	}
	// Replies are computed from the orders that are now there; that reads, so it stands before the transaction.
	conversations, err := d.compose(ctx)
	if err != nil {
		return err
	}
	loaded, err := d.once(ctx, taskTalk, func(ctx context.Context, tx pgx.Tx) error {
		for _, talk := range conversations {
			if err := d.insertConversation(ctx, tx, talk); err != nil {
				return fmt.Errorf("%s: %w", talk.title, err)
			}
		}
		return nil
	})
	if err != nil || !loaded {
		return err
	}
	d.Logger.InfoContext(ctx, "demo chats loaded", "count", len(conversations))
	return nil
}

// loadInsights computes the first insights, so that nobody's first look at them is slow.
func (d *demo) loadInsights(ctx context.Context) error {
	done, err := d.q.CompletedTaskExists(ctx, d.Pool, taskInsights)
	if err != nil || done {
		return err
	}
	for _, person := range d.People {
		if err := d.Insights.RefreshIfStale(ctx, person.ID); err != nil {
			return fmt.Errorf("%s: %w", person.Email, err)
		}
	}
	_, err = d.once(ctx, taskInsights, func(context.Context, pgx.Tx) error { return nil })
	return err
}

func (d *demo) insertConversation(ctx context.Context, tx pgx.Tx, talk conversation) error {
	err := d.q.ChatInsert(ctx, tx, queries.ChatInsertParams{
		ID: talk.id, Type: talk.chatType, Title: talk.title, AiPolicy: talk.policy, CreatedBy: &talk.owner.ID, CreatedAt: talk.created,
	})
	if err != nil {
		return fmt.Errorf("insert chat: %w", err)
	}
	shares := talk.group != nil && talk.group.OwnerShares
	err = d.q.ChatMemberInsert(ctx, tx, queries.ChatMemberInsertParams{
		ChatID: talk.id, UserID: talk.owner.ID, Role: members.RoleOwner, SharesPurchases: shares, JoinedAt: talk.created,
	})
	if err != nil {
		return fmt.Errorf("insert owner: %w", err)
	}
	if talk.group != nil {
		if err := d.insertGroup(ctx, tx, talk); err != nil {
			return err
		}
	}
	last := talk.created
	if talk.group != nil {
		if last, err = d.insertExpenses(ctx, tx, talk); err != nil {
			return err
		}
	}
	for _, message := range talk.messages {
		if err := d.insertMessage(ctx, tx, message); err != nil {
			return err
		}
		last = later(last, message.CreatedAt)
	}
	for _, proposal := range talk.proposals {
		if err := d.q.ProposalInsert(ctx, tx, proposal); err != nil {
			return fmt.Errorf("insert proposal: %w", err)
		}
	}
	count := int64(len(talk.messages))
	if err := d.q.ChatAdvance(ctx, tx, queries.ChatAdvanceParams{ID: talk.id, LastPosition: count, UpdatedAt: last}); err != nil {
		return fmt.Errorf("advance chat: %w", err)
	}
	_, err = d.q.ChatMarkRead(ctx, tx, queries.ChatMarkReadParams{ChatID: talk.id, UserID: talk.owner.ID, Position: count})
	if err != nil {
		return fmt.Errorf("mark read: %w", err)
	}
	return nil
}

func (d *demo) insertMessage(ctx context.Context, tx pgx.Tx, message chat.Message) error {
	sources, err := json.Marshal(notNil(message.Sources))
	if err != nil {
		return fmt.Errorf("write sources: %w", err)
	}
	row := queries.MessageInsertParams{
		ID: message.ID, ChatID: message.ChatID, Position: message.Position, SenderType: message.SenderType, Content: message.Content,
		Thinking: notNil(message.Thinking), Action: message.Action, Drawer: message.Drawer, Status: message.Status,
		ReplyTo: message.ReplyTo, Sources: sources, CreatedAt: message.CreatedAt, CompletedAt: message.CompletedAt,
		ProposalID: message.ProposalID,
	}
	if message.Sender != nil {
		row.SenderID = &message.Sender.ID
	}
	if err := d.q.MessageInsert(ctx, tx, row); err != nil {
		return fmt.Errorf("insert message: %w", err)
	}
	return nil
}

func (d *demo) insertGroup(ctx context.Context, tx pgx.Tx, talk conversation) error {
	group := talk.group
	if err := d.q.GroupContextInsert(ctx, tx, queries.GroupContextInsertParams{ChatID: talk.id, Currency: group.Currency}); err != nil {
		return fmt.Errorf("insert group context: %w", err)
	}
	for _, member := range group.Members {
		err := d.q.ChatMemberInsert(ctx, tx, queries.ChatMemberInsertParams{
			ChatID: talk.id, UserID: d.people[member.Email].ID, Role: member.Role, SharesPurchases: member.SharesPurchases,
			JoinedAt: talk.created.Add(time.Hour),
		})
		if err != nil {
			return fmt.Errorf("insert member %s: %w", member.Email, err)
		}
	}
	for _, email := range group.Invited {
		key := auth.EmailKey(email)
		err := d.q.InviteInsert(ctx, tx, queries.InviteInsertParams{
			ID: uuid.Must(uuid.NewV7()), ChatID: talk.id, Email: &email, EmailKey: &key, Role: members.RoleMember, MaxUses: 1,
			InvitedBy: &talk.owner.ID, CreatedAt: talk.created, ExpiresAt: d.now.AddDate(0, 0, 14),
		})
		if err != nil {
			return fmt.Errorf("insert invitation: %w", err)
		}
	}
	for _, receipt := range group.Receipts {
		person := d.people[receipt.By]
		newest, err := d.q.TransactionNewest(ctx, tx, queries.TransactionNewestParams{
			UserID: person.ID, MerchantID: receipt.Merchant, RowLimit: receipt.Newest,
		})
		if err != nil {
			return fmt.Errorf("find receipts: %w", err)
		}
		for _, id := range newest {
			err := d.q.GroupReceiptInsert(ctx, tx, queries.GroupReceiptInsertParams{
				ChatID: talk.id, TransactionID: id, SharedBy: person.ID, SharedAt: d.now,
			})
			if err != nil {
				return fmt.Errorf("share receipt: %w", err)
			}
		}
	}
	return nil
}
