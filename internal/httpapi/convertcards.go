package httpapi

import (
	"github.com/google/uuid"
	"github.com/oapi-codegen/nullable"
	"github.com/oapi-codegen/runtime/types"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/cards"
)

func toAPICard(c cards.Card) api.Card {
	card := api.Card{
		ID: c.ID, ProductID: c.ProductID, Nickname: orNull(c.Nickname), LastFour: orNull(c.LastFour), Limit: toAPIMoneyOrNull(c.Limit),
		Balance: toAPIMoneyOrNull(c.Balance), PointValue: nullable.NewNullNullable[int](), Choices: c.Choices, Status: api.CardStatus(c.Status),
	}
	if c.PointValue != nil {
		card.PointValue = nullable.NewNullableWithValue(int(*c.PointValue))
	}
	return card
}

func toAPICardProduct(p cards.Product) api.CardProduct {
	return api.CardProduct{
		ID: uuid.MustParse(p.ID), Issuer: p.Issuer, Name: p.Name, Network: api.CardProductNetwork(p.Network),
		AnnualFee: toAPIMoney(p.AnnualFee), ForeignFeePercent: percent(p.ForeignFeeBps), AsOf: toAPIDate(p.AsOf), Source: p.Source,
		Rules: mapSlice(p.Rules, func(r cards.Rule) api.RewardRule { return toAPIRewardRule(p, r) }),
	}
}

func toAPIRewardRule(p cards.Product, r cards.Rule) api.RewardRule {
	rule := api.RewardRule{
		ID: uuid.MustParse(
			r.ID,
		),
		Kind:        api.RewardRuleKind(r.Kind),
		Category:    nullable.NewNullNullable[string](),
		Merchant:    nullable.NewNullNullable[string](),
		RatePercent: percent(cards.RateBps(p, r)),
		Description: cards.Describe(p, r),
		Cap:         nullable.NewNullNullable[api.RewardCap](),
		ValidFrom: toAPIDateOrNull(
			r.ValidFrom,
		),
		ValidTo:      toAPIDateOrNull(r.ValidTo),
		Source:       r.Source,
		AsOf:         toAPIDate(r.AsOf),
		Illustrative: r.Illustrative,
	}
	if r.Category != "" {
		rule.Category = nullable.NewNullableWithValue(string(r.Category))
	}
	if r.MerchantSlug != "" {
		rule.Merchant = nullable.NewNullableWithValue(r.MerchantSlug)
	}
	if r.Cap != nil {
		rule.Cap = nullable.NewNullableWithValue(api.RewardCap{Amount: toAPIMoney(*r.Cap), Period: api.RewardCapPeriod(r.CapPeriod)})
	}
	return rule
}

func toAPIDate(d cards.Date) types.Date { return types.Date{Time: cards.Midnight(d)} }

func toAPIDateOrNull(d cards.Date) nullable.Nullable[types.Date] {
	if d.IsZero() {
		return nullable.NewNullNullable[types.Date]()
	}
	return nullable.NewNullableWithValue(toAPIDate(d))
}
