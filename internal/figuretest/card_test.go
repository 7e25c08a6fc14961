package figuretest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/money"
)

// checkCard works out what each card earns on the purchase asked about, from the cards, rules and orders cited.
func checkCard(c *check) {
	if c.question.Earned != "" {
		c.rewardsOf(c.question.Earned)
		return
	}
	if c.question.Terms {
		c.terms()
		return
	}
	asked := c.question.Purchase
	require.NotNil(c, asked, "the question says what is bought")
	c.money(asked.Amount, "USD")
	drawer, isDrawer := c.drawer().(map[string]any)
	if !isDrawer {
		require.True(c, c.noneCanPay(), c.message.Content)
		return
	}
	c.claim("/purchase/amount/amount", asked.Amount)
	at := purchase{slug: asked.Slug, category: asked.Category, amount: asked.Amount, at: c.person.now.In(c.person.zone)}

	ranked := []map[string]any{drawer["recommended"].(map[string]any)}
	for _, alternative := range drawer["alternatives"].([]any) {
		ranked = append(ranked, alternative.(map[string]any))
	}
	nets := make([]int64, len(ranked))
	for i, shown := range ranked {
		pointer := "/recommended"
		if i > 0 {
			pointer = fmt.Sprintf("/alternatives/%d", i-1)
		}
		card := c.cardOf(shown["cardId"].(string))
		nets[i] = c.rankedCard(pointer, shown, card, at)
		require.True(c, i == 0 || nets[i] <= nets[i-1], "the best card stands first")
	}
	c.cardsCompared(ranked)
	if best := c.cardOf(ranked[0]["cardId"].(string)); drawer["utilization"] != nil {
		c.claimPercent("/utilization/beforePercent", divide(max(0, *best.Balance)*10_000, *best.Limit))
		c.claimPercent("/utilization/afterPercent", divide(max(0, *best.Balance+asked.Amount)*10_000, *best.Limit))
		c.money(*best.Limit, "USD")
	}
	if len(nets) > 1 {
		c.money(nets[0]-nets[1], "USD")
		if drawer["runnerUpDifference"] != nil {
			c.claim("/runnerUpDifference/amount", nets[0]-nets[1])
		}
	}
	if split, ok := drawer["split"].(map[string]any); ok {
		c.splitCards(split, at, nets[0])
	}
	c.counted(len(ranked), "card")
}

// noneCanPay reports that the answer says so and the networks the shop takes, as the catalogue has them, bear it out.
func (c *check) noneCanPay() bool {
	held := c.person.cards(c.T, "p.network IN (SELECT unnest(accepted_networks) FROM merchants WHERE slug = $2)", c.question.Purchase.Slug)
	return len(held) == 0 && len(c.message.Sources) == 0 && strings.HasPrefix(c.message.Content, "None of your cards can pay this")
}

// cardOf is a card of the drawer, which has to be cited.
func (c *check) cardOf(id string) *card {
	at := slices.IndexFunc(c.evidence.cards, func(card card) bool { return card.ID.String() == id })
	require.GreaterOrEqual(c, at, 0, "card %s is not cited", id)
	return &c.evidence.cards[at]
}

// cardsCompared fails where a card of the person that could pay is neither ranked nor excluded.
func (c *check) cardsCompared(ranked []map[string]any) {
	shown := len(ranked)
	if excluded, ok := c.drawer().(map[string]any)["excluded"].([]any); ok {
		shown += len(excluded)
	}
	held := c.person.cards(c.T, "true")
	require.LessOrEqual(c, shown, len(held))
	if c.question.Purchase.Slug == "" {
		require.Len(c, held, shown, "a card is missing")
	}
}

// rankedCard claims the numbers of one ranked card and answers what it leaves.
func (c *check) rankedCard(pointer string, shown map[string]any, card *card, at purchase) (net int64) {
	got := card.earns(at, card.use(c.evidence.orders, c.person.zone))
	require.Contains(c, c.evidence.rules, got.rule.ID, "the rule that pays is not cited")
	c.claim(pointer+"/reward/amount", got.reward)
	c.claimPercent(pointer+"/ratePercent", got.bps)
	c.money(got.reward, card.Currency)
	c.percent(got.bps)
	c.explainRates(card)
	if card.Limit != nil {
		c.money(*card.Limit, card.Currency)
	}
	if got.rule.CapAmount == nil {
		require.Nil(c, shown["capLeft"])
	} else {
		c.claim(pointer+"/capLeft/amount", got.left)
		c.money(got.left, card.Currency)
		c.money(at.amount-got.within, card.Currency)
	}
	if shown["net"] != nil { // nothing asked here is bought abroad
		c.claim(pointer+"/foreignFee/amount", 0)
		c.claim(pointer+"/net/amount", got.reward)
	}
	if paidBy, ok := shown["rule"].(map[string]any); ok {
		require.Equal(c, got.rule.ID.String(), paidBy["id"])
		c.claimPercent(pointer+"/rule/ratePercent", divide(got.rule.RateBps*card.worth(), 100))
	}
	return got.reward
}

// explainRates lets the terms of a card stand in the texts: its rates, their worth to its owner, and its caps.
func (c *check) explainRates(card *card) {
	for i := range card.rules {
		rule := &card.rules[i]
		c.percent(rule.RateBps)
		c.percent(divide(rule.RateBps*card.worth(), 100))
		if rule.CapAmount != nil {
			c.money(*rule.CapAmount, card.Currency)
		}
		for _, figure := range figureForms.FindAllString(rule.Label, -1) {
			c.explain(figure) // a label may name an amount: "the first $6,000"
		}
	}
}

// splitCards claims the numbers of a purchase on two cards.
func (c *check) splitCards(split map[string]any, at purchase, alone int64) {
	var whole, net int64
	for i, part := range split["parts"].([]any) {
		shown := part.(map[string]any)
		card := c.cardOf(shown["cardId"].(string))
		amount, err := shown["amount"].(map[string]any)["amount"].(interface{ Int64() (int64, error) }).Int64()
		require.NoError(c, err)
		share := at
		share.amount = amount
		got := card.earns(share, card.use(c.evidence.orders, c.person.zone))
		pointer := fmt.Sprintf("/split/parts/%d", i)
		c.claim(pointer+"/amount/amount", amount)
		c.claim(pointer+"/reward/amount", got.reward)
		c.claim(pointer+"/foreignFee/amount", 0)
		c.claim(pointer+"/net/amount", got.reward)
		c.money(amount, card.Currency)
		c.money(got.reward, card.Currency)
		whole += amount
		net += got.reward
	}
	require.Equal(c, at.amount, whole, "the parts make the whole")
	require.Greater(c, net, alone)
	c.claim("/split/net/amount", net)
	c.claim("/split/gain/amount", net-alone)
	c.money(net, "USD")
	c.money(net-alone, "USD")
}

// Why: the checker is to find a wrong rate, cap or rounding, so what it knows of cards is tried on plain cases.
func TestEarns(t *testing.T) {
	t.Parallel()
	limit := int64(10_000)
	blue := card{ID: uuid.New(), Program: "cash", Worth: 100, Currency: "USD", rules: []rule{
		{ID: uuid.New(), Kind: "base", RateBps: 100},
		{ID: uuid.New(), Kind: "category", Category: "dining", RateBps: 600, CapAmount: &limit, CapPeriod: "year"},
	}}
	at := purchase{category: "delivery", amount: 8_000}
	require.Equal(t, int64(480), blue.earns(at, spent{}).reward, "a delivery counts as dining")
	used := spent{}
	blue.count(at, used)
	got := blue.earns(at, used)
	require.Equal(t, int64(2_000), got.left)
	require.Equal(t, int64(120+60), got.reward)
	require.Equal(t, int64(225), got.bps)
	at.amount = -8_000
	blue.count(at, used)
	require.Equal(t, int64(10_000), blue.earns(purchase{category: "dining", amount: 1}, used).left)
	require.Equal(t, "$4.80", money.Money{Amount: 480, Currency: "USD"}.Format())
}

// terms explains what the cards cited cost and how far they are used. All that the person holds are cited.
func (c *check) terms() {
	held := c.person.cards(c.T, "true")
	require.Len(c, c.evidence.cards, len(held))
	fees := collect[struct {
		Amount   int64
		Currency string
	}](c.T, c.person.world, "SELECT annual_fee, currency FROM card_products WHERE id = ANY($1)", c.evidence.products)
	for _, fee := range fees {
		c.money(fee.Amount, fee.Currency)
	}
	for i := range c.evidence.cards {
		card := &c.evidence.cards[i]
		require.Contains(c, c.evidence.products, card.ProductID)
		c.percent(card.ForeignFee)
		if card.Limit != nil && card.Balance != nil {
			c.money(*card.Limit, card.Currency)
			c.money(*card.Balance, card.Currency)
			c.percent(divide(*card.Balance*10_000, *card.Limit))
		}
	}
	require.NotContains(c, c.message.Content, "How much is the purchase?")
}
