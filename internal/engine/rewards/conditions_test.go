package rewards_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/rewards"
)

func rotating() rewards.Product {
	quarter := func(id string, c category.Category, q rewards.Quarter) rewards.Rule {
		return rewards.Rule{
			ID: id, Kind: rewards.KindCategory, Category: c, Label: c.Label(), RateBps: 500, Quarter: q, RequiresActivation: true,
			Cap: new(usd(150_000)), CapPeriod: rewards.PeriodQuarter, SharedCapGroup: "rotating",
		}
	}
	return product("rotating", base(100), quarter("q3-gas", category.Gas, "2026-Q3"), quarter("q4-drug", category.Drugstores, "2026-Q4"),
		quarter("q4-online", category.OnlineRetail, "2026-Q4"))
}

// Whether a quarter has begun is a matter of the user's own clock, not of UTC.
func TestRankTurnsTheQuarterInTheUsersZone(t *testing.T) {
	t.Parallel()
	c := card(rotating())
	c.Activations = []string{"2026-Q3", "2026-Q4"}
	boundary := time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name     string
		at       time.Time
		location *time.Location
		gas      string
		drug     string
	}{
		{"last second in UTC", boundary.Add(-time.Second), nil, "q3-gas", "base"},
		{"first second in UTC", boundary, nil, "base", "q4-drug"},
		{"New York is still in September", boundary, zone(t, "America/New_York"), "q3-gas", "base"},
		{"New York's own midnight", boundary.Add(4 * time.Hour), zone(t, "America/New_York"), "base", "q4-drug"},
		{"Tokyo is already in October", boundary.Add(-9 * time.Hour), zone(t, "Asia/Tokyo"), "base", "q4-drug"},
		{"Tokyo, a second earlier", boundary.Add(-9*time.Hour - time.Second), zone(t, "Asia/Tokyo"), "q3-gas", "base"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			purchase := rewards.Purchase{Category: category.Gas, Amount: usd(1_000), At: tc.at, Location: tc.location}
			require.Equal(t, tc.gas, first(t, purchase, nil, c).Rule.ID)
			purchase.Category = category.Drugstores
			require.Equal(t, tc.drug, first(t, purchase, nil, c).Rule.ID)
		})
	}
}

func TestRankWantsActivationAndSharesTheCap(t *testing.T) {
	t.Parallel()
	c := card(rotating())
	purchase := rewards.Purchase{Category: category.Drugstores, Amount: usd(10_000), At: november}
	r := first(t, purchase, nil, c)
	require.Equal(t, usd(100), r.Reward)
	require.Equal(t, []string{"1% back on everything", "Activate the 2026-Q4 categories for 5% back on drugstores"}, r.Reasons)

	c.Activations = []string{"2026-Q4"}
	require.Equal(t, usd(500), first(t, purchase, nil, c).Reward)
	r = first(t, purchase, used(c, "rotating", 145_000), c)
	require.Equal(t, usd(300), r.Reward)
	require.Equal(t, new(usd(5_000)), r.CapLeft)
	require.Contains(t, r.Reasons, "Only $50.00 of the $1,500.00 quarterly cap is left: the other $50.00 earns 1% back")
}

func TestRankActivatesSingleRulesByTheirID(t *testing.T) {
	t.Parallel()
	c := card(product("offer", base(100), rewards.Rule{
		ID: "offer-1", Kind: rewards.KindMerchant, MerchantSlug: "shell", Label: "Shell", RateBps: 1_000, RequiresActivation: true,
	}))
	purchase := rewards.Purchase{MerchantSlug: "shell", Category: category.Gas, Amount: usd(1_000), At: november}
	require.Equal(t, []string{"1% back on everything", "Activate this bonus for 10% back on Shell"}, first(t, purchase, nil, c).Reasons)
	c.Activations = []string{"offer-1"}
	require.Equal(t, usd(100), first(t, purchase, nil, c).Reward)
}

func choosable() rewards.Product {
	choice := func(c category.Category) rewards.Rule {
		return rewards.Rule{
			ID: string(c), Kind: rewards.KindCategory, Category: c, Label: c.Label(), RateBps: 300, ChoiceGroup: "top",
			Cap: new(usd(250_000)), CapPeriod: rewards.PeriodQuarter, SharedCapGroup: "all",
		}
	}
	p := product("choice", base(100), choice(category.Gas), choice(category.Dining), choice(category.Travel))
	p.ChoiceGroups = []rewards.ChoiceGroup{{Name: "top", Max: 1}}
	return p
}

func TestRankPaysChosenCategoriesOnly(t *testing.T) {
	t.Parallel()
	c := card(choosable())
	purchase := rewards.Purchase{Category: category.Dining, Amount: usd(10_000), At: november}
	require.Equal(t, []string{"1% back on everything", "Choose dining as a bonus category of this card for 3% back"}, first(t, purchase, nil, c).Reasons)
	c.Choices = []string{"dining"}
	require.Equal(t, usd(300), first(t, purchase, nil, c).Reward)
	c.Choices = []string{"gas", "dining"} // one too many: the first counts
	require.Equal(t, usd(100), first(t, purchase, nil, c).Reward)
	c.Choices = []string{"pets", "dining", "dining"} // not offered, and twice: no harm
	require.Equal(t, usd(300), first(t, purchase, nil, c).Reward)
}

func TestRankKeepsToTheValidityOfRules(t *testing.T) {
	t.Parallel()
	rule := groceryRule()
	rule.ValidFrom = rewards.Date{Year: 2026, Month: time.November, Day: 23}
	rule.ValidTo = rule.ValidFrom
	c := card(product("window", base(100), rule))
	for day, want := range map[int]string{22: "base", 23: "groceries", 24: "base"} {
		purchase := groceries(1_000)
		purchase.At = time.Date(2026, time.November, day, 23, 59, 59, 0, time.UTC)
		require.Equal(t, want, first(t, purchase, nil, c).Rule.ID, day)
	}
}
