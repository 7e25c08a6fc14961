package seed_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/db"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/seed"
)

func TestReference_Repeated_ChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, morning)
	b.load(t) // with cards that people hold
	before := b.content(t)
	changed := value[time.Time](t, b, "SELECT max(data_changed_at) FROM users")
	require.NoError(t, seed.Reference(t.Context(), b.pool, db.Seed))
	require.Equal(t, before, b.content(t))
	require.Equal(t, changed, value[time.Time](t, b, "SELECT max(data_changed_at) FROM users"), "nobody's insights grow stale by it")
}

func TestReference_ChangedFiles_ReachThoseWhoHoldTheCard(t *testing.T) {
	t.Parallel()
	b := setup(t, morning)
	b.load(t)
	files := edited(t, "card_products.yaml", "label: groceries at U.S. supermarkets\n        rateBps: 600", "label: groceries at U.S. supermarkets\n        rateBps: 500")
	require.NoError(t, seed.Reference(t.Context(), b.pool, files))
	wallet, err := b.cards.Wallet(t.Context(), alice)
	require.NoError(t, err)
	require.Len(t, wallet, 3)
	held := slices.IndexFunc(wallet, func(c rewards.Card) bool { return c.LastFour == "1005" })
	rule := slices.IndexFunc(wallet[held].Product.Rules, func(r rewards.Rule) bool { return r.Category == "groceries" })
	require.Equal(t, int64(500), wallet[held].Product.Rules[rule].RateBps)

	files = edited(t, "merchants.yaml", "name: DoorDash\n", "name: Door Dash\n")
	require.NoError(t, seed.Reference(t.Context(), b.pool, files))
	require.Equal(t, "Door Dash", value[string](t, b, "SELECT name FROM merchants WHERE id = 19"))
	require.NotZero(t, value[int](t, b, "SELECT count(*) FROM transactions WHERE merchant_id = 19"))
}

func TestReference_BrokenFile_ChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, morning)
	before := b.content(t)
	require.Error(t, seed.Reference(t.Context(), b.pool, edited(t, "card_products.yaml", "rateBps: 600", "rateBps: -1")))
	require.Equal(t, before, b.content(t))
}

// edited is the seed folder with one text replaced.
func edited(t *testing.T, name, old, replacement string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	entries, err := fs.ReadDir(db.Seed, ".")
	require.NoError(t, err)
	for _, entry := range entries {
		content, err := fs.ReadFile(db.Seed, entry.Name())
		require.NoError(t, err)
		text := string(content)
		if entry.Name() == name {
			require.Contains(t, text, old)
			text = strings.Replace(text, old, replacement, 1)
		}
		files[entry.Name()] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}
