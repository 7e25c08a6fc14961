package e2e

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/redact"
)

func TestTheCatalogueSaysWhereItsFactsWereRead(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	products := decode[api.CardProductList](dana.get("/api/card-products?limit=100").want(200)).Items
	require.Len(t, products, s.count(t, "card_products"))
	for i, product := range products {
		require.NotEmpty(t, product.Rules, product.Name)
		require.NotEmpty(t, product.Source)
		require.True(t, i == 0 || products[i-1].Issuer <= product.Issuer, "by issuer")
		bases := 0
		for _, rule := range product.Rules {
			require.NotEmpty(t, rule.Source, product.Name)
			require.NotEmpty(t, rule.Description)
			if rule.Kind == api.RewardRuleKindBase {
				bases++
			}
		}
		require.Equal(t, 1, bases, product.Name)
	}
	found := decode[api.CardProductList](dana.get("/api/card-products?q=bLuE%20cAsH").want(200)).Items
	require.Len(t, found, 2)
	require.Empty(t, decode[api.CardProductList](dana.get("/api/card-products?q=%25").want(200)).Items, "no wildcards")
}

func TestAddingACard(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	product := dana.product("Blue Cash Preferred").ID
	card := decode[api.Card](dana.post("/api/cards", object{
		"productId": product, "nickname": " Groceries card ", "lastFour": "1005", "pointValue": 150,
		"limit": object{"amount": 1000000, "currency": "USD"}, "balance": object{"amount": -125, "currency": "USD"},
	}).want(201))
	require.Equal(t, "Groceries card", card.Nickname.MustGet())
	require.Equal(t, api.Money{Amount: -125, Currency: "USD"}, card.Balance.MustGet())
	require.Equal(t, 150, card.PointValue.MustGet())
	require.Equal(t, api.CardStatusActive, card.Status)
	bare := decode[api.Card](dana.post("/api/cards", object{"productId": product}).want(201))
	require.True(t, bare.LastFour.IsNull() && bare.Limit.IsNull() && bare.Nickname.IsNull() && bare.PointValue.IsNull())
	require.Empty(t, bare.Choices)
	listed := decode[api.CardList](dana.get("/api/cards").want(200)).Items
	require.Equal(t, []api.Card{card, bare}, listed, "oldest first")
	require.Equal(t, 1, s.count(t, "cards WHERE id = $1 AND user_id = $2 AND last_four = '1005' AND limit_amount = 1000000", card.ID, dana.user.ID))
	require.Equal(t, 2, s.count(t, "audit_events WHERE action = 'card.add' AND user_id = $1", dana.user.ID))
}

// No field of a card takes a card number, however it is spelled, and nothing of it stays anywhere.
func TestNoFieldTakesACardNumber(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	product := dana.product("Blue Cash Preferred").ID
	s.staysAsItIs(t)
	for _, number := range []string{"4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "3782 822463 10005", "4222222222222", "６２２１２６００００００００００００５"} {
		if !redact.ContainsCardNumber(number) {
			require.Contains(t, number, "６", "only the made-up one may fail the check digit")
			continue
		}
		dana.post("/api/cards", object{"productId": product, "nickname": "my " + number}).refused(422, api.ProblemCodeInvalidRequest, "/nickname")
		dana.post("/api/cards", object{"productId": product, "lastFour": number}).refused(422, api.ProblemCodeInvalidRequest, "/lastFour")
	}
}

// groceries is the rule that pays on groceries: the best that applies without doing anything for it.
func groceries(t *testing.T, product api.CardProduct) api.RewardRule {
	t.Helper()
	var best api.RewardRule
	for _, rule := range product.Rules {
		isBase := rule.Kind == api.RewardRuleKindBase
		isGroceries := rule.Kind == api.RewardRuleKindCategory && !rule.Category.IsNull() && rule.Category.MustGet() == "groceries"
		if (isBase || isGroceries) && rule.RatePercent > best.RatePercent {
			best = rule
		}
	}
	require.NotEqual(t, uuid.Nil, best.ID)
	return best
}

// share is the amount times the rate, exactly, half a cent rounding up.
func share(amount int64, ratePercent float32) int64 {
	rate, ok := new(big.Rat).SetString(fmt.Sprintf("%.2f", ratePercent))
	if !ok {
		panic(ratePercent)
	}
	exact := rate.Mul(rate, big.NewRat(amount, 100))
	exact.Add(exact, big.NewRat(1, 2))
	return new(big.Int).Quo(exact.Num(), exact.Denom()).Int64()
}

// The walk the product is about: a new user, a card, a question, an answer with figures that can be checked.
func TestANewUserAsksWhichCardToUse(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	card := dana.addCard("Blue Cash Preferred")
	chat := dana.newChat("Groceries")
	turn := dana.say(chat, "Which card should I use for $86 of groceries at Whole Foods?")
	require.Equal(t, api.MessageStatusCompleted, turn.UserMessage.Status)
	require.Equal(t, dana.user.ID, turn.UserMessage.Sender.MustGet().ID)
	reply := turn.AIMessage.MustGet()
	require.Equal(t, api.MessageStatusCompleted, reply.Status)
	require.Equal(t, api.ActionCard, reply.Action.MustGet())
	require.GreaterOrEqual(t, len(reply.Thinking), 3)
	require.Equal(t, turn.UserMessage.Position+1, reply.Position)
	require.False(t, reply.CompletedAt.IsNull())

	drawer := drawerOf(t, reply)
	require.Equal(t, api.Money{Amount: 516, Currency: "USD"}, drawer.Recommended.Reward)
	require.InDelta(t, 6, drawer.Recommended.RatePercent, 0)
	require.Equal(t, card.ID, drawer.Recommended.CardID)
	require.Equal(t, "Blue Cash Preferred", drawer.Recommended.Name)
	require.Equal(t, "1005", drawer.Recommended.LastFour.MustGet())
	require.Equal(t, api.Money{Amount: 600000, Currency: "USD"}, drawer.Recommended.CapLeft.MustGet())
	require.Equal(t, api.Money{Amount: 8600, Currency: "USD"}, drawer.Purchase.Amount)
	require.Equal(t, "groceries", drawer.Purchase.Category)
	require.Equal(t, "Whole Foods Market", drawer.Purchase.Merchant.MustGet())
	require.True(t, drawer.Utilization.IsNull(), "the limit is not known")
	require.Empty(t, drawer.Alternatives)
	require.NotEmpty(t, drawer.RuleVersion)
	require.Contains(t, reply.Content, "$5.16")
	require.Contains(t, reply.Content, "Blue Cash Preferred")
	require.Contains(t, reply.Sources, api.Source{Type: api.SourceTypeCard, ID: card.ID.String(), AsOf: today})

	// It is stored as it was answered.
	stored := decode[api.Message](dana.get("/api/chats/" + chat + "/messages/" + reply.ID.String()).want(200))
	require.Equal(t, reply, stored)
	require.Equal(t, 1, s.count(t, "messages WHERE id = $1 AND status = 'completed' AND action = 'card' AND drawer->'recommended'->'reward'->>'amount' = '516'", reply.ID))
	require.Zero(t, s.count(t, "river.river_job WHERE kind = 'reply' AND state <> 'completed'"))
}

func TestTheRewardIsTheRateTimesTheAmount(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for _, name := range []string{"Blue Cash Preferred", "Blue Cash Everyday", "Double Cash", "Quicksilver", "Active Cash", "Gold", "Savor", "Freedom Unlimited", "Sapphire Preferred"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dana := s.signUp(t, "Dana Kim")
			product := dana.product(name)
			dana.addCard(name)
			rule := groceries(t, product)
			chat := dana.newChat("Groceries")
			for _, amount := range []int64{8600, 1, 17, 99, 12345, 250000} {
				reply := dana.ask(chat, fmt.Sprintf("Which card should I use for %s of groceries at Whole Foods?", dollars(amount)))
				drawer := drawerOf(t, reply)
				require.Equal(t, amount, drawer.Purchase.Amount.Amount)
				require.Equal(t, share(amount, rule.RatePercent), drawer.Recommended.Reward.Amount, "%s of %d", rule.Description, amount)
				require.Contains(t, reply.Content, dollars(drawer.Recommended.Reward.Amount))
			}
		})
	}
}

func TestTheBestCardIsRecommendedAndTheOthersFollow(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Quicksilver")
	dana.post("/api/cards", object{
		"productId": dana.product("Blue Cash Preferred").ID, "limit": object{"amount": 1000000, "currency": "USD"},
		"balance": object{"amount": 125000, "currency": "USD"},
	}).want(201)
	dana.addCard("Double Cash")
	drawer := drawerOf(t, dana.ask(dana.newChat("Groceries"), "Which card should I use for $86 of groceries at Whole Foods?"))
	require.Equal(t, "Blue Cash Preferred", drawer.Recommended.Name)
	require.Len(t, drawer.Alternatives, 2)
	require.Equal(t, []string{"Double Cash", "Quicksilver"}, []string{drawer.Alternatives[0].Name, drawer.Alternatives[1].Name})
	require.EqualValues(t, 172, drawer.Alternatives[0].Reward.Amount)
	require.EqualValues(t, 129, drawer.Alternatives[1].Reward.Amount)
	utilization := drawer.Utilization.MustGet()
	require.InDelta(t, 12.5, utilization.BeforePercent, 0.001)
	require.InDelta(t, 13.36, utilization.AfterPercent, 0.001)
}

// What was really looked at differs from person to person; stages that are alike would be decoration.
func TestThinkingIsOnesOwn(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	dana.addCard("Blue Cash Preferred")
	bob.addCard("Double Cash")
	bob.addCard("Quicksilver")
	const question = "Which card should I use for $86 of groceries at Whole Foods?"
	danas, bobs := dana.ask(dana.newChat("Groceries"), question), bob.ask(bob.newChat("Groceries"), question)
	require.NotEqual(t, danas.Thinking, bobs.Thinking)
	require.NotEqual(t, danas.Content, bobs.Content)
	require.Contains(t, fmt.Sprint(bobs.Thinking), "Double Cash")
	require.NotContains(t, fmt.Sprint(danas.Thinking), "Double Cash")
}

// An answer that lacks something asks for it, and does not make it up.
func TestWhatIsMissingIsAskedFor(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	noCards := dana.ask(chat, "Which card should I use for $86 of groceries at Whole Foods?")
	require.Equal(t, api.ActionCard, noCards.Action.MustGet())
	require.True(t, noCards.DrawerData.IsNull())
	dana.addCard("Blue Cash Preferred")
	nothing := dana.ask(dana.newChat("More"), "Which card should I use?")
	require.Equal(t, api.ActionCard, nothing.Action.MustGet())
	require.True(t, nothing.DrawerData.IsNull())
	require.Contains(t, nothing.Content, "How much")
	// With the place alone it can be said which is best, on an amount that is told.
	noAmount := dana.ask(dana.newChat("Place"), "Which card should I use at Whole Foods?")
	require.EqualValues(t, 10_000, drawerOf(t, noAmount).Purchase.Amount.Amount)
	require.Contains(t, noAmount.Content, "You named no amount, so this is for $100.00.")
}

// What was bought with a card counts against its cap: the answer knows the orders.
func TestOrdersCountAgainstTheCap(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	order := dana.oneOrder()
	dana.addCard("Blue Cash Preferred")
	// One order becomes groceries for $6,000, paid with this card: nothing of the year's cap is left.
	s.exec(t, "UPDATE transactions SET total = 600000, subtotal = 600000, category = 'groceries', merchant_id = (SELECT id FROM merchants WHERE slug = 'whole-foods') WHERE id = $1", order)
	s.exec(t, "DELETE FROM transaction_payment_methods WHERE transaction_id = $1", order)
	s.exec(t, "INSERT INTO transaction_payment_methods (transaction_id, ordinal, type, brand, last_four, amount) VALUES ($1, 0, 'card', 'amex', '1005', 600000)", order)
	drawer := drawerOf(t, dana.ask(dana.newChat("Groceries"), "Which card should I use for $86 of groceries at Whole Foods?"))
	require.EqualValues(t, 0, drawer.Recommended.CapLeft.MustGet().Amount)
	require.EqualValues(t, 86, drawer.Recommended.Reward.Amount, "the base rate of 1%")
}
