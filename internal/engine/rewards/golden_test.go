package rewards_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// The golden cases stand in testdata/golden, to be read and judged by people. Each says what is to come out, and each is
// computed twice: by the engine, and by a reference (golden_reference_test.go) that reads the same files, shares no code
// with the engine, and tries every rule and every cent. All three have to agree.

type (
	goldenProduct struct {
		Network  string
		Currency string
		Fee      string
		Abroad   string
		Base     goldenBase
		Points   string
		Choices  map[string]goldenChoice
		Only     []string
		Rules    map[string]goldenRule
	}
	goldenChoice struct {
		Max     int
		Default string
	}
	goldenRule struct {
		For, At, Rate     string
		Cap, Per, Group   string
		Quarter, From, To string
		Choose            string
		Activate, Home    bool
		Not               []string
	}
	goldenBase []struct{ Rate, From, To string }
	goldenCase struct {
		Name     string
		Cards    []string
		Amount   string
		Currency string
		Merchant string
		Category string
		Abroad   bool
		Refused  []string
		When     string
		Zone     string
		Set      map[string]goldenOwner
		Spent    []goldenSpend
		Want     []string
		Out      []string
		Split    string
	}
	goldenOwner struct {
		Points    string
		Choices   []string
		Activated []string
		Preferred bool
	}
	goldenSpend struct {
		At, Card, Category, Merchant, Amount string
		Abroad                               bool
	}
)

// UnmarshalYAML takes a rate, or a list of rates with their days.
func (b *goldenBase) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*b = goldenBase{{Rate: node.Value}}
		return nil
	}
	return node.Decode((*[]struct{ Rate, From, To string })(b))
}

func readGolden(t *testing.T, name string, target any) {
	t.Helper()
	file, err := os.Open(name)
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(target), name)
}

func goldenCases(t *testing.T) (products map[string]goldenProduct, cases map[string][]goldenCase) {
	t.Helper()
	readGolden(t, "testdata/golden/products.yaml", &products)
	files, err := filepath.Glob("testdata/golden/*.yaml")
	require.NoError(t, err)
	cases = map[string][]goldenCase{}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".yaml"); name != "products" {
			var list []goldenCase
			readGolden(t, file, &list)
			cases[name] = list
		}
	}
	return products, cases
}

// scaled reads a decimal exactly, as a whole number of 10^-decimals.
func scaled(t *testing.T, text string, decimals int) int64 {
	t.Helper()
	exact, ok := new(big.Rat).SetString(cmp.Or(text, "0"))
	require.True(t, ok, text)
	exact.Mul(exact, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)))
	require.True(t, exact.IsInt(), text)
	return exact.Num().Int64()
}

func exponent(currency string) int { return map[string]int{"USD": 2, "JPY": 0, "KWD": 3}[currency] }

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, cmp.Or(text, "2026-11-23T12:00:00Z"))
	require.NoError(t, err)
	return at
}

func goldenDay(text string) rewards.Date {
	if text == "" {
		return rewards.Date{}
	}
	return date(text)
}

// product is the golden product as the engine takes it.
func (p goldenProduct) product(t *testing.T, name string) rewards.Product {
	t.Helper()
	currency := cmp.Or(p.Currency, "USD")
	amount := func(text string) money.Money {
		return money.Money{Amount: scaled(t, text, exponent(currency)), Currency: currency}
	}
	result := rewards.Product{
		ID: name, Slug: name, Issuer: "Bank", Name: name, Network: p.Network, AnnualFee: amount(p.Fee), ForeignFeeBps: scaled(t, p.Abroad, 2),
		Program: rewards.ProgramCash, PointValue: rewards.CashPointValue, OnlyAt: p.Only,
	}
	if p.Points != "" {
		result.Program, result.PointValue = rewards.ProgramPoints, scaled(t, p.Points, 2)
	}
	for group, choice := range p.Choices {
		result.ChoiceGroups = append(result.ChoiceGroups, rewards.ChoiceGroup{
			Name: group, Max: choice.Max, Default: category.Category(choice.Default),
		})
	}
	for i, rate := range p.Base {
		result.Rules = append(result.Rules, rewards.Rule{
			ID: fmt.Sprint("base-", i), Kind: rewards.KindBase, Label: "everything", RateBps: scaled(t, rate.Rate, 2),
			ValidFrom: goldenDay(rate.From), ValidTo: goldenDay(rate.To),
		})
	}
	for _, id := range slices.Sorted(maps.Keys(p.Rules)) {
		r := p.Rules[id]
		rule := rewards.Rule{
			ID: id, Kind: rewards.KindCategory, Category: category.Category(r.For), MerchantSlug: r.At, Label: id,
			RateBps: scaled(t, r.Rate, 2), SharedCapGroup: r.Group, ValidFrom: goldenDay(r.From), ValidTo: goldenDay(r.To),
			Quarter: rewards.Quarter(r.Quarter), RequiresActivation: r.Activate, ChoiceGroup: r.Choose, DomesticOnly: r.Home,
			ExcludedMerchants: r.Not,
		}
		if r.At != "" {
			rule.Kind = rewards.KindMerchant
		}
		if r.Cap != "" {
			rule.Cap, rule.CapPeriod = new(amount(r.Cap)), rewards.Period(r.Per)
		}
		result.Rules = append(result.Rules, rule)
	}
	require.NoError(t, result.Validate(), name)
	return result
}

// outcome is what a case comes to, in the words of the files.
type outcomeText struct {
	want  []string
	out   []string
	split string
}

// byEngine is the engine's answer.
func (c goldenCase) byEngine(t *testing.T, products map[string]goldenProduct) outcomeText {
	t.Helper()
	location := zone(t, cmp.Or(c.Zone, "UTC"))
	var cards []rewards.Card
	var spends []rewards.Spend
	for i, name := range c.Cards {
		owner := c.Set[name]
		card := rewards.Card{
			ID: name, Product: products[name].product(t, name), LastFour: fmt.Sprintf("%04d", i), Choices: owner.Choices,
			Activations: owner.Activated, Preferred: owner.Preferred, PointValue: scaled(t, owner.Points, 2),
		}
		cards = append(cards, card)
		for _, s := range c.Spent {
			if s.Card == name {
				spends = append(spends, rewards.Spend{
					CardLastFour: card.LastFour, MerchantSlug: s.Merchant, Category: category.Category(s.Category),
					Amount: money.Money{Amount: scaled(t, s.Amount, exponent(card.Product.Currency())), Currency: card.Product.Currency()},
					At:     moment(t, s.At), Foreign: s.Abroad,
				})
			}
		}
	}
	currency := cmp.Or(c.Currency, "USD")
	purchase := rewards.Purchase{
		MerchantSlug: c.Merchant, Category: category.Category(c.Category), Amount: money.Money{Amount: scaled(t, c.Amount, exponent(currency)), Currency: currency},
		At: moment(t, c.When), Location: location, Foreign: c.Abroad, RefusedNetworks: c.Refused,
	}
	use, err := rewards.UseCaps(cards, spends, purchase.At, location)
	require.NoError(t, err)
	result, err := rewards.Rank(purchase, cards, use)
	require.NoError(t, err)
	return describe(result, purchase)
}

func describe(result rewards.Result, purchase rewards.Purchase) (text outcomeText) {
	plain := func(m money.Money) string { return decimal(m.Amount, m.Currency) }
	for _, r := range result.Ranked {
		line := r.Card.ID + " " + plain(r.Reward)
		if purchase.Foreign {
			line += " less " + plain(r.ForeignFee)
		}
		if r.Rule.Kind != rewards.KindBase {
			line += " by " + r.Rule.ID
		}
		if r.CapLeft != nil {
			line += ", " + plain(*r.CapLeft) + " left"
		}
		text.want = append(text.want, line)
	}
	for _, s := range result.Skipped {
		text.out = append(text.out, s.Card.ID+" "+string(s.Reason))
	}
	if split := result.Split; split != nil {
		a, b := split.Parts[0], split.Parts[1]
		text.split = fmt.Sprintf("%s on %s, %s on %s: %s, %s more", plain(a.Amount), a.Card.ID, plain(b.Amount), b.Card.ID, plain(split.Net), plain(split.Gain))
	}
	return text
}

// decimal writes minor units with their point: 86.00, 1234 (yen), 12.345 (dinars).
func decimal(minor int64, currency string) string {
	digits := exponent(currency)
	if digits == 0 {
		return fmt.Sprint(minor)
	}
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	text := fmt.Sprintf("%0*d", digits+1, minor)
	return sign + text[:len(text)-digits] + "." + text[len(text)-digits:]
}

func TestGoldenCases(t *testing.T) {
	t.Parallel()
	products, cases := goldenCases(t)
	count := 0
	seen := map[string]bool{}
	for theme, list := range cases {
		for _, c := range list {
			count++
			require.False(t, seen[theme+c.Name], "two cases are called %s", c.Name)
			seen[theme+c.Name] = true
			t.Run(theme+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				written := outcomeText{want: c.Want, out: c.Out, split: c.Split}
				require.Equal(t, written, c.byEngine(t, products), "the engine")
				require.Equal(t, written, c.byBruteForce(t, products), "the reference")
			})
		}
	}
	require.GreaterOrEqual(t, count, 150)
}
