package prices_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/clock"
	engine "github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/prices"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// shelf is a feed as a test wants it.
type shelf struct {
	mu       sync.Mutex
	listings []prices.Listing
	told     map[string][]prices.Told
	fails    map[string]bool
}

func (s *shelf) Listings(context.Context) ([]prices.Listing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails[""] {
		return nil, errors.New("the vendor is away")
	}
	return append([]prices.Listing{}, s.listings...), nil
}

func (s *shelf) Prices(_ context.Context, ref prices.Ref, after time.Time) ([]prices.Told, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails[ref.SKU] {
		return nil, errors.New("this one cannot be read")
	}
	var list []prices.Told
	for _, told := range s.told[ref.SKU] {
		if told.At.After(after) {
			list = append(list, told)
		}
	}
	return list, nil
}

func (s *shelf) list(sku, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listings = append(s.listings, prices.Listing{
		Ref: prices.Ref{MerchantID: shop, SKU: sku}, Name: name, URL: "https://shop.example/" + sku, Currency: "USD",
		Availability: prices.InStock, Mock: true,
	})
}

// tell adds prices of the days before now, the last of today.
func (s *shelf) tell(sku string, amounts ...int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told == nil {
		s.told = map[string][]prices.Told{}
	}
	s.told[sku] = nil
	for i, amount := range amounts {
		s.told[sku] = append(s.told[sku], prices.Told{
			At: now.Add(-3*time.Hour).AddDate(0, 0, i+1-len(amounts)), Price: money.Money{Amount: amount, Currency: "USD"},
		})
	}
}

const shop, otherShop = 44, 12

type testBundle struct {
	*shelf

	pool    *pgxpool.Pool
	clock   *clock.Fake
	teller  *teller
	service *prices.Service
}

// teller writes down what is told, in the transaction that tells it, and fails when it is asked to.
type teller struct {
	mu    sync.Mutex
	fails func(kind string) error
	hints []events.Hint
}

func (t *teller) tell(ctx context.Context, tx pgx.Tx, kind string, told prices.AlertTold) error {
	_, err := tx.Exec(ctx, "INSERT INTO told (kind, alert_id, firing_id, text) VALUES ($1, $2, $3, $4)", kind, told.AlertID, told.FiringID, told.Text)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil && t.fails != nil {
		err = t.fails(kind)
	}
	return err
}

func (t *teller) PostAlert(ctx context.Context, tx pgx.Tx, told prices.AlertTold) error {
	return t.tell(ctx, tx, "feed", told)
}

func (t *teller) MailAlert(ctx context.Context, tx pgx.Tx, told prices.AlertTold) error {
	return t.tell(ctx, tx, "mail", told)
}

func (t *teller) Notify(notice events.Notice) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hints = append(t.hints, *notice.Hint)
}

func (t *teller) Record(context.Context, pgx.Tx, uuid.UUID, string, string, string) error { return nil }

func setup(t *testing.T) *testBundle {
	t.Helper()
	b := &testBundle{shelf: &shelf{}, pool: testkit.DB(t), clock: clock.NewFake(now), teller: &teller{}}
	b.exec(t, "CREATE TABLE told (kind text, alert_id uuid, firing_id uuid, text text)")
	b.exec(t, `INSERT INTO merchants (id, slug, name, category, return_days) VALUES (44, 'amazon', 'Amazon', 'online_retail', 30), (12, 'target', 'Target', 'department_stores', NULL)`)
	b.service = b.newService(t)
	return b
}

func (b *testBundle) newService(t *testing.T) *prices.Service {
	t.Helper()
	service, err := prices.New(prices.Config{
		Pool: b.pool, Clock: b.clock, Feed: b.shelf, Poster: b.teller, Mailer: b.teller, Notifier: b.teller, Auditor: b.teller,
		Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	return service
}

func (b *testBundle) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	_, err := b.pool.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

func (b *testBundle) user(t *testing.T, name string) uuid.UUID {
	t.Helper()
	id := uuid.New()
	b.exec(t, `INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
		VALUES ($1, $2, $2, $2, '', '2026-01-01', '2026-01-01', '2026-01-01')`, id, name)
	b.exec(t, `INSERT INTO settings (user_id, time_zone, updated_at) VALUES ($1, 'America/New_York', '2026-01-01')`, id)
	return id
}

// buys stores an order of one item and returns its id.
func (b *testBundle) buys(t *testing.T, user uuid.UUID, merchant int64, sku, name string, amount int64, quantity int, daysAgo int) uuid.UUID {
	t.Helper()
	id := uuid.New()
	b.exec(t, `INSERT INTO linked_accounts (id, user_id, merchant_id, vendor_user_ref, account_name, status, can_transactions, can_cards, mock, created_at)
		VALUES ($1, $2::uuid, $3, $2::uuid::text, 'x', 'connected', true, false, true, '2026-01-01') ON CONFLICT DO NOTHING`, uuid.New(), user, merchant)
	b.exec(t, `INSERT INTO transactions (id, user_id, account_id, merchant_id, external_id, placed_at, status, currency, subtotal, total, category)
		SELECT $1::uuid, $2::uuid, id, $3::bigint, $1::uuid::text, $4, 'delivered', 'USD', $5, $5, 'other' FROM linked_accounts WHERE user_id = $2 AND merchant_id = $3`,
		id, user, merchant, now.AddDate(0, 0, -daysAgo), amount*int64(quantity))
	b.exec(t, `INSERT INTO transaction_items (transaction_id, ordinal, name, product_id, quantity, unit_price, total) VALUES ($1, 0, $2, $3, $4, $5, $6)`,
		id, name, sku, quantity, amount, amount*int64(quantity))
	return id
}

func (b *testBundle) read(t *testing.T) int {
	t.Helper()
	stored, err := b.service.ReadFeed(t.Context())
	require.NoError(t, err)
	return stored
}

func (b *testBundle) products(t *testing.T, user uuid.UUID, query string) []prices.Product {
	t.Helper()
	page, err := b.service.Products(t.Context(), prices.ProductsParams{UserID: user, Query: query, Limit: 100})
	require.NoError(t, err)
	return page.Items
}

func (b *testBundle) prices(t *testing.T, user, product uuid.UUID) []prices.Price {
	t.Helper()
	page, err := b.service.Prices(t.Context(), prices.ListPricesParams{UserID: user, ProductID: product, Limit: 100})
	require.NoError(t, err)
	return page.Items
}

func (b *testBundle) rows(t *testing.T, from string) int {
	t.Helper()
	var count int
	require.NoError(t, b.pool.QueryRow(t.Context(), "SELECT count(*) FROM "+from).Scan(&count))
	return count
}

func TestReadFeed_KeepsARunForEachPrice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.list("a", "Kettle")
	b.tell("a", 300, 300, 300, 250, 250, 300)
	require.Equal(t, 6, b.read(t))
	require.Equal(t, 3, b.rows(t, "price_observations"))
	require.Zero(t, b.read(t), "no news")
	b.tell("a", 300, 300, 300, 250, 250, 300)
	b.told["a"] = append(b.told["a"], prices.Told{At: now, Price: money.Money{Amount: 300, Currency: "USD"}})
	require.Equal(t, 1, b.read(t))
	require.Equal(t, 3, b.rows(t, "price_observations"), "told again")
	product := b.products(t, uuid.New(), "")[0]
	require.Equal(t, money.Money{Amount: 300, Currency: "USD"}, product.Current)
	require.Equal(t, now, product.SeenAt)
	list := b.prices(t, uuid.New(), product.ID)
	require.Len(t, list, 3)
	require.Equal(t, []int64{300, 250, 300}, []int64{list[0].Price.Amount, list[1].Price.Amount, list[2].Price.Amount})
	require.Equal(t, now.Add(-3*time.Hour).AddDate(0, 0, -1), list[1].LastSeenAt)
	history, err := b.service.History(t.Context(), uuid.New(), product.ID, true)
	require.NoError(t, err)
	days, skipped := engine.Daily(history.Observations, "USD", now)
	require.Len(t, days, 6, "one for each day it was told")
	require.Zero(t, skipped)
}

// Why: silence is no price. A run must not reach over days on which nobody knew.
func TestReadFeed_AGapEndsTheRun(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.list("a", "Kettle")
	b.told = map[string][]prices.Told{"a": {
		{At: now.AddDate(0, 0, -10), Price: money.Money{Amount: 300, Currency: "USD"}},
		{At: now.AddDate(0, 0, -1), Price: money.Money{Amount: 300, Currency: "USD"}},
	}}
	require.Equal(t, 2, b.read(t))
	require.Equal(t, 2, b.rows(t, "price_observations WHERE at = last_seen_at"))
}

func TestReadFeed_WhatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.list("a", "Kettle")
	b.list("b", "Toaster")
	b.list("", "No number")
	b.tell("a", 300)
	b.tell("b", 200)
	require.Equal(t, 2, b.read(t))
	b.fails = map[string]bool{"a": true}
	for sku, amounts := range map[string][]int64{"a": {1}, "b": {190, -1}} {
		for i, amount := range amounts {
			b.told[sku] = append(b.told[sku], prices.Told{At: now.Add(time.Duration(i) * time.Minute), Price: money.Money{Amount: amount, Currency: "USD"}})
		}
	}
	before := b.rows(t, "price_observations")
	b.read(t)
	require.Equal(t, before+1, b.rows(t, "price_observations"), "of the other product, and no price below nothing")
	b.fails = map[string]bool{"a": true, "b": true}
	b.listings = b.listings[:2]
	_, err := b.service.ReadFeed(t.Context())
	require.Error(t, err, "that nothing at all can be read is told")
	b.fails = map[string]bool{"": true}
	_, err = b.service.ReadFeed(t.Context())
	require.Error(t, err)
	require.Equal(t, before+1, b.rows(t, "price_observations"))
}

func TestReadFeed_TwoAtOnceStoreEachPriceOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, sku := range []string{"a", "b", "c", "d"} {
		b.list(sku, "Kettle "+sku)
		b.tell(sku, 300, 250, 300, 310, 305, 300, 250)
	}
	var group sync.WaitGroup
	for range 4 {
		service := b.newService(t)
		group.Go(func() {
			_, err := service.ReadFeed(t.Context())
			require.NoError(t, err)
		})
	}
	group.Wait()
	require.Equal(t, 4, b.rows(t, "products"))
	require.Equal(t, 28, b.rows(t, "price_observations"))
}

// Why: what somebody buys is nobody else's business, not even that it exists.
func TestPurchasesAreOnesOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	alice, bob := b.user(t, "alice"), b.user(t, "bob")
	b.list("kettle", "Kettle")
	b.tell("kettle", 300, 310)
	b.read(t)
	b.buys(t, alice, shop, "kettle", "Kettle", 250, 1, 5)
	b.buys(t, alice, otherShop, "secret", "Secret Present", 999, 2, 3)

	mine := b.products(t, alice, "")
	require.Len(t, mine, 2, "what is bought and listed is one product")
	require.Equal(t, engine.FromFeed, mine[0].Source)
	require.EqualValues(t, 310, mine[0].Current.Amount)
	require.Equal(t, engine.FromOrder, mine[1].Source)
	require.EqualValues(t, 999, mine[1].Current.Amount)
	require.Len(t, b.prices(t, alice, mine[0].ID), 3)
	require.Len(t, b.prices(t, alice, mine[1].ID), 1)

	require.Len(t, b.products(t, bob, ""), 1)
	require.Empty(t, b.products(t, bob, "secret"))
	require.Len(t, b.prices(t, bob, mine[0].ID), 2, "without what Alice paid")
	_, err := b.service.Prices(t.Context(), prices.ListPricesParams{UserID: bob, ProductID: mine[1].ID, Limit: 10})
	require.ErrorIs(t, err, prices.ErrProductNotFound)
	_, err = b.service.History(t.Context(), bob, mine[1].ID, true)
	require.ErrorIs(t, err, prices.ErrProductNotFound)
	_, err = b.service.History(t.Context(), alice, mine[1].ID, false)
	require.ErrorIs(t, err, prices.ErrProductNotFound, "where her purchases are not shared")
	for _, test := range []struct {
		user uuid.UUID
		own  bool
		want int
	}{{alice, true, 1}, {alice, false, 0}, {bob, true, 0}} {
		matches, err := b.service.Match(t.Context(), test.user, engine.Words("secret present"), test.own)
		require.NoError(t, err)
		require.Len(t, matches, test.want)
	}
	history, err := b.service.History(t.Context(), alice, mine[0].ID, false)
	require.NoError(t, err)
	require.Empty(t, history.Purchases)
	require.Len(t, history.Observations, 2)
	history, err = b.service.History(t.Context(), alice, mine[0].ID, true)
	require.NoError(t, err)
	require.Len(t, history.Purchases, 1)
	require.Equal(t, 30, history.ReturnDays)
}

func TestUnlinkingForgetsWhatWasBought(t *testing.T) {
	t.Parallel()
	b := setup(t)
	alice := b.user(t, "alice")
	b.buys(t, alice, otherShop, "a", "Kettle", 300, 1, 5)
	b.buys(t, alice, otherShop, "a", "Kettle", 310, 1, 4)
	second := b.buys(t, alice, otherShop, "b", "Toaster", 310, 1, 4)
	require.Equal(t, 2, b.rows(t, "products"))
	b.exec(t, "DELETE FROM transactions WHERE id = $1", second)
	require.Equal(t, 1, b.rows(t, "products WHERE sku = 'a'"))
	require.Equal(t, 1, b.rows(t, "products"))
	b.exec(t, "DELETE FROM linked_accounts")
	require.Zero(t, b.rows(t, "products"))
}

func TestProductsMadeByTheDatabaseHaveIDsOfVersionSeven(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.buys(t, b.user(t, "alice"), otherShop, "a", "Kettle", 300, 1, 5)
	product := b.rows(t, "products")
	require.Equal(t, 1, product)
	var id uuid.UUID
	require.NoError(t, b.pool.QueryRow(t.Context(), "SELECT id FROM products").Scan(&id))
	require.EqualValues(t, 7, id.Version())
	require.Equal(t, uuid.RFC4122, id.Variant())
	seconds, _ := id.Time().UnixTime()
	require.InDelta(t, time.Now().Unix(), seconds, 3600)
}

// Refunds leave a price that was seen, and nothing to get back; cancelled orders leave not even that.
func TestHistory_RefundsAndCancellations(t *testing.T) {
	t.Parallel()
	b := setup(t)
	alice := b.user(t, "alice")
	kept := b.buys(t, alice, otherShop, "a", "Kettle", 300, 1, 9)
	returned := b.buys(t, alice, otherShop, "a", "Kettle", 310, 1, 8)
	cancelled := b.buys(t, alice, otherShop, "a", "Kettle", 320, 1, 7)
	partly := b.buys(t, alice, otherShop, "a", "Kettle", 330, 1, 6)
	b.exec(t, "UPDATE transactions SET status = 'returned' WHERE id = $1", returned)
	b.exec(t, "UPDATE transactions SET status = 'cancelled' WHERE id = $1", cancelled)
	b.exec(t, "INSERT INTO transaction_adjustments (transaction_id, ordinal, type, label, amount) VALUES ($1, 0, 'refund', 'Missing item', -30)", partly)
	product := b.products(t, alice, "kettle")[0]
	require.EqualValues(t, 330, product.Current.Amount)
	require.Len(t, b.prices(t, alice, product.ID), 3)
	history, err := b.service.History(t.Context(), alice, product.ID, true)
	require.NoError(t, err)
	require.Len(t, history.Observations, 3)
	undone := map[string]bool{}
	for _, purchase := range history.Purchases {
		undone[purchase.TransactionID] = purchase.Undone
	}
	require.Equal(t, map[string]bool{kept.String(): false, returned.String(): true, cancelled.String(): true, partly.String(): true}, undone)
}

func TestProducts_PagesAreComplete(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, sku := range []string{"a", "b", "c", "d", "e"} {
		b.list(sku, "Kettle") // all of one name
		b.tell(sku, 300, 310, 320)
	}
	b.list("silent", "Kettle without a price")
	b.read(t)
	seen := map[uuid.UUID]bool{}
	var after *prices.ProductCursor
	for {
		page, err := b.service.Products(t.Context(), prices.ProductsParams{Query: " kETTLE  amazon", Limit: 2, After: after})
		require.NoError(t, err)
		for _, product := range page.Items {
			require.False(t, seen[product.ID])
			seen[product.ID] = true
		}
		if after = page.Next; after == nil {
			break
		}
	}
	require.Len(t, seen, 5)
	alice := b.user(t, "alice")
	for range 3 { // at one moment
		b.buys(t, alice, shop, "a", "Kettle", 290, 1, 30)
	}
	var before *prices.PriceCursor
	var list []prices.Price
	product := b.products(t, alice, "")[0]
	for id := range seen {
		if len(b.prices(t, alice, id)) > 3 {
			product.ID = id
		}
	}
	for {
		page, err := b.service.Prices(t.Context(), prices.ListPricesParams{UserID: alice, ProductID: product.ID, Limit: 1, Before: before})
		require.NoError(t, err)
		list = append(list, page.Items...)
		if before = page.Next; before == nil {
			break
		}
	}
	require.Equal(t, b.prices(t, alice, product.ID), list)
	require.Len(t, list, 6)
}
