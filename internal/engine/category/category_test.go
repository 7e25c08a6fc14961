package category_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/category"
)

// The words are stored in the database and in the seed files: this list is the promise, the package must keep it.
func TestVocabularyIsStable(t *testing.T) {
	t.Parallel()
	require.Equal(t, []category.Category{
		"groceries", "dining", "delivery", "online_retail", "wholesale_clubs", "department_stores", "gas", "transit",
		"rideshare", "travel", "flights", "hotels", "streaming", "drugstores", "home_improvement", "electronics",
		"entertainment", "fitness", "utilities", "phone", "pets", "other",
	}, category.All())
}

func TestParseAcceptsOnlyTheVocabulary(t *testing.T) {
	t.Parallel()
	for _, c := range category.All() {
		parsed, ok := category.Parse(string(c))
		require.True(t, ok)
		require.Equal(t, c, parsed)
		require.True(t, c.Valid())
		require.NotEmpty(t, c.Label())
	}
	for _, word := range []string{"", "Groceries", "grocery", " gas"} {
		_, ok := category.Parse(word)
		require.False(t, ok, word)
		require.False(t, category.Category(word).Valid())
		require.Empty(t, category.Category(word).Satisfies())
		require.False(t, category.Category(word).Counts(category.Category(word)))
		require.Equal(t, word, category.Category(word).Label())
	}
}

func TestOrdinalIsThePlaceInTheVocabulary(t *testing.T) {
	t.Parallel()
	for i, c := range category.All() {
		ordinal, ok := c.Ordinal()
		require.True(t, ok)
		require.Equal(t, i, ordinal)
	}
	require.Less(t, len(category.All()), 64)
	_, ok := category.Category("food").Ordinal()
	require.False(t, ok)
}

func TestPurchasesCountAsTheBroaderCategoryOnly(t *testing.T) {
	t.Parallel()
	require.Equal(t, []category.Category{"delivery", "dining"}, category.Delivery.Satisfies())
	require.Equal(t, []category.Category{"rideshare", "transit"}, category.Rideshare.Satisfies())
	require.Equal(t, []category.Category{"flights", "travel"}, category.Flights.Satisfies())
	require.Equal(t, []category.Category{"gas"}, category.Gas.Satisfies())

	require.True(t, category.Delivery.Counts(category.Dining))
	require.False(t, category.Dining.Counts(category.Delivery))
	require.True(t, category.Hotels.Counts(category.Travel))
	require.False(t, category.Rideshare.Counts(category.Travel))
}

// Warehouse clubs and superstores are excluded from supermarket bonuses in the real world, so they must not leak in.
func TestClubsAndSuperstoresAreNotGroceries(t *testing.T) {
	t.Parallel()
	for _, c := range category.All() {
		require.Equal(t, c == category.Groceries, c.Counts(category.Groceries), c)
		for _, satisfied := range c.Satisfies() {
			require.True(t, satisfied.Valid())
			require.True(t, c.Counts(satisfied))
		}
	}
}
