package ledger_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
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
	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/ledger"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/preferences"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func long() bool { return os.Getenv("LATTICE_TEST_TIER") == "long" }

// testBundle is a group with its people, the first of whom made it.
type testBundle struct {
	*ledger.Service

	pool  *pgxpool.Pool
	group uuid.UUID
	users []uuid.UUID

	mu   sync.Mutex
	told []events.Notice
}

func (b *testBundle) Notify(notice events.Notice) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = append(b.told, notice)
}

func (b *testBundle) Preferences(context.Context, uuid.UUID) (preferences.Preferences, error) {
	return preferences.Preferences{TimeZone: "UTC"}, nil
}

func setup(t *testing.T, people int) *testBundle {
	t.Helper()
	b := &testBundle{pool: testkit.DB(t), group: uuid.New()}
	log, err := audit.New(clock.System{})
	require.NoError(t, err)
	b.Service, err = ledger.New(b.pool, clock.System{}, log, b, b)
	require.NoError(t, err)
	b.exec(t, `INSERT INTO chats (id, type, title, ai_policy, created_at, updated_at) VALUES ($1, 'group', 'Trip', 'auto', '2026-01-01', '2026-01-01')`, b.group)
	b.exec(t, `INSERT INTO group_contexts (chat_id, currency) VALUES ($1, 'USD')`, b.group)
	for i := range people {
		id := uuid.New()
		email := fmt.Sprintf("p%d@example.com", i)
		b.exec(t, `INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
			VALUES ($1, $2, $3, $3, '', '2026-01-01', '2026-01-01', '2026-01-01')`, id, fmt.Sprintf("Person %d", i), email)
		b.exec(t, `INSERT INTO chat_members (chat_id, user_id, role, joined_at) VALUES ($1, $2, 'member', $3)`, b.group, id,
			time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC))
		b.users = append(b.users, id)
	}
	return b
}

func (b *testBundle) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	_, err := b.pool.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

func usd(amount int64) money.Money { return money.Money{Amount: amount, Currency: "USD"} }

// dinner is paid by the first and divided equally.
func (b *testBundle) dinner(total int64) ledger.Draft {
	return ledger.Draft{
		Description: "Dinner", Total: usd(total), Method: split.Equal,
		PaidBy: []ledger.PaymentDraft{{UserID: b.users[0], Amount: usd(total)}},
	}
}

func (b *testBundle) create(ctx context.Context, t require.TestingT, draft ledger.Draft) ledger.Expense {
	expense, err := b.CreateExpense(ctx, b.users[0], b.group, draft)
	require.NoError(t, err)
	return expense
}

func anyVersion(int64) bool { return true }

func only(version int64) func(int64) bool { return func(v int64) bool { return v == version } }

// nets are where people stand in dollars, in the order of the users.
func (b *testBundle) nets(ctx context.Context, t require.TestingT) []int64 {
	standing, err := b.Balances(ctx, b.users[0], b.group)
	require.NoError(t, err)
	nets := make([]int64, len(b.users))
	for _, balance := range standing.Balances {
		var sum int64
		for _, net := range balance.Net {
			sum += net.Amount.Amount
			for i, user := range b.users {
				if balance.Currency == "USD" && net.Person == user.String() {
					nets[i] = net.Amount.Amount
				}
			}
		}
		require.Zero(t, sum, "balances sum to zero")
	}
	return nets
}

func TestExpense_OddCentsGoRound(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	for range 6 {
		b.create(t.Context(), t, b.dinner(10_000))
	}
	// Six dinners of $100.00 make $600.00, of which each carries exactly $200.00.
	require.Equal(t, []int64{40_000, -20_000, -20_000}, b.nets(t.Context(), t))
}

func TestExpense_IsWrittenOnceWithItsHistory(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	expense := b.create(t.Context(), t, b.dinner(9000))
	require.Equal(t, "Person 0", expense.History[0].Name)
	require.True(t, expense.Shares[0].Paid)
	require.False(t, expense.Shares[1].Paid)

	note, total := "with wine", usd(9600)
	changed, err := b.UpdateExpense(t.Context(), b.users[1], b.group, expense.ID,
		ledger.Patch{Total: &total, Note: ledger.Maybe[string]{Given: true, Value: &note}}, only(1))
	require.NoError(t, err)
	require.EqualValues(t, 2, changed.Version)
	require.EqualValues(t, 9600, changed.PaidBy[0].Amount, "the single payer paid all of it")
	require.EqualValues(t, 3200, changed.Shares[2].Amount)
	fields := map[string]string{}
	for _, field := range changed.History[0].Fields {
		fields[field.Field] = *field.After
	}
	require.Equal(t, map[string]string{
		"note": note, "total": "$96.00", "paidBy": "Person 0 $96.00", "shares": "Person 0 $32.00, Person 1 $32.00, Person 2 $32.00",
	}, fields)
	require.Equal(t, "Person 1", changed.History[0].Name)

	same, err := b.UpdateExpense(t.Context(), b.users[1], b.group, expense.ID, ledger.Patch{Total: &total}, anyVersion)
	require.NoError(t, err)
	require.EqualValues(t, 2, same.Version, "what changes nothing makes no version")
	_, err = b.UpdateExpense(t.Context(), b.users[1], b.group, expense.ID, ledger.Patch{Total: &total}, only(1))
	require.ErrorIs(t, err, ledger.ErrChanged)
}

func TestExpense_DeletedAndRestoredWithItsPayments(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	ctx := t.Context()
	expense := b.create(ctx, t, b.dinner(9000))
	expense, err := b.SetShareStatus(ctx, b.users[0], b.group, expense.ID, b.users[1], true)
	require.NoError(t, err)
	require.True(t, expense.Shares[1].Paid)
	require.Equal(t, []int64{3000, 0, -3000}, b.nets(ctx, t))

	require.NoError(t, b.DeleteExpense(ctx, b.users[2], b.group, expense.ID, anyVersion))
	require.NoError(t, b.DeleteExpense(ctx, b.users[2], b.group, expense.ID, only(1)), "deleting again changes nothing")
	require.Equal(t, []int64{0, 0, 0}, b.nets(ctx, t))
	_, err = b.UpdateExpense(ctx, b.users[0], b.group, expense.ID, ledger.Patch{}, anyVersion)
	require.ErrorIs(t, err, ledger.ErrDeleted)
	_, err = b.SetShareStatus(ctx, b.users[0], b.group, expense.ID, b.users[1], false)
	require.ErrorIs(t, err, ledger.ErrDeleted)

	restored, err := b.RestoreExpense(ctx, b.users[1], b.group, expense.ID)
	require.NoError(t, err)
	require.True(t, restored.Shares[1].Paid)
	require.Equal(t, []int64{3000, 0, -3000}, b.nets(ctx, t))
	again, err := b.RestoreExpense(ctx, b.users[1], b.group, expense.ID)
	require.NoError(t, err)
	require.Equal(t, restored.Version, again.Version)
}

// A share is paid to those who paid the bill, in proportion, and taking that back leaves no trace in the balances.
func TestShareStatus_PaysThePayersInProportion(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	ctx := t.Context()
	draft := b.dinner(9000)
	draft.PaidBy = []ledger.PaymentDraft{{UserID: b.users[0], Amount: usd(6000)}, {UserID: b.users[1], Amount: usd(3000)}}
	expense := b.create(ctx, t, draft)
	before := b.nets(ctx, t)

	marked, err := b.SetShareStatus(ctx, b.users[1], b.group, expense.ID, b.users[2], true)
	require.NoError(t, err)
	require.True(t, marked.Shares[2].Paid)
	page, err := b.ListSettlements(ctx, ledger.ListSettlementsParams{UserID: b.users[2], GroupID: b.group, Limit: 10})
	require.NoError(t, err)
	paid := map[uuid.UUID]int64{}
	for _, settlement := range page.Items {
		require.Equal(t, ledger.StatusConfirmed, settlement.Status)
		require.Equal(t, expense.ID, *settlement.ExpenseID)
		require.Equal(t, b.users[2], settlement.From)
		paid[settlement.To] = settlement.Amount.Amount
	}
	require.Equal(t, map[uuid.UUID]int64{b.users[0]: 2000, b.users[1]: 1000}, paid)

	same, err := b.SetShareStatus(ctx, b.users[0], b.group, expense.ID, b.users[2], true)
	require.NoError(t, err)
	require.Equal(t, marked.Version, same.Version)
	unmarked, err := b.SetShareStatus(ctx, b.users[0], b.group, expense.ID, b.users[2], false)
	require.NoError(t, err)
	require.False(t, unmarked.Shares[2].Paid)
	require.Equal(t, before, b.nets(ctx, t))

	_, err = b.SetShareStatus(ctx, b.users[2], b.group, expense.ID, b.users[2], true)
	require.ErrorIs(t, err, ledger.ErrNotPayer)
	_, err = b.SetShareStatus(ctx, b.users[0], b.group, expense.ID, uuid.New(), true)
	require.ErrorIs(t, err, ledger.ErrNotFound)
	whole := b.create(ctx, t, b.dinner(300))
	_, err = b.SetShareStatus(ctx, b.users[0], b.group, whole.ID, b.users[0], false)
	require.True(t, apperr.Is(err, apperr.CodeInvalidRequest))
}

// After an edit a paid share may owe more; marking it pays exactly the rest.
func TestShareStatus_PaysWhatAnEditLeftOpen(t *testing.T) {
	t.Parallel()
	b := setup(t, 2)
	ctx := t.Context()
	expense := b.create(ctx, t, b.dinner(6000))
	_, err := b.SetShareStatus(ctx, b.users[0], b.group, expense.ID, b.users[1], true)
	require.NoError(t, err)
	total := usd(8000)
	changed, err := b.UpdateExpense(ctx, b.users[0], b.group, expense.ID, ledger.Patch{Total: &total}, anyVersion)
	require.NoError(t, err)
	require.False(t, changed.Shares[1].Paid)
	require.Equal(t, []int64{1000, -1000}, b.nets(ctx, t))
	changed, err = b.SetShareStatus(ctx, b.users[0], b.group, expense.ID, b.users[1], true)
	require.NoError(t, err)
	require.True(t, changed.Shares[1].Paid)
	require.Equal(t, []int64{0, 0}, b.nets(ctx, t))
}

// Of many who change the same version one wins, and whatever happens at once the group's balances make zero.
func TestExpense_ThirtyTwoWritersAtOnce(t *testing.T) {
	t.Parallel()
	const writers = 32
	rounds := 1
	if long() {
		rounds = 40
	}
	b := setup(t, 4)
	for range rounds {
		expense := b.create(t.Context(), t, b.dinner(10_001))
		won := make([]bool, writers)
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				total := usd(int64(20_000 + i))
				_, err := b.UpdateExpense(t.Context(), b.users[i%4], b.group, expense.ID, ledger.Patch{Total: &total}, only(expense.Version))
				won[i] = err == nil
				if err != nil {
					require.ErrorIs(t, err, ledger.ErrChanged)
				}
			})
		}
		all.Wait()
		winner := -1
		for i, did := range won {
			if did {
				require.Negative(t, winner, "one wins")
				winner = i
			}
		}
		after, err := b.GetExpense(t.Context(), b.users[0], b.group, expense.ID)
		require.NoError(t, err)
		require.EqualValues(t, 2, after.Version)
		require.EqualValues(t, 20_000+winner, after.Total.Amount)
		b.nets(t.Context(), t)
	}
}

// Whatever members do, one after another or at once, every balance makes zero, and replaying what is recorded gives the
// same balances.
func TestLedger_MakesZeroWhateverIsDone(t *testing.T) {
	t.Parallel()
	b := setup(t, 5)
	workers, steps := 4, 15
	if long() {
		workers, steps = 8, 400
	}
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			random := rand.New(rand.NewPCG(uint64(worker), 7))
			for range steps {
				b.doSomething(t, random)
			}
		})
	}
	all.Wait()
	b.nets(t.Context(), t)
}

func (b *testBundle) doSomething(t *testing.T, random *rand.Rand) {
	t.Helper()
	ctx, user := t.Context(), b.users[random.IntN(len(b.users))]
	page, err := b.ListExpenses(ctx, ledger.ListExpensesParams{UserID: user, GroupID: b.group, Limit: 20})
	require.NoError(t, err)
	draft := b.dinner(random.Int64N(100_000) - 20_000)
	draft.Total.Amount |= 1 // never zero
	draft.PaidBy = []ledger.PaymentDraft{{UserID: user, Amount: draft.Total}}
	if len(page.Items) == 0 || random.IntN(3) == 0 {
		b.create(ctx, t, draft)
		return
	}
	expense := page.Items[random.IntN(len(page.Items))]
	sharer := expense.Shares[random.IntN(len(expense.Shares))].UserID
	switch random.IntN(6) {
	case 0:
		_, err = b.UpdateExpense(ctx, user, b.group, expense.ID, ledger.Patch{Total: &draft.Total}, anyVersion)
	case 1:
		err = b.DeleteExpense(ctx, user, b.group, expense.ID, anyVersion)
	case 2:
		_, err = b.RestoreExpense(ctx, user, b.group, expense.ID)
	case 3:
		_, err = b.SetShareStatus(ctx, expense.PaidBy[0].UserID, b.group, expense.ID, sharer, random.IntN(2) == 0)
	case 4:
		var settlement ledger.Settlement
		settlement, err = b.CreateSettlement(ctx, sharer, b.group, ledger.SettlementDraft{To: user, Amount: usd(1 + random.Int64N(5000))})
		if err == nil {
			_, err = b.ConfirmSettlement(ctx, user, b.group, settlement.ID)
		}
	case 5:
		_, err = b.UpdateExpense(ctx, user, b.group, expense.ID, ledger.Patch{Total: &draft.Total}, only(expense.Version))
	}
	if e := apperr.From(err); err != nil {
		require.NotEqual(t, apperr.CodeInternal, e.Code, "%v", err)
	}
}

func TestLedger_TellsTheMembersAfterTheCommit(t *testing.T) {
	t.Parallel()
	b := setup(t, 2)
	expense := b.create(t.Context(), t, b.dinner(600))
	require.Len(t, b.told, 1)
	require.Equal(t, events.ChatUpdated, b.told[0].Hint.Type)
	require.Equal(t, b.group, b.told[0].Hint.ChatID)
	require.ElementsMatch(t, b.users, b.told[0].Audience)
	_, err := b.UpdateExpense(t.Context(), b.users[0], b.group, expense.ID, ledger.Patch{}, anyVersion)
	require.NoError(t, err)
	require.Len(t, b.told, 1, "nothing changed, so nothing is told")
}

// What a stranger asks for is not there, whatever it is.
func TestLedger_IsNotThereForOthers(t *testing.T) {
	t.Parallel()
	b := setup(t, 2)
	ctx, stranger := t.Context(), uuid.New()
	expense := b.create(ctx, t, b.dinner(600))
	settlement, err := b.CreateSettlement(ctx, b.users[1], b.group, ledger.SettlementDraft{To: b.users[0], Amount: usd(300)})
	require.NoError(t, err)
	for name, attempt := range map[string]func() error{
		"list": func() error {
			_, err := b.ListExpenses(ctx, ledger.ListExpensesParams{UserID: stranger, GroupID: b.group, Limit: 1})
			return err
		},
		"get":    func() error { _, err := b.GetExpense(ctx, stranger, b.group, expense.ID); return err },
		"create": func() error { _, err := b.CreateExpense(ctx, stranger, b.group, b.dinner(1)); return err },
		"update": func() error {
			_, err := b.UpdateExpense(ctx, stranger, b.group, expense.ID, ledger.Patch{}, anyVersion)
			return err
		},
		"delete":  func() error { return b.DeleteExpense(ctx, stranger, b.group, expense.ID, anyVersion) },
		"restore": func() error { _, err := b.RestoreExpense(ctx, stranger, b.group, expense.ID); return err },
		"mark": func() error {
			_, err := b.SetShareStatus(ctx, stranger, b.group, expense.ID, b.users[1], true)
			return err
		},
		"balances": func() error { _, err := b.Balances(ctx, stranger, b.group); return err },
		"payments": func() error {
			_, err := b.ListSettlements(ctx, ledger.ListSettlementsParams{UserID: stranger, GroupID: b.group, Limit: 1})
			return err
		},
		"settle": func() error {
			_, err := b.CreateSettlement(ctx, stranger, b.group, ledger.SettlementDraft{To: b.users[0], Amount: usd(1)})
			return err
		},
		"confirm":   func() error { _, err := b.ConfirmSettlement(ctx, stranger, b.group, settlement.ID); return err },
		"void":      func() error { _, err := b.VoidSettlement(ctx, stranger, b.group, settlement.ID); return err },
		"elsewhere": func() error { _, err := b.GetExpense(ctx, b.users[0], uuid.New(), expense.ID); return err },
	} {
		require.ErrorIs(t, attempt(), ledger.ErrNotFound, name)
	}
}

func TestProposed_IsUndoneWithoutATrace(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	ctx := t.Context()
	b.create(ctx, t, b.dinner(10_000))
	before := b.nets(ctx, t)
	write := func() (id uuid.UUID) {
		require.NoError(t, pgx.BeginFunc(ctx, b.pool, func(tx pgx.Tx) (err error) {
			id, err = b.WriteProposed(ctx, tx, b.users[1], b.users[0], b.group, b.dinner(10_000))
			return err
		}))
		return id
	}
	undo := func(id uuid.UUID) error {
		return pgx.BeginFunc(ctx, b.pool, func(tx pgx.Tx) error { return b.UndoProposed(ctx, tx, b.users[1], b.group, id) })
	}
	turn := func() (units int64) {
		require.NoError(t, b.pool.QueryRow(ctx, `SELECT odd_units FROM group_contexts WHERE chat_id = $1`, b.group).Scan(&units))
		return units
	}
	begun := turn()
	id := write()
	require.Equal(t, begun+1, turn())
	require.NoError(t, undo(id))
	require.Equal(t, before, b.nets(ctx, t))
	require.Equal(t, begun, turn())
	require.ErrorIs(t, undo(id), ledger.ErrUsed)

	id = write()
	_, err := b.SetShareStatus(ctx, b.users[0], b.group, id, b.users[1], true)
	require.NoError(t, err)
	require.ErrorIs(t, undo(id), ledger.ErrUsed)
}

func TestNet_IsWhereAMemberStands(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	ctx := t.Context()
	b.create(ctx, t, b.dinner(9000))
	require.NoError(t, pgx.BeginFunc(ctx, b.pool, func(tx pgx.Tx) error {
		net, err := b.Net(ctx, tx, b.group, b.users[1])
		require.NoError(t, err)
		require.Equal(t, []money.Money{usd(-3000)}, net)
		net, err = b.Net(ctx, tx, b.group, uuid.New())
		require.NoError(t, err)
		require.Empty(t, net)
		return nil
	}))
}
