package figuretest

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

// order is a row of transactions with what belongs to it.
type order struct {
	ID       uuid.UUID
	Merchant string
	Slug     string
	Category string
	PlacedAt time.Time
	Status   string
	Currency string
	Total    int64

	items       []item
	adjustments []adjustment
	payments    []payment
}

type item struct {
	Of       uuid.UUID // the order
	Name     string
	Quantity int32
	Total    int64
}

type adjustment struct {
	Of     uuid.UUID // the order
	Type   string
	Amount int64
}

type payment struct {
	Of       uuid.UUID // the order
	Type     string
	Brand    string
	LastFour string
	Amount   int64
}

// counts says what counts as spending, a second time.
func (o *order) counts() bool {
	return !slices.Contains([]string{"cancelled", "refunded", "returned", "failed"}, o.Status)
}

// card is a row of cards with its product and the rules of that.
type card struct {
	ID          uuid.UUID
	ProductID   uuid.UUID
	Nickname    *string
	Product     string
	Program     string
	Network     string
	LastFour    *string
	Currency    string
	Limit       *int64
	Balance     *int64
	PointValue  *int64 // the owner's own
	Worth       int64  // the product's
	ForeignFee  int64  // basis points
	Choices     []string
	Activations []string

	rules []rule
}

// rule is a row of reward_rules.
type rule struct {
	ID                 uuid.UUID
	Kind               string
	Category           string
	MerchantSlug       string
	Label              string
	RateBps            int64
	CapAmount          *int64
	CapPeriod          string
	SharedCapGroup     string
	ValidFrom          *time.Time
	ValidTo            *time.Time
	Quarter            string
	RequiresActivation bool
	ChoiceGroup        string
	ExcludedMerchants  []string
}

// evidence is what an answer cites, read again.
type evidence struct {
	orders   []order // oldest first
	cards    []card
	rules    []uuid.UUID // cited
	products []uuid.UUID // card products cited
	insights []uuid.UUID
	listings []listing
}

// readers read the rows of a source type into evidence, and fail where one is not there or not the person's own.
var readers = map[api.SourceType]func(t *testing.T, p *person, e *evidence, ids []uuid.UUID){
	api.SourceTypeTransaction: func(t *testing.T, p *person, e *evidence, ids []uuid.UUID) {
		t.Helper()
		e.orders = p.orders(t, "t.id = ANY($2)", ids)
		require.Len(t, e.orders, len(ids), "an order cited is no order of %s", p.email)
	},
	api.SourceTypeCard: func(t *testing.T, p *person, e *evidence, ids []uuid.UUID) {
		t.Helper()
		e.cards = p.cards(t, "c.id = ANY($2)", ids)
		require.Len(t, e.cards, len(ids), "a card cited is no card of %s", p.email)
	},
	api.SourceTypeRewardRule: func(t *testing.T, p *person, e *evidence, ids []uuid.UUID) {
		t.Helper()
		require.Equal(t, len(ids), p.count(t, "reward_rules WHERE id = ANY($1)", ids))
		e.rules = ids
	},
	api.SourceTypeCardProduct: func(t *testing.T, p *person, e *evidence, ids []uuid.UUID) {
		t.Helper()
		require.Equal(t, len(ids), p.count(t, "card_products WHERE id = ANY($1)", ids))
		e.products = ids
	},
	api.SourceTypeInsight: func(t *testing.T, p *person, e *evidence, ids []uuid.UUID) {
		t.Helper()
		require.Equal(t, len(ids), p.count(t, "insights WHERE id = ANY($1) AND user_id = $2", ids, p.id))
		e.insights = ids
	},
	api.SourceTypeProduct: readListings,
}

// read takes the sources of an answer and reads their rows.
func (p *person) read(t *testing.T, sources []api.Source) *evidence {
	t.Helper()
	byType := map[api.SourceType][]uuid.UUID{}
	for _, source := range sources {
		id := uuid.MustParse(source.ID)
		require.NotContains(t, byType[source.Type], id, "%s %s is cited twice", source.Type, source.ID)
		byType[source.Type] = append(byType[source.Type], id)
		require.False(t, source.AsOf.IsZero())
		require.False(t, source.AsOf.After(p.now), "a source of the future")
	}
	e := &evidence{}
	for kind, ids := range byType {
		reader, known := readers[kind]
		require.True(t, known, "nothing reads a source of type %s", kind)
		reader(t, p, e, ids)
	}
	return e
}

func (w *world) count(t *testing.T, from string, arguments ...any) (count int) {
	t.Helper()
	require.NoError(t, w.pool.QueryRow(t.Context(), "SELECT count(*) FROM "+from, arguments...).Scan(&count))
	return count
}

func collect[T any](t *testing.T, w *world, query string, arguments ...any) []T {
	t.Helper()
	rows, err := w.pool.Query(t.Context(), query, arguments...)
	require.NoError(t, err)
	values, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	require.NoError(t, err)
	return values
}

// orders reads orders of the person; $1 is theirs.
func (p *person) orders(t *testing.T, where string, arguments ...any) []order {
	t.Helper()
	type row struct {
		ID       uuid.UUID
		Merchant string
		Slug     string
		Category string
		PlacedAt time.Time
		Status   string
		Currency string
		Total    int64
	}
	rows := collect[row](t, p.world, `SELECT t.id, m.name, m.slug, t.category, t.placed_at, t.status, t.currency, t.total
		FROM transactions t JOIN merchants m ON m.id = t.merchant_id WHERE t.user_id = $1 AND `+where+` ORDER BY t.placed_at, t.id`,
		append([]any{p.id}, arguments...)...)
	orders := make([]order, len(rows))
	at := map[uuid.UUID]*order{}
	for i, r := range rows {
		orders[i] = order{ID: r.ID, Merchant: r.Merchant, Slug: r.Slug, Category: r.Category, PlacedAt: r.PlacedAt, Status: r.Status, Currency: r.Currency, Total: r.Total}
		at[r.ID] = &orders[i]
	}
	listed := slices.Collect(maps.Keys(at))
	for _, part := range collect[item](t, p.world, "SELECT transaction_id, name, quantity, total FROM transaction_items WHERE transaction_id = ANY($1)", listed) {
		at[part.Of].items = append(at[part.Of].items, part)
	}
	for _, part := range collect[adjustment](t, p.world, "SELECT transaction_id, type, amount FROM transaction_adjustments WHERE transaction_id = ANY($1)", listed) {
		at[part.Of].adjustments = append(at[part.Of].adjustments, part)
	}
	for _, part := range collect[payment](t, p.world, `SELECT transaction_id, type, COALESCE(brand, ''), COALESCE(last_four, ''), amount
		FROM transaction_payment_methods WHERE transaction_id = ANY($1)`, listed) {
		at[part.Of].payments = append(at[part.Of].payments, part)
	}
	return orders
}

// cards reads cards of the person; $1 is theirs.
func (p *person) cards(t *testing.T, where string, arguments ...any) []card {
	t.Helper()
	type row struct {
		ID          uuid.UUID
		ProductID   uuid.UUID
		Nickname    *string
		Product     string
		Program     string
		Network     string
		LastFour    *string
		Currency    string
		Limit       *int64
		Balance     *int64
		PointValue  *int64
		Worth       int64
		ForeignFee  int64
		Choices     []string
		Activations []string
	}
	rows := collect[row](t, p.world, `SELECT c.id, c.product_id, c.nickname, p.name, p.program, p.network, c.last_four, c.currency, c.limit_amount, c.balance,
		c.point_value, p.point_value, p.foreign_fee_bps, c.choices, c.activations
		FROM cards c JOIN card_products p ON p.id = c.product_id WHERE c.user_id = $1 AND c.status = 'active' AND (`+where+`) ORDER BY c.created_at, c.id`,
		append([]any{p.id}, arguments...)...)
	cards := make([]card, len(rows))
	for i, r := range rows {
		cards[i] = card{
			ID: r.ID, ProductID: r.ProductID, Nickname: r.Nickname, Product: r.Product, Program: r.Program, Network: r.Network, LastFour: r.LastFour, Currency: r.Currency,
			Limit: r.Limit, Balance: r.Balance, PointValue: r.PointValue, Worth: r.Worth, ForeignFee: r.ForeignFee, Choices: r.Choices, Activations: r.Activations,
		}
		cards[i].rules = collect[rule](t, p.world, `SELECT id, kind, category, merchant_slug, label, rate_bps, cap_amount, cap_period, shared_cap_group,
			valid_from, valid_to, quarter, requires_activation, choice_group, excluded_merchants FROM reward_rules WHERE product_id = $1`, r.ProductID)
	}
	return cards
}
