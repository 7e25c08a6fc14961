package rewards

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// versionPrefix names the encoding below; it changes when fields are added, so that versions are never confused.
const versionPrefix = "r2-"

// VersionOf is a stable name for a product's terms: the same fees and rules, in any order, give the same version on
// every machine, and any change to a figure, a date or a condition gives another. Wording and provenance (Label,
// Source, AsOf, Illustrative, Note) are not part of it.
func VersionOf(p Product) string {
	rules := make([]string, len(p.Rules))
	for i, r := range p.Rules {
		limit := ""
		if r.Cap != nil {
			limit = fmt.Sprintf("%d %s", r.Cap.Amount, r.Cap.Currency)
		}
		excluded := slices.Sorted(slices.Values(r.ExcludedMerchants))
		rules[i] = fmt.Sprintf("%q %q %q %q %d %q %q %q %q %q %q %t %q %t %q",
			r.ID, r.Kind, r.Category, r.MerchantSlug, r.RateBps, limit, r.CapPeriod, r.SharedCapGroup,
			r.ValidFrom.String(), r.ValidTo.String(), r.Quarter, r.RequiresActivation, r.ChoiceGroup, r.DomesticOnly, excluded)
	}
	slices.Sort(rules)
	groups := make([]string, len(p.ChoiceGroups))
	for i, g := range p.ChoiceGroups {
		groups[i] = fmt.Sprintf("%q %d %q", g.Name, g.Max, g.Default)
	}
	slices.Sort(groups)
	onlyAt := slices.Sorted(slices.Values(p.OnlyAt))
	head := fmt.Sprintf("%q %q %d %q %d %q %d %q %q", p.ID, p.Network, p.AnnualFee.Amount, p.AnnualFee.Currency,
		p.ForeignFeeBps, p.Program, p.PointValue, groups, onlyAt)
	return digest(append([]string{head}, rules...))
}

// VersionOfCatalogue names the terms of all products together, whatever their order and however often each occurs.
// Under it the catalogue of a day is kept, so that an answer given by it can be computed again.
func VersionOfCatalogue(products []Product) string {
	versions := make([]string, len(products))
	for i, p := range products {
		version := p.RuleVersion
		if version == "" {
			version = VersionOf(p)
		}
		versions[i] = p.ID + " " + version
	}
	slices.Sort(versions)
	return digest(slices.Compact(versions))
}

// versionOfCards names the rules behind a comparison: the catalogue that all products are from, else the products.
func versionOfCards(cards []Card) string {
	products := make([]Product, len(cards))
	same := true
	for i, card := range cards {
		products[i] = card.Product
		same = same && card.Product.Catalogue == cards[0].Product.Catalogue
	}
	if same && cards[0].Product.Catalogue != "" {
		return cards[0].Product.Catalogue
	}
	return VersionOfCatalogue(products)
}

func digest(lines []string) string {
	const length = 12 // bytes; short enough to read out, long enough never to meet by accident
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return versionPrefix + hex.EncodeToString(sum[:length])
}
