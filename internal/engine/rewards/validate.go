package rewards

import (
	"errors"
	"fmt"
	"slices"

	"github.com/lattice-money/lattice/internal/money"
)

// Errors of this package.
var (
	// ErrNoCards means there was no card to compare; ask the user to add one.
	ErrNoCards = errors.New("rewards: no cards")
	// ErrNoUsableCard means every card was skipped; the result still lists them with the reasons.
	ErrNoUsableCard = errors.New("rewards: no card can pay this purchase")
	// ErrInvalidPurchase means the purchase is not one: no amount above zero, or an unknown currency or category.
	ErrInvalidPurchase = errors.New("rewards: invalid purchase")
	// ErrInvalidCard means a card or its product breaks a rule of Product.Validate or is listed twice; a fault of
	// the caller's data, never of the user's.
	ErrInvalidCard = errors.New("rewards: invalid card")
)

const (
	maxRateBps    = 10_000
	maxPointValue = 10_000
)

// Validate checks what the engine relies on and reports every fault at once (errors.Join); nil means sound. It does
// not judge whether the terms are true: that is what Source, AsOf and Illustrative are for.
func (p Product) Validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }

	if p.ID == "" || p.Name == "" || p.Network == "" {
		fault("id, name and network are required")
	}
	if err := p.AnnualFee.Validate(); err != nil || p.AnnualFee.Amount < 0 {
		fault("annual fee must be zero or more in a known currency")
	}
	if p.ForeignFeeBps < 0 || p.ForeignFeeBps > money.BpsPerWhole {
		fault("foreign fee of %d basis points", p.ForeignFeeBps)
	}
	switch {
	case p.Program == ProgramCash && p.PointValue != CashPointValue:
		fault("cash pays %d hundredths of a cent, not %d", CashPointValue, p.PointValue)
	case p.Program == ProgramPoints && (p.PointValue < 1 || p.PointValue > maxPointValue):
		fault("point value of %d hundredths of a cent", p.PointValue)
	case p.Program != ProgramCash && p.Program != ProgramPoints:
		fault("unknown program %q", p.Program)
	}
	maxima := map[string]int{}
	for _, group := range p.ChoiceGroups {
		if _, twice := maxima[group.Name]; twice || group.Name == "" || group.Max < 1 {
			fault("choice group %q needs its own name and a maximum", group.Name)
		}
		maxima[group.Name] = group.Max
	}

	var bases []Rule
	ids := map[string]bool{}
	for _, rule := range p.Rules {
		if ids[rule.ID] {
			fault("rule id %q is used twice", rule.ID)
		}
		ids[rule.ID] = true
		if rule.Kind == KindBase {
			bases = append(bases, rule)
		}
		if err := rule.validate(p.Currency(), maxima); err != nil {
			fault("rule %q: %w", rule.ID, err)
		}
	}
	faults = append(faults, checkBases(bases), checkSharedCaps(p.Rules))
	for _, group := range p.ChoiceGroups {
		if offering, offered := p.choiceGroupOf(string(group.Default)); group.Default != "" && (!offered || offering != group.Name) {
			fault("choice group %q does not offer its default %q", group.Name, group.Default)
		}
	}
	return errors.Join(faults...)
}

// checkSharedCaps wants one cap of all rules that share it.
func checkSharedCaps(rules []Rule) error {
	var faults []error
	shared := map[string]Rule{}
	for _, rule := range rules {
		if rule.SharedCapGroup == "" || rule.Cap == nil {
			continue
		}
		if first, seen := shared[rule.SharedCapGroup]; !seen {
			shared[rule.SharedCapGroup] = rule
		} else if *first.Cap != *rule.Cap || first.CapPeriod != rule.CapPeriod {
			faults = append(faults, fmt.Errorf("rule %q: cap differs from that of rule %q in the same group", rule.ID, first.ID))
		}
	}
	return errors.Join(faults...)
}

// checkBases wants one base rule on every day: one that is always valid, or several that follow each other day by day.
func checkBases(bases []Rule) error {
	slices.SortFunc(bases, func(a, b Rule) int { return a.ValidFrom.compare(b.ValidFrom) })
	for i, rule := range bases {
		if opens, ends := i == 0, i == len(bases)-1; opens != rule.ValidFrom.IsZero() || ends != rule.ValidTo.IsZero() {
			return fmt.Errorf("%d base rules instead of one for every day", len(bases))
		}
		if i > 0 && rule.ValidFrom != bases[i-1].ValidTo.AddDays(1) {
			return fmt.Errorf("base rule %q does not begin the day after base rule %q ends", rule.ID, bases[i-1].ID)
		}
	}
	if len(bases) == 0 {
		return errors.New("0 base rules instead of one for every day")
	}
	return nil
}

func (r Rule) validate(currency string, choiceGroups map[string]int) error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }

	if r.ID == "" || r.Label == "" {
		fault("id and label are required")
	}
	if r.RateBps < 0 || r.RateBps > maxRateBps {
		fault("rate of %d basis points", r.RateBps)
	}
	switch r.Kind {
	case KindBase:
		if r.Cap != nil || r.Quarter != "" || r.RequiresActivation ||
			r.ChoiceGroup != "" || r.DomesticOnly || len(r.ExcludedMerchants) > 0 || r.Category != "" || r.MerchantSlug != "" {
			fault("a base rule applies to everything")
		}
	case KindCategory:
		if !r.Category.Valid() || r.MerchantSlug != "" {
			fault("a category rule needs a known category and nothing else to match")
		}
	case KindMerchant:
		if r.MerchantSlug == "" || r.Category != "" || r.ChoiceGroup != "" {
			fault("a merchant rule needs a merchant and nothing else to match")
		}
	default:
		fault("unknown kind %q", r.Kind)
	}
	if (r.Cap == nil) != (r.CapPeriod == "") || (r.Cap == nil && r.SharedCapGroup != "") {
		fault("cap and cap period go together")
	}
	if r.Cap != nil && (r.Cap.Currency != currency || r.Cap.Amount <= 0 || !r.CapPeriod.Valid()) {
		fault("cap must be above zero in %s per month, quarter or year", currency)
	}
	if !r.ValidTo.IsZero() && r.ValidTo.Before(r.ValidFrom) {
		fault("ends on %s, before it begins", r.ValidTo)
	}
	if r.Quarter != "" && !r.Quarter.Valid() {
		fault("not a quarter: %q", r.Quarter)
	}
	if _, known := choiceGroups[r.ChoiceGroup]; r.ChoiceGroup != "" && !known {
		fault("unknown choice group %q", r.ChoiceGroup)
	}
	return errors.Join(faults...)
}

// CheckChoices tells whether an owner may choose these categories: each must be offered, none twice, and no group may
// exceed its maximum. For the service that stores choices; the engine itself ignores what is not allowed.
func (p Product) CheckChoices(choices []string) error {
	var faults []error
	taken := map[string]int{}
	for i, choice := range choices {
		group, offered := p.choiceGroupOf(choice)
		switch {
		case !offered:
			faults = append(faults, fmt.Errorf("%q is not offered by %s", choice, p.Name))
		case slices.Contains(choices[:i], choice):
			faults = append(faults, fmt.Errorf("%q is chosen twice", choice))
		default:
			taken[group]++
		}
	}
	for _, group := range p.ChoiceGroups {
		if taken[group.Name] > group.Max {
			faults = append(faults, fmt.Errorf("only %d of the %s categories may be chosen", group.Max, group.Name))
		}
	}
	return errors.Join(faults...)
}

// CheckActivations tells whether an owner may have activated these: quarters, where the product has rotating rules, and
// ids of single rules that want activation; none twice. For the service that stores activations; the engine itself ignores
// what unlocks nothing.
func (p Product) CheckActivations(activations []string) error {
	rotating := false
	single := map[string]bool{}
	for _, rule := range p.Rules {
		switch {
		case !rule.RequiresActivation:
		case rule.Quarter != "":
			rotating = true
		default:
			single[rule.ID] = true
		}
	}
	var faults []error
	for i, activation := range activations {
		switch {
		case !single[activation] && (!rotating || !Quarter(activation).Valid()):
			faults = append(faults, fmt.Errorf("%q is nothing to activate on %s", activation, p.Name))
		case slices.Contains(activations[:i], activation):
			faults = append(faults, fmt.Errorf("%q is activated twice", activation))
		}
	}
	return errors.Join(faults...)
}

func (p Product) choiceGroupOf(choice string) (group string, offered bool) {
	for _, rule := range p.Rules {
		if rule.ChoiceGroup != "" && string(rule.Category) == choice {
			return rule.ChoiceGroup, true
		}
	}
	return "", false
}
