package rewards_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/rewards"
)

func TestRuleVersionFollowsTheTermsAndNothingElse(t *testing.T) {
	t.Parallel()
	version := rewards.VersionOf(blueCash())
	require.Regexp(t, `^r2-[0-9a-f]{24}$`, version)

	same := blueCash()
	slices.Reverse(same.Rules)
	same.Rules[0].Source, same.Rules[0].Label, same.Rules[0].Note, same.Name = "https://example.com", "food", "note", "other name"
	slices.Reverse(same.Rules[0].ExcludedMerchants)
	require.Equal(t, version, rewards.VersionOf(same))

	for name, change := range map[string]func(*rewards.Product){
		"rate":      func(p *rewards.Product) { p.Rules[1].RateBps++ },
		"cap":       func(p *rewards.Product) { p.Rules[1].Cap = new(usd(1)) },
		"no cap":    func(p *rewards.Product) { p.Rules[1].Cap = nil },
		"period":    func(p *rewards.Product) { p.Rules[1].CapPeriod = rewards.PeriodMonth },
		"category":  func(p *rewards.Product) { p.Rules[1].Category = category.Gas },
		"excluded":  func(p *rewards.Product) { p.Rules[1].ExcludedMerchants = nil },
		"domestic":  func(p *rewards.Product) { p.Rules[1].DomesticOnly = false },
		"valid":     func(p *rewards.Product) { p.Rules[1].ValidTo = rewards.Date{Year: 2026, Month: 1, Day: 1} },
		"fee":       func(p *rewards.Product) { p.ForeignFeeBps++ },
		"one less":  func(p *rewards.Product) { p.Rules = p.Rules[:1] },
		"point":     func(p *rewards.Product) { p.PointValue++ },
		"only here": func(p *rewards.Product) { p.OnlyAt = []string{"x"} },
	} {
		changed := blueCash()
		change(&changed)
		require.NotEqual(t, version, rewards.VersionOf(changed), name)
	}

	versionOf := func(cards ...rewards.Card) string {
		result, err := rewards.Rank(groceries(100), cards, nil)
		require.NoError(t, err)
		return result.RuleVersion
	}
	twin := card(blueCash())
	twin.ID = "twin"
	a, b := card(blueCash()), card(flat("b", 100))
	require.Equal(t, versionOf(a, b), versionOf(b, a, twin))
	require.NotEqual(t, versionOf(a), versionOf(a, b))
	stamped := a
	stamped.Product.RuleVersion = version
	require.Equal(t, versionOf(a), versionOf(stamped))
}
