package groups_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/audit"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/groups"
	"github.com/lattice-money/lattice/internal/mail"
	"github.com/lattice-money/lattice/internal/members"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var began = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

// world is a service and everything around it.
type world struct {
	pool    *pgxpool.Pool
	clock   *clock.Fake
	service *groups.Service

	mu      sync.Mutex
	notices []events.Notice
	mails   []mail.Mail
	net     []money.Money // what the ledger says
	spent   []groups.Spent
	serial  int
}

func setup(t *testing.T, pool *pgxpool.Pool) *world {
	t.Helper()
	w := &world{pool: pool, clock: clock.NewFake(began)}
	auditor, err := audit.New(w.clock)
	require.NoError(t, err)
	w.service, err = groups.New(groups.Config{
		Pool: pool, Clock: w.clock, Auditor: auditor, Notifier: w, Mailer: w, Tokens: w, Ledger: w,
	})
	require.NoError(t, err)
	return w
}

func (w *world) Notify(notice events.Notice) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notices = append(w.notices, notice)
}

func (w *world) EnqueueMail(_ context.Context, _ pgx.Tx, m mail.Mail) error {
	w.mails = append(w.mails, m)
	return nil
}

func (w *world) NewInviteToken() (string, []byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serial++
	token := fmt.Sprint("token ", w.serial)
	return token, w.HashInviteToken(token), nil
}

func (w *world) HashInviteToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func (w *world) Net(context.Context, pgx.Tx, uuid.UUID, uuid.UUID) ([]money.Money, error) {
	return w.net, nil
}

func (w *world) Spent(_ context.Context, groupIDs []uuid.UUID) (spent []groups.Spent, err error) {
	for _, row := range w.spent {
		if slices.Contains(groupIDs, row.GroupID) {
			spent = append(spent, row)
		}
	}
	return spent, nil
}

func (w *world) person(t *testing.T, name string) groups.Person {
	t.Helper()
	p := groups.Person{ID: uuid.New(), Name: name, Email: strings.ToLower(name) + "@example.com"}
	w.exec(t, `INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
		VALUES ($1, $2, $3, $3, 'x', $4, $4, $4)`, p.ID, p.Name, p.Email, began)
	w.exec(t, "INSERT INTO settings (user_id, updated_at) VALUES ($1, $2)", p.ID, began)
	return p
}

func (w *world) exec(t *testing.T, statement string, arguments ...any) {
	t.Helper()
	_, err := w.pool.Exec(t.Context(), statement, arguments...)
	require.NoError(t, err)
}

func (w *world) count(t *testing.T, from string, arguments ...any) (count int) {
	t.Helper()
	require.NoError(t, w.pool.QueryRow(t.Context(), "SELECT count(*) FROM "+from, arguments...).Scan(&count))
	return count
}

func (w *world) group(t *testing.T, owner groups.Person, others ...groups.Person) uuid.UUID {
	t.Helper()
	group, err := w.service.Create(t.Context(), groups.CreateParams{Owner: owner, Name: "Ski Trip"})
	require.NoError(t, err)
	for _, other := range others {
		w.join(t, group.ID, owner, other)
	}
	return group.ID
}

func (w *world) join(t *testing.T, groupID uuid.UUID, by, who groups.Person) {
	t.Helper()
	_, err := w.service.Accept(t.Context(), who, w.link(t, groupID, by, 1))
	require.NoError(t, err)
}

func (w *world) link(t *testing.T, groupID uuid.UUID, by groups.Person, uses int) string {
	t.Helper()
	invite, err := w.service.CreateInvite(t.Context(), groups.CreateInviteParams{By: by, GroupID: groupID, MaxUses: uses})
	require.NoError(t, err)
	return invite.Token
}

// receipt is an order of somebody that they put before groups.
func (w *world) receipt(t *testing.T, of groups.Person, currency string, total int64, groupIDs ...uuid.UUID) uuid.UUID {
	t.Helper()
	w.exec(t, "INSERT INTO merchants (id, slug, name, category) VALUES (1, 'shop', 'Shop', 'shopping') ON CONFLICT DO NOTHING")
	w.exec(t, `INSERT INTO linked_accounts (id, user_id, merchant_id, vendor_user_ref, account_name, status, can_transactions, can_cards, mock, created_at)
		VALUES (gen_random_uuid(), $1, 1, 'x', 'x', 'connected', true, false, true, $2) ON CONFLICT DO NOTHING`, of.ID, began)
	order := uuid.New()
	w.exec(t, `INSERT INTO transactions (id, user_id, account_id, merchant_id, external_id, placed_at, status, currency, subtotal, total, category)
		SELECT $1, $2, id, 1, 'order ' || gen_random_uuid(), $3, 'completed', $4, $5, $5, 'shopping' FROM linked_accounts WHERE user_id = $2`, order, of.ID, began, currency, total)
	for _, id := range groupIDs {
		w.exec(t, "INSERT INTO group_receipts (chat_id, transaction_id, shared_by, shared_at) VALUES ($1, $2, $3, $4)", id, order, of.ID, began)
	}
	return order
}

// What a group spent is its expenses and the receipts its members show it, each once.
func TestGet_TotalsExpensesAndConsentedReceipts(t *testing.T) {
	t.Parallel()
	w := setup(t, testkit.DB(t))
	dana, bob := w.person(t, "Dana"), w.person(t, "Bob")
	group, other := w.group(t, dana, bob), w.group(t, dana, bob)
	shown := w.receipt(t, dana, "USD", 1000, group, other)
	w.receipt(t, dana, "USD", 200, group)
	w.receipt(t, bob, "EUR", 70, group)
	look := func(id uuid.UUID) (total int64, others []money.Money, line string) {
		t.Helper()
		got, err := w.service.Get(t.Context(), dana.ID, id)
		require.NoError(t, err)
		require.Equal(t, "USD", got.TotalSpend.Currency)
		return got.TotalSpend.Amount, got.OtherTotals, got.Context
	}
	check := func(id uuid.UUID, wantTotal int64, wantOthers []money.Money, wantLine string) {
		t.Helper()
		total, others, line := look(id)
		require.Equal(t, wantTotal, total)
		require.Equal(t, wantOthers, others)
		require.Equal(t, wantLine, line)
	}
	none := []money.Money{}
	check(group, 0, none, "Nothing shared yet")
	w.exec(t, "UPDATE chat_members SET shares_purchases = true")
	check(group, 1200, []money.Money{{Amount: 70, Currency: "EUR"}}, "3 shared receipts, most of it shopping")

	w.spent = []groups.Spent{
		{GroupID: group, Currency: "USD", Category: "travel", Expenses: 2, Total: 9000, Receipts: []uuid.UUID{shown}},
		{GroupID: group, Currency: "JPY", Category: "", Expenses: 1, Total: 500},
	}
	check(group, 9200, []money.Money{{Amount: 70, Currency: "EUR"}, {Amount: 500, Currency: "JPY"}},
		"3 expenses and 2 shared receipts, most of it travel")
	w.spent = append(w.spent, groups.Spent{GroupID: other, Currency: "EUR", Category: "eating_out", Expenses: 1, Total: 300})
	check(other, 1000, []money.Money{{Amount: 300, Currency: "EUR"}}, "1 expense and 1 shared receipt, most of it shopping")
	w.exec(t, "UPDATE chat_members SET shares_purchases = false WHERE user_id = $1", dana.ID)
	check(other, 0, []money.Money{{Amount: 300, Currency: "EUR"}}, "1 expense, most of it eating out")
	check(group, 9000, []money.Money{{Amount: 70, Currency: "EUR"}, {Amount: 500, Currency: "JPY"}},
		"3 expenses and 1 shared receipt, most of it travel")
	w.spent = []groups.Spent{{GroupID: group, Currency: "USD", Expenses: 1, Total: 300}}
	w.exec(t, "UPDATE chat_members SET shares_purchases = false")
	check(group, 300, none, "1 expense")
	listed, err := w.service.List(t.Context(), groups.ListParams{UserID: dana.ID, Limit: 10})
	require.NoError(t, err)
	require.Len(t, listed.Items, 2)
}

// Who leaves with something open is told what it is, and then may go all the same.
func TestRemoveMember_WarnsOfWhatIsNotSettled(t *testing.T) {
	t.Parallel()
	w := setup(t, testkit.DB(t))
	dana, bob := w.person(t, "Dana"), w.person(t, "Bob")
	group := w.group(t, dana, bob)
	w.net = []money.Money{{Amount: -1200, Currency: "USD"}, {Amount: 500, Currency: "EUR"}}

	leaving := groups.RemoveMemberParams{ActorID: bob.ID, GroupID: group, MemberID: bob.ID}
	removing := groups.RemoveMemberParams{ActorID: dana.ID, GroupID: group, MemberID: bob.ID}
	for params, want := range map[groups.RemoveMemberParams]string{
		leaving:  "You owe $12.00 and are owed 5.00 EUR in this group. Settle that first, or say that you know it.",
		removing: "This member owes $12.00 and is owed 5.00 EUR in this group. Settle that first, or say that you know it.",
	} {
		err := w.service.RemoveMember(t.Context(), params)
		require.True(t, apperr.Is(err, apperr.CodeUnsettledBalance))
		require.Equal(t, want, apperr.From(err).Message)
		require.Equal(t, "acknowledgeUnsettled", apperr.From(err).Fields[0].Pointer)
	}
	require.Equal(t, 2, w.count(t, "chat_members"))

	leaving.Acknowledged = true
	require.NoError(t, w.service.RemoveMember(t.Context(), leaving))
	require.Equal(t, 1, w.count(t, "chat_members"))

	w.net = nil
	w.join(t, group, dana, bob)
	require.NoError(t, w.service.RemoveMember(t.Context(), removing), "settled")
}

// What a member put before the group goes with them; nobody else's does.
func TestRemoveMember_TakesTheirReceiptsAlong(t *testing.T) {
	t.Parallel()
	w := setup(t, testkit.DB(t))
	dana, bob := w.person(t, "Dana"), w.person(t, "Bob")
	group, other := w.group(t, dana, bob), w.group(t, dana, bob)
	for _, person := range []groups.Person{dana, bob} {
		w.receipt(t, person, "USD", 100, group, other)
	}
	require.NoError(t, w.service.RemoveMember(t.Context(), groups.RemoveMemberParams{ActorID: bob.ID, GroupID: group, MemberID: bob.ID}))
	require.Equal(t, 1, w.count(t, "group_receipts WHERE chat_id = $1 AND shared_by = $2", group, dana.ID))
	require.Equal(t, 0, w.count(t, "group_receipts WHERE chat_id = $1 AND shared_by = $2", group, bob.ID))
	require.Equal(t, 2, w.count(t, "group_receipts WHERE chat_id = $1", other))
}

func TestPurge_DeletesWhatNobodyCanHaveBack(t *testing.T) {
	t.Parallel()
	w := setup(t, testkit.DB(t))
	dana, bob := w.person(t, "Dana"), w.person(t, "Bob")
	first, second, live := w.group(t, dana, bob), w.group(t, dana), w.group(t, dana, bob)
	require.NoError(t, w.service.Delete(t.Context(), dana.ID, first))
	w.clock.Advance(time.Hour)
	require.NoError(t, w.service.Delete(t.Context(), dana.ID, second))

	w.clock.Advance(groups.GracePeriod - time.Hour - time.Second)
	purged, err := w.service.Purge(t.Context())
	require.NoError(t, err)
	require.Zero(t, purged)
	w.clock.Advance(time.Second)
	purged, err = w.service.Purge(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1, purged)
	for _, table := range []string{"deleted_groups", "deleted_group_members", "group_invites", "group_contexts"} {
		require.Zero(t, w.count(t, table+" WHERE chat_id = $1", first), table)
	}
	require.Equal(t, 1, w.count(t, "audit_events WHERE action = 'group.purge' AND target_id = $1 AND user_id = $2", first.String(), dana.ID))
	_, err = w.service.Update(t.Context(), groups.UpdateParams{UserID: dana.ID, GroupID: second, Restore: true, Accepts: func(int64) bool { return true }})
	require.NoError(t, err, "the other one can still be had back")
	_, err = w.service.Get(t.Context(), bob.ID, live)
	require.NoError(t, err)
}

// More than one page of them, and nothing is left over.
func TestPurge_GoesOnUntilNothingIsLeft(t *testing.T) {
	t.Parallel()
	w := setup(t, testkit.DB(t))
	w.exec(t, `WITH made AS (INSERT INTO chats (id, type, title, ai_policy, created_at, updated_at)
		SELECT gen_random_uuid(), 'group', 'Trip', 'auto', $1, $1 FROM generate_series(1, 205) RETURNING id)
		INSERT INTO deleted_groups (chat_id, deleted_at, purge_at) SELECT id, $1, $1 FROM made`, began)
	purged, err := w.service.Purge(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 205, purged)
	require.Zero(t, w.count(t, "chats"))
}

// tracer notes the statements of a connection, their names and values left out.
type tracer struct {
	mu         sync.Mutex
	statements []string
}

var named = regexp.MustCompile(`-- name: (\w+)`)

func (tr *tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	name := strings.ToLower(data.SQL)
	if match := named.FindStringSubmatch(data.SQL); match != nil {
		name = match[1]
	}
	tr.statements = append(tr.statements, name)
	return ctx
}

func (tr *tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// How long a refusal takes must tell as little as what it says: every refused token costs the same statements.
func TestAccept_EveryRefusalIsTheSameWork(t *testing.T) {
	t.Parallel()
	config, err := pgxpool.ParseConfig(testkit.DatabaseURL(t))
	require.NoError(t, err)
	traced := &tracer{}
	config.ConnConfig.Tracer = traced
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	w := setup(t, pool)
	dana, bob, mallory := w.person(t, "Dana"), w.person(t, "Bob"), w.person(t, "Mallory")
	group, gone := w.group(t, dana), w.group(t, dana)

	tokens := map[string]string{"unknown": "token of nobody", "spent": w.link(t, group, dana, 1), "deleted": w.link(t, gone, dana, 9)}
	_, err = w.service.Accept(t.Context(), bob, tokens["spent"])
	require.NoError(t, err)
	require.NoError(t, w.service.Delete(t.Context(), dana.ID, gone))
	revoked, err := w.service.CreateInvite(t.Context(), groups.CreateInviteParams{By: dana, GroupID: group, MaxUses: 9})
	require.NoError(t, err)
	require.NoError(t, w.service.RevokeInvite(t.Context(), dana.ID, group, revoked.ID))
	tokens["revoked"] = revoked.Token
	soon := began.Add(time.Minute)
	expired, err := w.service.CreateInvite(t.Context(), groups.CreateInviteParams{By: dana, GroupID: group, MaxUses: 9, ExpiresAt: &soon})
	require.NoError(t, err)
	tokens["expired"] = expired.Token
	carol := "carol@example.com"
	other, err := w.service.CreateInvite(t.Context(), groups.CreateInviteParams{By: dana, GroupID: group, Email: &carol})
	require.NoError(t, err)
	tokens["somebody else's"] = other.Token
	w.clock.Advance(time.Hour)

	seen := map[string][]string{}
	for name, token := range tokens {
		traced.mu.Lock()
		traced.statements = nil
		traced.mu.Unlock()
		_, err := w.service.Accept(t.Context(), mallory, token)
		require.ErrorIs(t, err, groups.ErrInviteNotFound, name)
		traced.mu.Lock()
		seen[name] = append([]string(nil), traced.statements...)
		traced.mu.Unlock()
	}
	require.Equal(t, []string{"begin", "InviteFind", "ChatLock", "InviteTake", "ChatMemberRoles", "rollback"}, seen["unknown"])
	for name, statements := range seen {
		require.Equal(t, seen["unknown"], statements, name)
	}
}

func TestNotices_TellThoseWhoAreConcerned(t *testing.T) {
	t.Parallel()
	w := setup(t, testkit.DB(t))
	dana, bob, eve := w.person(t, "Dana"), w.person(t, "Bob"), w.person(t, "Eve")
	group := w.group(t, dana, bob)
	told := func(kind string, change func() error) []uuid.UUID {
		t.Helper()
		w.notices = nil
		require.NoError(t, change())
		for _, notice := range w.notices {
			if notice.Hint.Type == kind {
				require.Equal(t, group, notice.Hint.ChatID)
				return notice.Audience
			}
		}
		return nil
	}
	update := func(member groups.Person, role string) func() error {
		return func() error {
			_, err := w.service.UpdateMember(t.Context(), groups.UpdateMemberParams{ActorID: dana.ID, GroupID: group, MemberID: member.ID, Role: &role})
			return err
		}
	}
	token := w.link(t, group, dana, 2)
	everybody := []uuid.UUID{dana.ID, bob.ID, eve.ID}

	require.ElementsMatch(t, everybody, told(events.MemberJoined, func() error { _, err := w.service.Accept(t.Context(), eve, token); return err }))
	require.Equal(t, eve.ID, w.notices[0].Hint.UserID)
	require.Len(t, w.notices, 2, "and that the chat has changed")
	require.Empty(t, told(events.MemberJoined, func() error { _, err := w.service.Accept(t.Context(), eve, token); return err }), "a member already")
	require.ElementsMatch(t, everybody, told(events.ChatUpdated, update(bob, members.RoleAdmin)))
	require.Empty(t, told(events.ChatUpdated, update(bob, members.RoleAdmin)), "nothing has changed")
	name := "Sun Trip"
	require.ElementsMatch(t, everybody, told(events.ChatUpdated, func() error {
		_, err := w.service.Update(t.Context(), groups.UpdateParams{UserID: dana.ID, GroupID: group, Name: &name, Accepts: func(int64) bool { return true }})
		return err
	}))
	require.ElementsMatch(t, everybody, told(events.ChatUpdated, func() error {
		return w.service.RemoveMember(t.Context(), groups.RemoveMemberParams{ActorID: dana.ID, GroupID: group, MemberID: eve.ID})
	}), "who is removed too")
	require.ElementsMatch(t, []uuid.UUID{dana.ID, bob.ID}, told(events.ChatUpdated, func() error { return w.service.Delete(t.Context(), dana.ID, group) }))
}

func TestInvitations_MailTokensAreMadeForLiveInvitationsOnly(t *testing.T) {
	t.Parallel()
	w := setup(t, testkit.DB(t))
	invitations, err := groups.NewInvitations(w.pool, w.clock, w)
	require.NoError(t, err)
	dana, bob := w.person(t, "Dana"), w.person(t, "Bob")
	group := w.group(t, dana)
	invite, err := w.service.CreateInvite(t.Context(), groups.CreateInviteParams{By: dana, GroupID: group, Email: &bob.Email})
	require.NoError(t, err)
	require.Equal(t, []mail.Mail{{
		To: mail.ToAddress(bob.Email), Once: "invite:" + invite.ID.String(),
		Content: mail.Invite{InviteID: invite.ID, Group: "Ski Trip", InvitedBy: "Dana", ExpiresAt: began.Add(groups.InviteLifetime)},
	}}, w.mails)

	first, live, err := invitations.MailToken(t.Context(), invite.ID)
	require.NoError(t, err)
	require.True(t, live)
	second, _, err := invitations.MailToken(t.Context(), invite.ID)
	require.NoError(t, err)
	require.NotEqual(t, first, second)
	_, err = w.service.Accept(t.Context(), bob, first)
	require.NoError(t, err, "a mail that was sent twice after all is good either way")
	_, live, err = invitations.MailToken(t.Context(), invite.ID)
	require.NoError(t, err)
	require.False(t, live, "spent")
	_, live, err = invitations.MailToken(t.Context(), uuid.New())
	require.NoError(t, err)
	require.False(t, live)

	again, err := w.service.CreateInvite(t.Context(), groups.CreateInviteParams{By: dana, GroupID: group, Email: new("carol@example.com")})
	require.NoError(t, err)
	require.NoError(t, w.service.Delete(t.Context(), dana.ID, group))
	_, live, err = invitations.MailToken(t.Context(), again.ID)
	require.NoError(t, err)
	require.False(t, live, "of a deleted group")
}

func TestNew_WantsEveryDependency(t *testing.T) {
	t.Parallel()
	_, err := groups.New(groups.Config{})
	require.Error(t, err)
	_, err = groups.NewInvitations(nil, nil, nil)
	require.Error(t, err)
}
