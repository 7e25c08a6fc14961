package rewards_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

func TestProductValidateNamesTheFault(t *testing.T) {
	t.Parallel()
	require.NoError(t, blueCash().Validate())
	require.NoError(t, rotating().Validate())
	require.NoError(t, choosable().Validate())
	for want, spoil := range map[string]func(p *rewards.Product){
		"id, name and network":    func(p *rewards.Product) { p.Network = "" },
		"annual fee":              func(p *rewards.Product) { p.AnnualFee.Currency = "usd" },
		"annual fee must be zero": func(p *rewards.Product) { p.AnnualFee.Amount = -1 },
		"foreign fee":             func(p *rewards.Product) { p.ForeignFeeBps = -1 },
		"cash pays":               func(p *rewards.Product) { p.PointValue = 150 },
		"point value":             func(p *rewards.Product) { p.Program, p.PointValue = rewards.ProgramPoints, 0 },
		"unknown program":         func(p *rewards.Product) { p.Program = "miles" },
		"0 base rules":            func(p *rewards.Product) { p.Rules = p.Rules[1:] },
		"2 base rules":            func(p *rewards.Product) { p.Rules = append(p.Rules, rewards.Rule{ID: "x", Kind: "base", Label: "x"}) },
		"used twice":              func(p *rewards.Product) { p.Rules[1].ID = "base" },
		"id and label":            func(p *rewards.Product) { p.Rules[1].Label = "" },
		"rate of":                 func(p *rewards.Product) { p.Rules[1].RateBps = 10_001 },
		"base rule applies to":    func(p *rewards.Product) { p.Rules[0].DomesticOnly = true },
		"known category":          func(p *rewards.Product) { p.Rules[1].Category = "food" },
		"needs a merchant":        func(p *rewards.Product) { p.Rules[1].Kind = rewards.KindMerchant },
		"unknown kind":            func(p *rewards.Product) { p.Rules[1].Kind = "bonus" },
		"cap and cap period":      func(p *rewards.Product) { p.Rules[1].CapPeriod = "" },
		"cap must be above zero":  func(p *rewards.Product) { p.Rules[1].Cap = &money.Money{Amount: 1, Currency: "EUR"} },
		"month, quarter or year":  func(p *rewards.Product) { p.Rules[1].CapPeriod = "week" },
		"before it begins": func(p *rewards.Product) {
			p.Rules[1].ValidFrom, p.Rules[1].ValidTo = date("2026-02-01"), date("2026-01-31")
		},
		"not a quarter":        func(p *rewards.Product) { p.Rules[1].Quarter = "2026-Q5" },
		"unknown choice group": func(p *rewards.Product) { p.Rules[1].ChoiceGroup = "x" },
		"choice group \"top\"": func(p *rewards.Product) { p.ChoiceGroups = []rewards.ChoiceGroup{{Name: "top"}} },
		"differs from that of": func(p *rewards.Product) { shareCaps(p) },
	} {
		p := blueCash()
		spoil(&p)
		require.ErrorContains(t, p.Validate(), want)
	}
}

func shareCaps(p *rewards.Product) {
	second := groceryRule()
	second.ID, second.Cap = "second", new(usd(1))
	p.Rules = append(p.Rules, second)
	p.Rules[1].SharedCapGroup, p.Rules[2].SharedCapGroup = "g", "g"
}

func date(text string) rewards.Date {
	d, err := rewards.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func TestCheckChoicesHoldsOwnersToTheOffer(t *testing.T) {
	t.Parallel()
	p := choosable()
	require.NoError(t, p.CheckChoices(nil))
	require.NoError(t, p.CheckChoices([]string{"gas"}))
	require.ErrorContains(t, p.CheckChoices([]string{"pets"}), "not offered")
	require.ErrorContains(t, p.CheckChoices([]string{"gas", "gas"}), "chosen twice")
	require.ErrorContains(t, p.CheckChoices([]string{"gas", "dining"}), "only 1 of the top categories")
}

func TestDates(t *testing.T) {
	t.Parallel()
	d := date("2026-11-23")
	require.Equal(t, rewards.Date{Year: 2026, Month: time.November, Day: 23}, d)
	require.Equal(t, "2026-11-23", d.String())
	require.Equal(t, rewards.Quarter("2026-Q4"), d.Quarter())
	require.Empty(t, rewards.Date{}.String())
	require.True(t, rewards.Date{}.IsZero())
	for _, text := range []string{"", "2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "2026-11-23T00:00:00Z"} {
		_, err := rewards.ParseDate(text)
		require.Error(t, err, text)
	}
	require.True(t, date("2025-12-31").Before(date("2026-01-01")))
	require.True(t, date("2026-01-31").Before(date("2026-02-01")))
	require.True(t, date("2026-01-01").Before(date("2026-01-02")))
	require.False(t, date("2026-01-01").Before(date("2026-01-01")))
	for quarter, valid := range map[rewards.Quarter]bool{
		"2026-Q1": true, "2026-Q4": true, "2026-Q0": false, "2026-Q5": false, "2026-4": false, "": false, "2026-Q44": false, "26-Q1": false,
	} {
		require.Equal(t, valid, quarter.Valid(), quarter)
	}
}
