package merchants_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/db"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/merchants"
	"github.com/lattice-money/lattice/internal/seed"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func TestNew_WantsAPoolAndAClock(t *testing.T) {
	t.Parallel()
	_, err := merchants.New(nil, clock.System{})
	require.Error(t, err)
	_, err = merchants.New(testkit.DB(t), nil)
	require.Error(t, err)
}

func TestService_ReadsTheCatalogueOnceAMinute(t *testing.T) {
	t.Parallel()
	pool := testkit.DB(t)
	require.NoError(t, seed.Reference(t.Context(), pool, db.Seed))
	now := clock.NewFake(time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC))
	service, err := merchants.New(pool, now)
	require.NoError(t, err)

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = service.Lexicon(gone)
	require.ErrorIs(t, err, context.Canceled)
	_, err = service.AcceptedNetworks(gone)
	require.ErrorIs(t, err, context.Canceled)

	// Many first callers at once; that one failed before must not stick.
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			_, err := service.Lexicon(t.Context())
			require.NoError(t, err)
		})
	}
	group.Wait()
	_, err = pool.Exec(t.Context(), "TRUNCATE merchants CASCADE")
	require.NoError(t, err)

	all, err := service.List(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(7), all[0].ID)
	bySlug := map[string]merchants.Merchant{}
	for i, merchant := range all {
		require.True(t, i == 0 || merchant.ID > all[i-1].ID, "by id")
		bySlug[merchant.Slug] = merchant
	}
	require.Equal(t, "delivery", bySlug["doordash"].Category)
	require.True(t, bySlug["doordash"].Linkable)
	require.False(t, bySlug["whole-foods"].Linkable)
	require.Contains(t, bySlug["whole-foods"].Aliases, "whole foods")

	networks, err := service.AcceptedNetworks(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"visa"}, networks["costco"])
	require.NotContains(t, networks, "doordash", "one that takes all is left out")

	_, err = pool.Exec(t.Context(), `INSERT INTO merchants (id, slug, name, category, aliases, linkable)
		VALUES (990001, 'corner-shop', 'Corner Shop', 'groceries', '{}', false)`)
	require.NoError(t, err)
	now.Advance(time.Minute - time.Second)
	same, err := service.List(t.Context())
	require.NoError(t, err)
	require.Len(t, same, len(all))
	now.Advance(time.Second)
	lexicon, err := service.Lexicon(t.Context())
	require.NoError(t, err)
	found, ok := lexicon.Find("what did I spend at corner shop")
	require.True(t, ok)
	require.Equal(t, "corner-shop", found.Slug)
}
