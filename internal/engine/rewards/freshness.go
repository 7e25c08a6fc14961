package rewards

import "fmt"

// StaleAfterDays is how old the reading of a rule may be before an answer that rests on it warns: half a year, in which
// most issuers change something.
const StaleAfterDays = 183

// readOn is the earlier of the days on which the rule and the product's fees were read; no date when neither says.
func readOn(product *Product, rule *Rule) Date {
	switch {
	case rule.AsOf.IsZero():
		return product.AsOf
	case product.AsOf.IsZero() || rule.AsOf.Before(product.AsOf):
		return rule.AsOf
	default:
		return product.AsOf
	}
}

// judge says how far the terms behind a ranking can be relied on that day.
func (r *Ranking) judge(today Date) {
	product := r.Card.Product
	name := r.Card.Name()
	if r.Rule.Illustrative {
		r.warnf("The rate of %s on %s is illustrative, not confirmed with %s", name, r.Rule.Label, issuerOf(&product))
	}
	if product.Illustrative {
		r.warnf("Some terms of %s are illustrative, not confirmed with %s", name, issuerOf(&product))
	}
	r.Illustrative = len(r.Warnings) > 0
	if read := readOn(&product, &r.Rule); !read.IsZero() && today.DaysSince(read) > StaleAfterDays {
		r.Stale = true
		r.warnf("The terms of %s were read on %s, %d days before, and may have changed since", name, read, today.DaysSince(read))
	}
}

func (r *Ranking) warnf(format string, values ...any) {
	r.Warnings = append(r.Warnings, fmt.Sprintf(format, values...))
}

func issuerOf(product *Product) string {
	if product.Issuer == "" {
		return "the issuer"
	}
	return product.Issuer
}
