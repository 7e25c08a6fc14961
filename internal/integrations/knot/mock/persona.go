package mock

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/lattice-money/lattice/internal/accounts"
)

// ordinaryCadence is the cadence of a persona that names none.
const ordinaryCadence = 100

// Persona says how somebody shops. What it leaves out, the user's reference decides; the zero value leaves out all.
type Persona struct {
	// AccountName is what the merchants know the user by, such as an e-mail address.
	AccountName string `yaml:"accountName"`
	// Merchants are the ids of the merchants the user has accounts at; none means four of all.
	Merchants []int64 `yaml:"merchants"`
	// CadencePercent is how often the user orders, in percent of an ordinary customer; 0 means 100, 500 is the most.
	// Nobody falls below one order per merchant and month.
	CadencePercent int `yaml:"cadencePercent"`
	// Cards are what the user pays with; none means two of the reference's choosing. A merchant that takes none of
	// them is paid by gift card.
	Cards []Card `yaml:"cards"`
	// Favourites are the categories (Merchant.Categories) the user buys from more than others do.
	Favourites []string `yaml:"favourites"`
}

// Card is a card the user pays with.
type Card struct {
	Brand    string `yaml:"brand"`    // one of the accounts.Brand constants
	LastFour string `yaml:"lastFour"` // never more of the number
	Share    int    `yaml:"share"`    // how often compared with the other cards
}

var lastFourPattern = regexp.MustCompile(`^[0-9]{4}$`)

// Validate collects every fault. It never repeats what stands where four digits should.
func (p Persona) Validate() error {
	var faults []error
	for i, id := range p.Merchants {
		if merchantByID(id) == nil {
			faults = append(faults, fmt.Errorf("mock: there is no merchant %d", id))
		}
		if slices.Contains(p.Merchants[:i], id) {
			faults = append(faults, fmt.Errorf("mock: merchant %d stands twice", id))
		}
	}
	if p.CadencePercent < 0 || p.CadencePercent > 500 {
		faults = append(faults, fmt.Errorf("mock: cadence of %d percent", p.CadencePercent))
	}
	for i, card := range p.Cards {
		if !slices.Contains(networks, card.Brand) {
			faults = append(faults, fmt.Errorf("mock: card %d has unknown brand %q", i, card.Brand))
		}
		if !lastFourPattern.MatchString(card.LastFour) {
			faults = append(faults, fmt.Errorf("mock: card %d: want the last four digits and nothing else", i))
		}
		if card.Share < 1 {
			faults = append(faults, fmt.Errorf("mock: card %d has no share", i))
		}
	}
	for _, category := range p.Favourites {
		if !slices.ContainsFunc(catalogue(), func(m *merchant) bool { return m.sells(category) }) {
			faults = append(faults, fmt.Errorf("mock: nobody sells %q", category))
		}
	}
	return errors.Join(faults...)
}

func (m *merchant) sells(category string) bool {
	return slices.ContainsFunc(m.Shelves, func(s shelf) bool { return s.Category == category })
}

// merchants are those the user has accounts at, by id.
func (p Persona) merchants(userRef string) []*merchant {
	if len(p.Merchants) == 0 {
		return defaultMerchants(userRef)
	}
	return slices.DeleteFunc(slices.Clone(catalogue()), func(m *merchant) bool { return !slices.Contains(p.Merchants, m.ID) })
}

func (p Persona) uses(userRef string, merchantID int64) bool {
	return slices.ContainsFunc(p.merchants(userRef), func(m *merchant) bool { return m.ID == merchantID })
}

// defaultMerchants are one of each kind that every screen wants to show, and one more.
func defaultMerchants(userRef string) []*merchant {
	ranked := slices.Clone(catalogue())
	slices.SortFunc(ranked, func(a, b *merchant) int {
		return cmp.Compare(newDraw("merchant", userRef, a.ID).Next(), newDraw("merchant", userRef, b.ID).Next())
	})
	var chosen []*merchant
	take := func(fits func(*merchant) bool) {
		if i := slices.IndexFunc(ranked, fits); i >= 0 {
			chosen = append(chosen, ranked[i])
			ranked = slices.Delete(ranked, i, i+1)
		}
	}
	for _, kind := range []string{KindDelivery, KindGroceries, KindShopping} {
		take(func(m *merchant) bool { return m.Kind == kind })
	}
	take(func(*merchant) bool { return true })
	slices.SortFunc(chosen, func(a, b *merchant) int { return cmp.Compare(a.ID, b.ID) })
	return chosen
}

// cardsAt are the user's cards that the merchant takes.
func (p Persona) cardsAt(userRef string, m *merchant) []Card {
	cards := p.Cards
	if len(cards) == 0 {
		cards = defaultCards(userRef)
	}
	return slices.DeleteFunc(slices.Clone(cards), func(c Card) bool { return !m.accepts(c.Brand) })
}

// defaultCards are two; the second is one that every merchant takes.
func defaultCards(userRef string) []Card {
	d := newDraw("cards", userRef)
	return []Card{
		{Brand: pick(d, networks), LastFour: lastFour(d), Share: 70},
		{Brand: accounts.BrandVisa, LastFour: lastFour(d), Share: 30},
	}
}

func lastFour(d *draw) string { return fmt.Sprintf("%04d", d.below(10_000)) }
