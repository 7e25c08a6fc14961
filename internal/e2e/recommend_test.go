package e2e

import (
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/db"
	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/catalogue"
	"github.com/lattice-money/lattice/internal/seed"
)

func (c *client) recommend(body object) api.CardDrawer {
	c.t.Helper()
	return decode[api.CardDrawer](c.post("/api/cards/recommendation", body).want(200))
}

func usdOf(amount int64) object { return object{"amount": amount, "currency": "USD"} }

// The chat and the operation answer from one computation: the same question has the same drawer, but for where its sources
// stand.
func TestTheRecommendationIsThatOfTheChat(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	for _, name := range []string{"Blue Cash Preferred", "Double Cash", "Quicksilver", "Target Circle Card", "Gold"} {
		dana.addCard(name)
	}
	for question, body := range map[string]object{
		"Which card should I use for $86 of groceries at Whole Foods?": {"merchant": "whole foods", "category": "groceries", "amount": usdOf(8600)},
		"Which card should I use for $250 at Costco?":                  {"merchant": "COSTCO", "amount": usdOf(25000)},
		"Which card for $40 of gas?":                                   {"category": "gas", "amount": usdOf(4000)},
		"Which card should I use for $86 of groceries abroad?":         {"category": "groceries", "amount": usdOf(8600), "abroad": true},
	} {
		if strings.Contains(question, "Costco") {
			dana.addCard("Costco Anywhere Visa")
		}
		reply := dana.ask(dana.newChat("Cards"), question)
		inChat := drawerOf(t, reply)
		require.Nil(t, inChat.Sources, "in a message they stand beside the drawer")
		asked := dana.recommend(body)
		require.Equal(t, reply.Sources, asked.Sources)
		asked.Sources = nil
		require.Equal(t, inChat, asked, question)
	}
}

func TestTheRecommendationSaysEverything(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	order := dana.oneOrder()
	blue := decode[api.Card](dana.post("/api/cards", object{
		"productId": dana.product("Blue Cash Preferred").ID, "lastFour": "1005", "limit": usdOf(1000000), "balance": usdOf(125000),
	}).want(201))
	double := decode[api.Card](dana.post("/api/cards", object{"productId": dana.product("Double Cash").ID}).want(201))
	store := decode[api.Card](dana.post("/api/cards", object{"productId": dana.product("Target Circle Card").ID}).want(201))
	// All but $34.80 of the year's cap is used by one order.
	s.exec(t, "UPDATE transactions SET total = 596520, subtotal = 596520, category = 'groceries', merchant_id = (SELECT id FROM merchants WHERE slug = 'whole-foods') WHERE id = $1", order)
	s.exec(t, "DELETE FROM transaction_payment_methods WHERE transaction_id = $1", order)
	s.exec(t, "INSERT INTO transaction_payment_methods (transaction_id, ordinal, type, brand, last_four, amount) VALUES ($1, 0, 'card', 'amex', '1005', 596520)", order)

	drawer := dana.recommend(object{"merchant": "Whole Foods", "amount": usdOf(8600)})
	require.Equal(t, blue.ID, drawer.Recommended.CardID)
	require.EqualValues(t, 260, drawer.Recommended.Reward.Amount)
	require.EqualValues(t, 3480, drawer.Recommended.CapLeft.MustGet().Amount)
	require.EqualValues(t, 88, drawer.RunnerUpDifference.MustGet().Amount)
	require.InDelta(t, 12.5, drawer.Utilization.MustGet().BeforePercent, 0.001)
	require.Equal(t, drawer.Reasons, drawer.Recommended.Reasons)
	require.NotEmpty(t, drawer.Alternatives[0].Reasons)
	require.Equal(t, double.ID, drawer.Alternatives[0].CardID)
	split := drawer.Split.MustGet()
	require.EqualValues(t, 3480, split.Parts[0].Amount.Amount)
	require.EqualValues(t, 5120, split.Parts[1].Amount.Amount)
	require.EqualValues(t, 311, split.Net.Amount)
	require.EqualValues(t, 51, split.Gain.Amount)
	require.Len(t, drawer.Excluded, 1)
	require.Equal(t, store.ID, drawer.Excluded[0].CardID)
	require.Equal(t, api.ExcludedCardReasonStore, drawer.Excluded[0].Reason)
	require.Contains(t, drawer.Excluded[0].Text, "Target Circle Card")
	require.Empty(t, drawer.Warnings)

	// Every figure names what it rests on: the cards, their products, the rules and the order that used the cap.
	for _, want := range []api.Source{
		{Type: api.SourceTypeCard, ID: blue.ID.String()},
		{Type: api.SourceTypeCard, ID: double.ID.String()},
		{Type: api.SourceTypeCardProduct, ID: blue.ProductID.String()},
		{Type: api.SourceTypeRewardRule, ID: drawer.Recommended.Rule.ID.String()},
		{Type: api.SourceTypeTransaction, ID: order.String()},
	} {
		require.True(t, slices.ContainsFunc(drawer.Sources, func(source api.Source) bool {
			return source.Type == want.Type && source.ID == want.ID
		}), "%v", want)
	}
	rule := dana.ruleByID(t, "Blue Cash Preferred", drawer.Recommended.Rule.ID.String())
	require.Equal(t, rule.Source, drawer.Recommended.Rule.Source)
	require.Equal(t, rule.AsOf, drawer.Recommended.Rule.AsOf)
}

func (c *client) ruleByID(t *testing.T, product, id string) api.RewardRule {
	t.Helper()
	for _, rule := range c.product(product).Rules {
		if rule.ID.String() == id {
			return rule
		}
	}
	require.FailNow(t, "no such rule")
	return api.RewardRule{}
}

// What could not be confirmed, or was read long ago, is said where it is used.
func TestTheRecommendationSaysWhatIsNotCertain(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Venture X")
	drawer := dana.recommend(object{"category": "dining", "amount": usdOf(8600)})
	require.True(t, drawer.Recommended.Illustrative)
	require.False(t, drawer.Recommended.Stale)
	require.Len(t, drawer.Warnings, 1)
	require.Contains(t, drawer.Warnings[0], "illustrative")
	require.True(t, dana.product("Venture X").Illustrative)
	require.NotEmpty(t, dana.product("Venture X").Note.MustGet())
	reply := dana.ask(dana.newChat("Dinner"), "Which card should I use for $86 of dining?")
	require.Contains(t, reply.Content, drawer.Warnings[0])

	bob := s.signUp(t, "Bob Lane")
	bob.addCard("Double Cash")
	require.Empty(t, bob.recommend(object{"category": "dining", "amount": usdOf(8600)}).Warnings)
	later := bob.recommend(object{"category": "dining", "amount": usdOf(8600), "date": "2027-11-22"})
	require.True(t, later.Recommended.Stale)
	require.Len(t, later.Warnings, 1)
	require.Contains(t, later.Warnings[0], "days before, and may have changed since")
	unknown := bob.recommend(object{"merchant": "Corner Shop", "amount": usdOf(8600)})
	require.Equal(t, "other", unknown.Purchase.Category)
	require.Equal(t, []string{"Corner Shop is no merchant known here, so it counts as everything else"}, unknown.Warnings)
}

func TestTheRecommendationNeedsACardThatCanPay(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	body := object{"merchant": "Costco", "amount": usdOf(8600)}
	require.Contains(t, dana.post("/api/cards/recommendation", body).refused(409, api.ProblemCodeConflict).Detail, "Add the ones you have")
	dana.addCard("Blue Cash Preferred")
	dana.addCard("Gold")
	require.Equal(t, "None of your cards can pay this: Costco does not take American Express.",
		dana.post("/api/cards/recommendation", body).refused(409, api.ProblemCodeConflict).Detail)
	euros := object{"category": "dining", "amount": object{"amount": 8600, "currency": "EUR"}}
	require.Contains(t, dana.post("/api/cards/recommendation", euros).refused(409, api.ProblemCodeConflict).Detail, "is billed in USD")
}

// A day of its own counts what was bought until its end, in the quarter and year of the user's zone.
func TestTheRecommendationIsOfTheDayAskedAbout(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	order := dana.oneOrder()
	dana.post("/api/cards", object{"productId": dana.product("Freedom Flex").ID, "lastFour": "1005", "activations": []string{"2026-Q4", "2025-Q1"}}).want(201)
	s.exec(t, "DELETE FROM transactions WHERE id <> $1", order)
	s.exec(t, "UPDATE transactions SET total = 140000, subtotal = 140000, category = 'department_stores', merchant_id = (SELECT id FROM merchants WHERE slug = 'macys'), placed_at = '2026-10-10T12:00:00Z' WHERE id = $1", order)
	s.exec(t, "DELETE FROM transaction_payment_methods WHERE transaction_id = $1", order)
	s.exec(t, "INSERT INTO transaction_payment_methods (transaction_id, ordinal, type, brand, last_four, amount) VALUES ($1, 0, 'card', 'mastercard', '1005', 140000)", order)
	left := func(body object) int64 { return dana.recommend(body).Recommended.CapLeft.MustGet().Amount }
	macys := func(date string) object { return object{"merchant": "Macy's", "amount": usdOf(1000), "date": date} }
	require.EqualValues(t, 10000, left(macys("2026-11-23")))
	require.EqualValues(t, 10000, left(macys("2026-10-10")), "the end of that day")
	require.EqualValues(t, 150000, left(macys("2026-10-09")))
	require.True(t, dana.recommend(macys("2026-09-30")).Recommended.CapLeft.IsNull(), "the quarter has not begun")
	require.EqualValues(t, 50, dana.recommend(object{"category": "groceries", "amount": usdOf(1000), "date": "2025-02-01"}).Recommended.Reward.Amount)

	dana.patchSettings(object{"preferences": object{"display": object{"timeZone": "Pacific/Auckland"}}}).want(200)
	s.exec(t, "UPDATE transactions SET placed_at = '2026-09-30T11:30:00Z' WHERE id = $1", order) // 1 October in Auckland
	require.EqualValues(t, 10000, left(macys("2026-10-01")))
	dana.patchSettings(object{"preferences": object{"display": object{"timeZone": "UTC"}}}).want(200)
	require.EqualValues(t, 150000, left(macys("2026-10-01")))
}

// The terms change; an answer given by the old ones can be computed again from the version it names.
func TestAnOldAnswerCanBeComputedAgain(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Double Cash")
	dana.addCard("Blue Cash Preferred")
	body := object{"merchant": "Whole Foods", "amount": usdOf(8600), "date": "2026-11-23"}
	old := dana.recommend(body)
	require.EqualValues(t, 516, old.Recommended.Reward.Amount)
	inChat := drawerOf(t, dana.ask(dana.newChat("Groceries"), "Which card should I use for $86 of groceries at Whole Foods?"))
	require.Equal(t, old.RuleVersion, inChat.RuleVersion)

	// The issuer halves the rate, and the next release brings a catalogue that says so.
	require.NoError(t, loadChangedCatalogue(t, s, "rateBps: 600", "rateBps: 300"))
	changed := dana.recommend(body)
	require.EqualValues(t, 258, changed.Recommended.Reward.Amount)
	require.NotEqual(t, old.RuleVersion, changed.RuleVersion)

	again := dana.recommend(merged(body, object{"ruleVersion": old.RuleVersion}))
	require.Equal(t, old, again, "to the last word")
	require.Equal(t, changed, dana.recommend(merged(body, object{"ruleVersion": changed.RuleVersion})))
	require.Equal(t, 2, s.count(t, "rule_versions"))
	require.NoError(t, loadChangedCatalogue(t, s, "", ""))
	require.Equal(t, old, dana.recommend(body), "back to where it was")
	require.Equal(t, 2, s.count(t, "rule_versions"), "the same terms are the same version")
}

// loadChangedCatalogue loads the catalogue as another release would bring it: with the first of one text replaced.
func loadChangedCatalogue(t *testing.T, s *service, old, changed string) error {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{catalogue.ProductsFile, catalogue.MerchantsFile} {
		content, err := fs.ReadFile(db.Seed, name)
		require.NoError(t, err)
		require.True(t, name == catalogue.MerchantsFile || strings.Contains(string(content), old))
		files[name] = &fstest.MapFile{Data: []byte(strings.Replace(string(content), old, changed, 1))}
	}
	return seed.Reference(t.Context(), s.pool, files)
}

func merged(a, b object) object {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}

// An answer that does not fit the contract would be refused by every client: the drawer of a chat is raw JSON until then.
func TestTheDrawerHasExactlyTheFieldsOfTheContract(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Blue Cash Preferred")
	dana.addCard("Target Circle Card")
	reply := dana.ask(dana.newChat("Groceries"), "Which card should I use for $86 of groceries at Whole Foods?")
	stored := value[string](t, s, "SELECT drawer::text FROM messages WHERE id = $1", reply.ID)
	var fields map[string]any
	require.NoError(t, json.Unmarshal([]byte(stored), &fields))
	schema := contract.doc.Components.Schemas["CardDrawer"].Value
	for name := range fields {
		require.Contains(t, schema.Properties, name)
	}
	for _, name := range schema.Required {
		require.Contains(t, fields, name)
	}
}
