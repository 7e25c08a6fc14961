package httpapi

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/oapi-codegen/nullable"
	"github.com/oapi-codegen/runtime/types"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/cards"
	"github.com/lattice-money/lattice/internal/money"
)

func toAPICard(c cards.Card) api.Card {
	card := api.Card{
		ID: c.ID, ProductID: c.ProductID, Nickname: orNull(c.Nickname), LastFour: orNull(c.LastFour), Limit: toAPIMoneyOrNull(c.Limit),
		Balance: toAPIMoneyOrNull(c.Balance), PointValue: nullable.NewNullNullable[int](), Choices: c.Choices, Activations: c.Activations,
		Status: api.CardStatus(c.Status), Version: c.Version,
	}
	if c.PointValue != nil {
		card.PointValue = nullable.NewNullableWithValue(int(*c.PointValue))
	}
	return card
}

// cardTag is the version of a card as an entity tag.
func cardTag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// acceptsCard says whether the version of a card is one the caller named; any is when they named none.
func acceptsCard(ifMatch *string) func(version int64) bool {
	return func(version int64) bool {
		return ifMatch == nil || tagMatches(*ifMatch, func(tag string) bool { return tag == cardTag(version) })
	}
}

func fromAPICard(r api.AddCardRequest) cards.Details {
	details := cards.Details{
		ProductID: r.ProductID, Nickname: r.Nickname, LastFour: r.LastFour, Balance: fromAPIMoney(r.Balance),
		Choices: orEmpty(r.Choices), Activations: orEmpty(r.Activations),
	}
	if r.Limit != nil {
		details.Limit = &money.Money{Amount: r.Limit.Amount, Currency: r.Limit.Currency}
	}
	if r.PointValue != nil {
		value := int64(*r.PointValue)
		details.PointValue = &value
	}
	return details
}

func fromAPICardPatch(p api.CardPatch) cards.Patch {
	same := func(text string) string { return text }
	return cards.Patch{
		ProductID: p.ProductID, Nickname: fromAPIField(p.Nickname, same), LastFour: fromAPIField(p.LastFour, same),
		Limit: fromAPIField(p.Limit, func(m api.NonNegativeMoney) money.Money {
			return money.Money{Amount: m.Amount, Currency: m.Currency}
		}),
		Balance:     fromAPIField(p.Balance, func(m api.Money) money.Money { return *fromAPIMoney(&m) }),
		PointValue:  fromAPIField(p.PointValue, func(value api.PointValue) int64 { return int64(value) }),
		Choices:     fromAPIField(p.Choices, func(list []api.CardChoice) []string { return list }),
		Activations: fromAPIField(p.Activations, func(list []api.CardActivation) []string { return list }),
	}
}

// fromAPIField reads one member of a merge patch.
func fromAPIField[T, U any](field nullable.Nullable[T], convert func(T) U) cards.Field[U] {
	switch {
	case !field.IsSpecified():
		return cards.Field[U]{}
	case field.IsNull():
		return cards.Field[U]{Given: true}
	default:
		value := convert(field.MustGet())
		return cards.Field[U]{Given: true, Value: &value}
	}
}

func fromAPIRecommendation(userID uuid.UUID, r api.RecommendCardRequest) cards.RecommendParams {
	params := cards.RecommendParams{
		UserID: userID, Merchant: orEmpty(r.Merchant), Category: orEmpty(r.Category),
		Amount: money.Money{Amount: r.Amount.Amount, Currency: r.Amount.Currency}, Abroad: orEmpty(r.Abroad), RuleVersion: orEmpty(r.RuleVersion),
	}
	if r.Date != nil {
		day := cards.Date{Year: r.Date.Year(), Month: r.Date.Month(), Day: r.Date.Day()}
		params.Day = &day
	}
	return params
}

// toAPICardDrawer reads the drawer from the JSON in which a chat stores it, so that both say the same in the same words.
func toAPICardDrawer(a cards.Advice) (drawer api.CardDrawer, err error) {
	content, err := json.Marshal(a.Drawer)
	if err != nil {
		return drawer, fmt.Errorf("write drawer: %w", err)
	}
	if err := json.Unmarshal(content, &drawer); err != nil {
		return drawer, fmt.Errorf("read drawer: %w", err)
	}
	return drawer, nil
}

func toAPICardProduct(p cards.Product) api.CardProduct {
	return api.CardProduct{
		ID: uuid.MustParse(p.ID), Issuer: p.Issuer, Name: p.Name, Network: api.CardProductNetwork(p.Network),
		AnnualFee: toAPIMoney(p.AnnualFee), ForeignFeePercent: percent(p.ForeignFeeBps), AsOf: toAPIDate(p.AsOf), Source: p.Source,
		Rules:        mapSlice(p.Rules, func(r cards.Rule) api.RewardRule { return toAPIRewardRule(p, r) }),
		PointValue:   int(p.PointValue),
		Choices:      mapSlice(p.ChoiceGroups, func(g cards.ChoiceGroup) api.ChoiceGroup { return toAPIChoiceGroup(p, g) }),
		Illustrative: p.Illustrative, Note: nullIfEmpty(p.Note),
	}
}

func toAPIChoiceGroup(p cards.Product, g cards.ChoiceGroup) api.ChoiceGroup {
	return api.ChoiceGroup{Name: g.Name, Max: g.Max, Default: nullIfEmpty(string(g.Default)), Categories: cards.Offered(p, g)}
}

func toAPIRewardRule(p cards.Product, r cards.Rule) api.RewardRule {
	rule := api.RewardRule{
		ID: uuid.MustParse(r.ID), Kind: api.RewardRuleKind(r.Kind), Category: nullIfEmpty(string(r.Category)),
		Merchant: nullIfEmpty(r.MerchantSlug), RatePercent: percent(cards.RateBps(p, r)), Description: cards.Describe(p, r),
		Cap: nullable.NewNullNullable[api.RewardCap](), ValidFrom: toAPIDateOrNull(r.ValidFrom), ValidTo: toAPIDateOrNull(r.ValidTo),
		Quarter: nullIfEmpty(string(r.Quarter)), RequiresActivation: r.RequiresActivation, ChoiceGroup: nullIfEmpty(r.ChoiceGroup),
		Source: r.Source, AsOf: toAPIDate(r.AsOf), Illustrative: r.Illustrative, Note: nullIfEmpty(r.Note),
	}
	if r.Cap != nil {
		rule.Cap = nullable.NewNullableWithValue(api.RewardCap{Amount: toAPIMoney(*r.Cap), Period: api.RewardCapPeriod(r.CapPeriod)})
	}
	return rule
}

func nullIfEmpty(text string) nullable.Nullable[string] {
	if text == "" {
		return nullable.NewNullNullable[string]()
	}
	return nullable.NewNullableWithValue(text)
}

func toAPIDate(d cards.Date) types.Date { return types.Date{Time: cards.Midnight(d)} }

func toAPIDateOrNull(d cards.Date) nullable.Nullable[types.Date] {
	if d.IsZero() {
		return nullable.NewNullNullable[types.Date]()
	}
	return nullable.NewNullableWithValue(toAPIDate(d))
}
