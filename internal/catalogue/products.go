package catalogue

import (
	"io/fs"
	"net/url"
	"regexp"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// The shapes of the file; db/seed/card_products.yaml explains the keys.
type (
	productsDocument struct {
		Products []productEntry `yaml:"products"`
	}
	productEntry struct {
		ID            string        `yaml:"id"`
		Slug          string        `yaml:"slug"`
		Issuer        string        `yaml:"issuer"`
		Name          string        `yaml:"name"`
		Network       string        `yaml:"network"`
		Currency      string        `yaml:"currency"`
		AnnualFee     *whole        `yaml:"annualFee"`     // minor units; required, so that nothing is free by omission
		ForeignFeeBps *whole        `yaml:"foreignFeeBps"` // required likewise
		Program       string        `yaml:"program"`
		PointValue    whole         `yaml:"pointValue"`
		ChoiceGroups  []choiceEntry `yaml:"choiceGroups"`
		OnlyAt        []string      `yaml:"onlyAt"`
		Rules         []ruleEntry   `yaml:"rules"`
		provenance    `yaml:",inline"`
	}
	choiceEntry struct {
		Name    string `yaml:"name"`
		Max     whole  `yaml:"max"`
		Default string `yaml:"default"` // the category the issuer takes where the owner chose nothing
	}
	ruleEntry struct {
		ID                 string    `yaml:"id"`
		Kind               string    `yaml:"kind"`
		Category           string    `yaml:"category"`
		Merchant           string    `yaml:"merchant"`
		Label              string    `yaml:"label"`
		RateBps            *whole    `yaml:"rateBps"` // required
		Cap                *capEntry `yaml:"cap"`
		ValidFrom          string    `yaml:"validFrom"`
		ValidTo            string    `yaml:"validTo"`
		Quarter            string    `yaml:"quarter"`
		RequiresActivation bool      `yaml:"requiresActivation"`
		ChoiceGroup        string    `yaml:"choiceGroup"`
		DomesticOnly       bool      `yaml:"domesticOnly"`
		ExcludedMerchants  []string  `yaml:"excludedMerchants"`
		provenance         `yaml:",inline"`
	}
	capEntry struct {
		Amount whole  `yaml:"amount"` // minor units of the product's currency
		Period string `yaml:"period"`
		Group  string `yaml:"group"`
	}
	provenance struct {
		Source       string `yaml:"source"`
		AsOf         string `yaml:"asOf"`
		Illustrative bool   `yaml:"illustrative"`
		Note         string `yaml:"note"`
	}
)

// networks are the card networks a product may be on and a merchant may accept. Store cards are on none: private.
var networks = map[string]bool{"visa": true, "mastercard": true, "amex": true, "discover": true}

const privateNetwork = "private"

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)

// LoadProducts reads card products from one file: known keys only, ids unique UUIDs, slugs unique, categories of the
// vocabulary, dates that exist, a source for every rule, a note wherever something is illustrative, and everything
// rewards.Product.Validate asks for. The error lists all faults.
func LoadProducts(fsys fs.FS, name string) ([]rewards.Product, error) {
	var document productsDocument
	if err := decode(fsys, name, &document); err != nil {
		return nil, err
	}
	f := &faults{file: name}
	seen := map[string]bool{}
	products := make([]rewards.Product, 0, len(document.Products))
	for _, entry := range document.Products {
		place := "product " + entry.Slug
		f.uuid(seen, entry.ID, place)
		f.slug(seen, entry.Slug, place)
		product := entry.product(f, place)
		for _, line := range entry.Rules {
			rulePlace := place + ": rule " + line.ID
			f.uuid(seen, line.ID, rulePlace)
			product.Rules = append(product.Rules, line.rule(f, rulePlace, entry.Currency))
		}
		if err := product.Validate(); err != nil {
			f.addf("%s: %w", place, err)
		}
		product.RuleVersion = rewards.VersionOf(product)
		products = append(products, product)
	}
	if len(products) == 0 {
		f.addf("no products")
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	version := rewards.VersionOfCatalogue(products)
	for i := range products {
		products[i].Catalogue = version
	}
	return products, nil
}

func (e productEntry) product(f *faults, place string) rewards.Product {
	if e.Issuer == "" {
		f.addf("%s: issuer is required", place)
	}
	if !networks[e.Network] && (e.Network != privateNetwork || len(e.OnlyAt) == 0) {
		f.addf("%s: unknown network %q", place, e.Network)
	}
	if e.AnnualFee == nil || e.ForeignFeeBps == nil {
		f.addf("%s: annualFee and foreignFeeBps are required, also when zero", place)
	}
	product := rewards.Product{
		ID: e.ID, Slug: e.Slug, Issuer: e.Issuer, Name: e.Name, Network: e.Network,
		AnnualFee:     money.Money{Amount: orZero(e.AnnualFee), Currency: e.Currency},
		ForeignFeeBps: orZero(e.ForeignFeeBps),
		Program:       rewards.Program(e.Program),
		PointValue:    int64(e.PointValue),
		OnlyAt:        e.OnlyAt,
		Source:        e.Source, Illustrative: e.Illustrative, Note: e.Note, AsOf: e.check(f, place),
	}
	for _, group := range e.ChoiceGroups {
		product.ChoiceGroups = append(product.ChoiceGroups, rewards.ChoiceGroup{
			Name: group.Name, Max: int(group.Max), Default: category.Category(group.Default),
		})
	}
	return product
}

func (e ruleEntry) rule(f *faults, place, currency string) rewards.Rule {
	if e.RateBps == nil {
		f.addf("%s: rateBps is required, also when zero", place)
	}
	rule := rewards.Rule{
		ID: e.ID, Kind: rewards.Kind(e.Kind), Category: category.Category(e.Category), MerchantSlug: e.Merchant, Label: e.Label,
		RateBps:   orZero(e.RateBps),
		ValidFrom: f.date(e.ValidFrom, place+": validFrom"), ValidTo: f.date(e.ValidTo, place+": validTo"),
		Quarter: rewards.Quarter(e.Quarter), RequiresActivation: e.RequiresActivation, ChoiceGroup: e.ChoiceGroup,
		DomesticOnly: e.DomesticOnly, ExcludedMerchants: e.ExcludedMerchants,
		Source: e.Source, Illustrative: e.Illustrative, Note: e.Note, AsOf: e.check(f, place),
	}
	if e.Cap != nil {
		rule.Cap = &money.Money{Amount: int64(e.Cap.Amount), Currency: currency}
		rule.CapPeriod = rewards.Period(e.Cap.Period)
		rule.SharedCapGroup = e.Cap.Group
	}
	return rule
}

// check asks for a source that can be opened, the day it was read, and an explanation of what is not confirmed.
func (p provenance) check(f *faults, place string) rewards.Date {
	if !isHTTPS(p.Source) {
		f.addf("%s: source must be an https address", place)
	}
	if p.AsOf == "" {
		f.addf("%s: asOf is required", place)
	}
	if p.Illustrative && p.Note == "" {
		f.addf("%s: what is illustrative needs a note", place)
	}
	return f.date(p.AsOf, place+": asOf")
}

func (f *faults) uuid(seen map[string]bool, id, place string) {
	// The canonical form only: the id is compared as text.
	if parsed, err := uuid.Parse(id); err != nil || parsed.String() != id || parsed.Version() != 7 {
		f.addf("%s: id %q is not a UUID of version 7", place, id)
	}
	f.once(seen, "id", id, place)
}

func (f *faults) slug(seen map[string]bool, slug, place string) {
	if !slugPattern.MatchString(slug) {
		f.addf("%s: slug %q must be lower case words joined by dashes", place, slug)
	}
	f.once(seen, "slug", slug, place)
}

func (f *faults) date(text, place string) rewards.Date {
	if text == "" {
		return rewards.Date{}
	}
	date, err := rewards.ParseDate(text)
	if err != nil {
		f.addf("%s: %w", place, err)
	}
	return date
}

func isHTTPS(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && parsed.Scheme == "https" && parsed.Host != ""
}

func orZero(number *whole) int64 {
	if number == nil {
		return 0
	}
	return int64(*number)
}
