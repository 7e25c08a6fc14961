package merchants_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/db"
	"github.com/lattice-money/lattice/internal/merchants"
	"github.com/lattice-money/lattice/internal/seed"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func TestNew_WantsAPool(t *testing.T) {
	t.Parallel()
	_, err := merchants.New(nil)
	require.Error(t, err)
}

func TestService_ReadsTheCatalogueOnce(t *testing.T) {
	t.Parallel()
	pool := testkit.DB(t)
	require.NoError(t, seed.Reference(t.Context(), pool, db.Seed))
	service, err := merchants.New(pool)
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
}
