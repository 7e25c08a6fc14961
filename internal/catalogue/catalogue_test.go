package catalogue_test

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/catalogue"
	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

func realFiles(t *testing.T) catalogue.Catalogue {
	t.Helper()
	loaded, err := catalogue.Load(os.DirFS("../../db"), "seed")
	require.NoError(t, err)
	return loaded
}

func bySlug(t *testing.T, c catalogue.Catalogue, slug string) rewards.Product {
	t.Helper()
	for _, p := range c.Products {
		if p.Slug == slug {
			return p
		}
	}
	require.Fail(t, "no product "+slug)
	return rewards.Product{}
}

func TestTheRealFilesLoad(t *testing.T) {
	t.Parallel()
	c := realFiles(t)
	require.GreaterOrEqual(t, len(c.Merchants), 60)

	linkable := map[int64]string{}
	for _, m := range c.Merchants {
		if m.Linkable {
			linkable[m.ID] = m.Slug
		}
	}
	// Knot's own ids, as its documentation gives them: a wrong one would link somebody to another shop.
	require.Equal(t, map[int64]string{
		7: "best-buy", 10: "uber", 12: "target", 19: "doordash", 36: "uber-eats", 40: "instacart", 41: "gopuff", 44: "amazon",
		45: "walmart", 165: "costco",
	}, linkable)
	for _, p := range c.Products {
		require.Equal(t, rewards.VersionOf(p), p.RuleVersion, p.Slug)
		require.Equal(t, "USD", p.Currency())
		for _, r := range p.Rules {
			require.True(t, strings.HasPrefix(r.Source, "https://"), r.ID)
			require.False(t, r.AsOf.IsZero(), r.ID)
		}
	}
}

// The promise of the catalogue: thirty real cards or more, everything with the page where it was read and the day, and at
// most ten cards with anything that could not be confirmed, which says so and why.
func TestTheCatalogueIsLargeReadAndHonest(t *testing.T) {
	t.Parallel()
	c := realFiles(t)
	require.GreaterOrEqual(t, len(c.Products), 30)
	first := rewards.Date{Year: 2026, Month: time.November, Day: 1}
	checked := func(place, source, note string, read rewards.Date, illustrative bool) {
		address, err := url.Parse(source)
		require.NoError(t, err, place)
		require.Equal(t, "https", address.Scheme, place)
		require.Regexp(t, `^[a-z0-9.-]+\.[a-z]+$`, address.Host, place)
		require.Greater(t, len(address.Path), 1, "%s: a page, not a site", place)
		require.False(t, read.Before(first), "%s was read on %s", place, read)
		if illustrative {
			require.NotEmpty(t, note, place)
		}
	}
	var unconfirmed []string
	for _, p := range c.Products {
		illustrative := p.Illustrative
		checked(p.Slug, p.Source, p.Note, p.AsOf, p.Illustrative)
		for _, r := range p.Rules {
			checked(p.Slug+": "+r.ID, r.Source, r.Note, r.AsOf, r.Illustrative)
			illustrative = illustrative || r.Illustrative
		}
		if illustrative {
			unconfirmed = append(unconfirmed, p.Slug)
		}
		require.Equal(t, c.Products[0].Catalogue, p.Catalogue)
	}
	require.LessOrEqual(t, len(unconfirmed), 10, "%v", unconfirmed)
	require.GreaterOrEqual(t, len(c.Products)-len(unconfirmed), 20)
	require.Equal(t, rewards.VersionOfCatalogue(c.Products), c.Products[0].Catalogue)
}

// Every kind of term the engine knows stands in the catalogue: what is not used by a real card would not be needed.
func TestTheCatalogueHasEveryKindOfTerm(t *testing.T) {
	t.Parallel()
	c := realFiles(t)
	found := map[string]int{}
	note := func(what string, is bool) {
		if is {
			found[what]++
		}
	}
	for _, p := range c.Products {
		groups := map[string]int{}
		note("program "+string(p.Program), true)
		note("network "+p.Network, true)
		note("foreign fee", p.ForeignFeeBps > 0)
		note("no foreign fee", p.ForeignFeeBps == 0)
		note("store card", len(p.OnlyAt) > 0)
		for _, g := range p.ChoiceGroups {
			note(fmt.Sprint("choose ", g.Max), true)
			note("default choice", g.Default != "")
		}
		for _, r := range p.Rules {
			note("kind "+string(r.Kind), true)
			note("cap per "+string(r.CapPeriod), r.Cap != nil)
			note("domestic only", r.DomesticOnly)
			note("excluded merchants", len(r.ExcludedMerchants) > 0)
			note("activated quarter", r.Quarter != "" && r.RequiresActivation)
			note("chosen category", r.ChoiceGroup != "")
			if r.SharedCapGroup != "" {
				groups[r.SharedCapGroup]++
				note("shared cap", groups[r.SharedCapGroup] == 2)
			}
		}
	}
	for _, m := range c.Merchants {
		note("refused network", len(m.RefusedNetworks()) > 0)
	}
	for _, what := range []string{
		"program cash", "program points", "network amex", "network visa", "network mastercard", "network discover", "network private",
		"foreign fee", "no foreign fee", "store card", "choose 1", "choose 2", "default choice", "kind base", "kind category", "kind merchant",
		"cap per month", "cap per quarter", "cap per year", "domestic only", "excluded merchants", "activated quarter", "chosen category",
		"shared cap", "refused network",
	} {
		require.Positive(t, found[what], what)
	}
}

// The same embedded file must give the same version for ever, or old answers could no longer be explained. When a term
// changes on purpose, change its rule's id (see the head of the file) and this line.
func TestTheRealTermsKeepTheirVersion(t *testing.T) {
	t.Parallel()
	require.Equal(t, "r2-94d072f6733164077a4cd2ed", bySlug(t, realFiles(t), "amex-blue-cash-preferred").RuleVersion)
}

// The catalogue, the categories and the engine together: known purchases with known answers.
func TestTheRealCardsAnswerAsTheirTermsSay(t *testing.T) {
	t.Parallel()
	c := realFiles(t)
	merchants := map[string]catalogue.Merchant{}
	for _, m := range c.Merchants {
		merchants[m.Slug] = m
	}
	at := time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)
	earn := func(slug, merchant string, amount int64, choices ...string) rewards.Ranking {
		m, ok := merchants[merchant]
		require.True(t, ok, merchant)
		card := rewards.Card{ID: slug, Product: bySlug(t, c, slug), Choices: choices, Activations: []string{"2026-Q4"}}
		result, err := rewards.Rank(rewards.Purchase{
			MerchantName: m.Name, MerchantSlug: m.Slug, Category: m.Category, Amount: money.Money{Amount: amount, Currency: "USD"},
			At: at, RefusedNetworks: m.RefusedNetworks(),
		}, []rewards.Card{card}, nil)
		if err != nil {
			require.ErrorIs(t, err, rewards.ErrNoUsableCard)
			return rewards.Ranking{}
		}
		return result.Ranked[0]
	}
	for _, tc := range []struct {
		card, merchant string
		cents          int64 // on $100.00
		choices        []string
	}{
		{"amex-blue-cash-preferred", "whole-foods", 600, nil},
		{"amex-blue-cash-preferred", "instacart", 600, nil},
		{"amex-blue-cash-preferred", "walmart", 100, nil},
		{"amex-blue-cash-preferred", "netflix", 600, nil},
		{"amex-blue-cash-preferred", "lyft", 300, nil},
		{"amex-blue-cash-preferred", "costco", 0, nil}, // not accepted
		{"amex-blue-cash-everyday", "amazon", 300, nil},
		{"amex-gold", "doordash", 400, nil},
		{"amex-gold", "delta", 300, nil},
		{"chase-freedom-unlimited", "cvs", 300, nil},
		{"chase-freedom-unlimited", "kroger", 150, nil},
		{"chase-freedom-flex", "macys", 500, nil},
		{"chase-freedom-flex", "target", 100, nil},
		{"chase-sapphire-preferred", "marriott", 200, nil},
		{"chase-sapphire-preferred", "chase-travel", 500, nil},
		{"citi-double-cash", "etsy", 200, nil},
		{"citi-custom-cash", "shell", 500, []string{"gas"}},
		{"citi-custom-cash", "shell", 100, nil},
		{"capital-one-savor", "trader-joes", 300, nil},
		{"capital-one-savor", "target", 100, nil},
		{"capital-one-quicksilver", "apple", 150, nil},
		{"discover-it-cash-back", "amazon", 500, nil},
		{"wells-fargo-active-cash", "petco", 200, nil},
		{"bank-of-america-customized-cash", "home-depot", 300, []string{"home_improvement"}},
		{"bank-of-america-customized-cash", "costco", 200, []string{"home_improvement"}},
		{"us-bank-cash-plus", "verizon", 500, []string{"phone", "utilities", "groceries"}},
		{"us-bank-cash-plus", "safeway", 200, []string{"phone", "utilities", "groceries"}},
		{"amazon-prime-visa", "whole-foods", 500, nil},
		{"amazon-prime-visa", "uber", 200, nil},
		{"costco-anywhere-visa", "costco", 200, nil},
		{"costco-anywhere-visa", "chevron", 400, nil},
		{"target-circle-card", "target", 500, nil},
		{"target-circle-card", "walmart", 0, nil}, // a store card
		{"amex-platinum", "united", 500, nil},
		{"amex-platinum", "hilton", 100, nil}, // only prepaid through the issuer
		{"amex-green", "mta", 300, nil},
		{"delta-skymiles-gold", "delta", 200, nil},
		{"delta-skymiles-platinum", "marriott", 300, nil},
		{"delta-skymiles-blue", "kroger", 100, nil},
		{"chase-sapphire-reserve", "chase-travel", 800, nil},
		{"chase-sapphire-reserve", "southwest", 400, nil},
		{"chase-sapphire-preferred", "lyft", 200, nil},
		{"chase-aer-lingus", "aer-lingus", 300, nil},
		{"wells-fargo-autograph", "verizon", 300, nil},
		{"wells-fargo-autograph-journey", "hilton", 500, nil},
		{"alliant-cashback", "etsy", 150, nil},
		{"bank-of-america-travel-rewards", "costco", 150, nil},
		{"citi-strata-premier", "safeway", 300, nil},
		{"citi-strata-premier", "walmart", 100, nil},
		{"capital-one-venture-x", "capital-one-travel", 1000, nil},
		{"us-bank-altitude-go", "chipotle", 400, nil},
		{"apple-card", "apple", 300, nil},
		{"apple-card", "costco", 0, nil},                       // a Mastercard
		{"bank-of-america-customized-cash", "shell", 300, nil}, // gas, where nothing was chosen
	} {
		got := earn(tc.card, tc.merchant, 10_000, tc.choices...)
		require.Equal(t, tc.cents, got.Reward.Amount, "%s at %s: %v", tc.card, tc.merchant, got.Reasons)
	}
}

// Clubs and superstores are excluded by every supermarket bonus in the file, whatever the purchase is called.
func TestNoSupermarketBonusPaysAtClubsAndSuperstores(t *testing.T) {
	t.Parallel()
	for _, p := range realFiles(t).Products {
		for _, r := range p.Rules {
			if r.Category == category.Groceries && r.Kind == rewards.KindCategory {
				require.Subset(t, r.ExcludedMerchants, []string{"walmart", "target"}, "%s: %s", p.Slug, r.ID)
			}
		}
	}
}

func TestRefusedNetworksAreTheRest(t *testing.T) {
	t.Parallel()
	for _, m := range realFiles(t).Merchants {
		if m.Slug == "costco" {
			require.Equal(t, []string{"amex", "discover", "mastercard"}, m.RefusedNetworks())
		} else {
			require.Empty(t, m.RefusedNetworks(), m.Slug)
		}
	}
}

func TestNormalize(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Trader Joe's": "trader joes", "Trader Joe’s": "trader joes", "AT&T": "at t", "  AMZN*Marketplace  ": "amzn marketplace",
		"7-Eleven": "7 eleven", "": "", "***": "", "Café Zoë": "café zoë",
	} {
		require.Equal(t, want, catalogue.Normalize(name))
		require.Equal(t, want, catalogue.Normalize(want))
	}
}

const goodProducts = `
products:
  - id: 019ada2c-4f6e-7000-8000-000000000001
    slug: card
    issuer: Bank
    name: Card
    network: visa
    currency: USD
    annualFee: 0
    foreignFeeBps: 0
    program: cash
    pointValue: 100
    source: https://example.com/card
    asOf: 2026-11-23
    rules:
      - id: 019ada2c-4f6e-7000-8000-000000000002
        kind: base
        label: everything
        rateBps: 100
        source: https://example.com/card
        asOf: 2026-11-23
      - id: 019ada2c-4f6e-7000-8000-000000000003
        kind: merchant
        merchant: shop
        label: the shop
        rateBps: 500
        cap: {amount: 100, period: month, group: g}
        validFrom: 2026-01-01
        source: https://example.com/card
        asOf: 2026-11-23
`

const goodMerchants = `
merchants:
  - id: 44
    name: The Shop
    slug: shop
    category: online_retail
    logoUrl: https://example.com/favicon.ico
    linkable: true
    products: [transactions]
    acceptedNetworks: [visa]
    aliases: [the shop, shop]
  - id: 100001
    name: Other
    slug: other
    category: gas
    aliases: [other]
`

func load(products, merchants string) (catalogue.Catalogue, error) {
	return catalogue.Load(fstest.MapFS{
		catalogue.ProductsFile:  {Data: []byte(products)},
		catalogue.MerchantsFile: {Data: []byte(merchants)},
	}, ".")
}

func TestLoadRefusesFaultyProducts(t *testing.T) {
	t.Parallel()
	_, err := load(goodProducts, goodMerchants)
	require.NoError(t, err)
	for _, c := range []struct{ old, new, want string }{
		{"    issuer: Bank", "    issuer: Bank\n    colour: red", "colour"},
		{"kind: base", "kind: base\n        kind: base", "already"},
		{"0000001", "000000X", "not a UUID"},
		{"019ada2c-4f6e-7000-8000-000000000001", "019ADA2C-4F6E-7000-8000-000000000001", "not a UUID"},
		{"7000-8000-000000000001", "4000-8000-000000000001", "not a UUID of version 7"},
		{"000000000003", "000000000002", "is used twice"},
		{"slug: card", "slug: Card Name", "lower case words"},
		{"issuer: Bank", "issuer: \"\"", "issuer is required"},
		{"network: visa", "network: diners", "unknown network"},
		{"network: visa", "network: private", "unknown network"},
		{"    annualFee: 0\n", "", "annualFee"},
		{"annualFee: 0", "annualFee: 9.5", "not a whole number"},
		{"pointValue: 100", "pointValue: 1e2", "not a whole number"},
		{"amount: 100", "amount: \"100\"", "not a whole number"},
		{"annualFee: 0", "annualFee: 99999999999999999999", "not a whole number"},
		{"currency: USD", "currency: usd", "annual fee must be zero or more in a known currency"},
		{"        rateBps: 100\n", "", "rateBps is required"},
		{"        rateBps: 100", "        rateBps: 20000", "rate of 20000"},
		{"kind: merchant\n        merchant: shop", "kind: category\n        category: food", "known category"},
		{"merchant: shop", "merchant: nowhere", "no merchant \"nowhere\""},
		{"period: month", "period: fortnight", "month, quarter or year"},
		{"validFrom: 2026-01-01", "validFrom: 2026-02-30", "not a date"},
		{"validFrom: 2026-01-01", "quarter: Q4", "not a quarter"},
		{"asOf: 2026-11-23\n    rules", "rules", "asOf is required"},
		{"source: https://example.com/card\n        asOf: 2026-11-23\n      - id", "asOf: 2026-11-23\n      - id", "source must be"},
		{"source: https://example.com/card", "source: ftp://example.com/card", "source must be an https address"},
		{"    asOf: 2026-11-23\n    rules", "    asOf: 2026-11-23\n    illustrative: true\n    rules", "needs a note"},
		{"products:", "products:\n---\nproducts:", "more than one document"},
	} {
		require.Contains(t, goodProducts, c.old)
		_, err := load(strings.Replace(goodProducts, c.old, c.new, 1), goodMerchants)
		require.ErrorContains(t, err, c.want, c.new)
		require.ErrorContains(t, err, catalogue.ProductsFile)
	}
	_, err = load("products: []", goodMerchants)
	require.ErrorContains(t, err, "no products")
}

func TestLoadRefusesFaultyMerchants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ old, new, want string }{
		{"linkable: true", "linkable: true\n    colour: red", "colour"},
		{"id: 100001", "id: 44", "is used twice"},
		{"id: 100001", "id: 45", "Knot's id"},
		{"id: 44", "id: 100044", "Knot's id"},
		{"id: 44", "id: 0", "Knot's id"},
		{"name: The Shop", "name: \"\"", "name is required"},
		{"slug: other", "slug: shop", "is used twice"},
		{"category: gas", "category: petrol", "unknown category"},
		{"https://example.com/favicon.ico", "/logo.svg", "logoUrl"},
		{"products: [transactions]", "products: [orders]", "repeated product"},
		{"    products: [transactions]\n", "", "have products"},
		{"acceptedNetworks: [visa]", "acceptedNetworks: [visa, visa]", "repeated network"},
		{"aliases: [other]", "aliases: [other, shop]", "is used twice"},
		{"aliases: [other]", "aliases: [other, \"The Other\"]", "write \"the other\""},
		{"aliases: [the shop, shop]", "aliases: [shop]", "add \"the shop\""},
	} {
		require.Contains(t, goodMerchants, c.old)
		_, err := load(goodProducts, strings.Replace(goodMerchants, c.old, c.new, 1))
		require.ErrorContains(t, err, c.want, c.new)
	}
	_, err := load(goodProducts, "merchants: []")
	require.ErrorContains(t, err, "no merchants")
}

func TestLoadReportsEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	broken := strings.NewReplacer("issuer: Bank", "issuer: \"\"", "network: visa", "network: diners").Replace(goodProducts)
	_, err := load(broken, strings.Replace(goodMerchants, "category: gas", "category: petrol", 1))
	for _, want := range []string{"issuer is required", "unknown network", "unknown category"} {
		require.ErrorContains(t, err, want)
	}
	_, err = catalogue.Load(fstest.MapFS{}, "seed")
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "seed/"+catalogue.MerchantsFile)
}
