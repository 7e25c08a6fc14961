package catalogue

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/lattice-money/lattice/internal/engine/category"
)

// What a linkable merchant offers through Knot.
const (
	OffersTransactions = "transactions"  // orders can be read
	OffersCardSwitcher = "card_switcher" // the card on file can be changed
)

// FirstOwnMerchantID is the least id of merchants that Knot does not know; Knot's ids are far below.
const FirstOwnMerchantID = 100_000

// mostReturnDays bounds what is believed of a return window: a year.
const mostReturnDays = 366

// Merchant is a place where people buy.
type Merchant struct {
	ID               int64 // Knot's id when Linkable, else ours, from FirstOwnMerchantID
	Name             string
	Slug             string
	Category         category.Category
	LogoURL          string // https, or empty
	Linkable         bool
	Products         []string // OffersTransactions, OffersCardSwitcher; empty unless Linkable
	Aliases          []string // normalized names, the merchant's own among them; unique over all merchants
	AcceptedNetworks []string // empty means every network
	ReturnDays       int      // how long things are taken back after the purchase; 0 where that is not known
}

// RefusedNetworks lists the card networks the merchant does not take, sorted; the form rewards.Purchase wants.
func (m Merchant) RefusedNetworks() []string {
	if len(m.AcceptedNetworks) == 0 {
		return nil
	}
	var refused []string
	for network := range networks {
		if !slices.Contains(m.AcceptedNetworks, network) {
			refused = append(refused, network)
		}
	}
	slices.Sort(refused)
	return refused
}

type (
	merchantsDocument struct {
		Merchants []merchantEntry `yaml:"merchants"`
	}
	merchantEntry struct {
		ID               whole    `yaml:"id"`
		Name             string   `yaml:"name"`
		Slug             string   `yaml:"slug"`
		Category         string   `yaml:"category"`
		LogoURL          string   `yaml:"logoUrl"`
		Linkable         bool     `yaml:"linkable"`
		Products         []string `yaml:"products"`
		Aliases          []string `yaml:"aliases"`
		AcceptedNetworks []string `yaml:"acceptedNetworks"`
		ReturnDays       whole    `yaml:"returnDays"`
	}
)

// LoadMerchants reads merchants from one file: known keys only, ids, slugs and aliases unique, ids in the right range,
// categories and networks known, aliases normalized and complete. The error lists all faults.
func LoadMerchants(fsys fs.FS, name string) ([]Merchant, error) {
	var document merchantsDocument
	if err := decode(fsys, name, &document); err != nil {
		return nil, err
	}
	f := &faults{file: name}
	seen := map[string]bool{}
	merchants := make([]Merchant, 0, len(document.Merchants))
	for _, entry := range document.Merchants {
		place := "merchant " + entry.Slug
		f.once(seen, "id", strconv.FormatInt(int64(entry.ID), 10), place)
		f.slug(seen, entry.Slug, place)
		entry.check(f, seen, place)
		merchants = append(merchants, Merchant{
			ID: int64(entry.ID), Name: entry.Name, Slug: entry.Slug, Category: category.Category(entry.Category), LogoURL: entry.LogoURL,
			Linkable: entry.Linkable, Products: entry.Products, Aliases: entry.Aliases, AcceptedNetworks: entry.AcceptedNetworks,
			ReturnDays: int(entry.ReturnDays),
		})
	}
	if len(merchants) == 0 {
		f.addf("no merchants")
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	return merchants, nil
}

func (e merchantEntry) check(f *faults, seen map[string]bool, place string) {
	if e.Name == "" {
		f.addf("%s: name is required", place)
	}
	if !category.Category(e.Category).Valid() {
		f.addf("%s: unknown category %q", place, e.Category)
	}
	if e.LogoURL != "" && !isHTTPS(e.LogoURL) {
		f.addf("%s: logoUrl must be an https address", place)
	}
	if e.ID <= 0 || e.Linkable != (e.ID < FirstOwnMerchantID) {
		f.addf("%s: id %d: linkable merchants carry Knot's id, others one from %d on", place, e.ID, FirstOwnMerchantID)
	}
	if e.Linkable != (len(e.Products) > 0) {
		f.addf("%s: linkable merchants, and only they, have products", place)
	}
	for i, product := range e.Products {
		if (product != OffersTransactions && product != OffersCardSwitcher) || slices.Contains(e.Products[:i], product) {
			f.addf("%s: unknown or repeated product %q", place, product)
		}
	}
	if e.ReturnDays < 0 || e.ReturnDays > mostReturnDays {
		f.addf("%s: returnDays is from 1 to %d, or left out", place, mostReturnDays)
	}
	for i, network := range e.AcceptedNetworks {
		if !networks[network] || slices.Contains(e.AcceptedNetworks[:i], network) {
			f.addf("%s: unknown or repeated network %q", place, network)
		}
	}
	for _, alias := range e.Aliases {
		if alias == "" || Normalize(alias) != alias {
			f.addf("%s: alias %q is not normalized, write %q", place, alias, Normalize(alias))
		}
		f.once(seen, "alias", alias, place)
	}
	if !slices.Contains(e.Aliases, Normalize(e.Name)) {
		f.addf("%s: its own name is missing among the aliases, add %q", place, Normalize(e.Name))
	}
}

// Normalize brings a merchant's name as people type it or receipts print it to the form of aliases: lower case,
// apostrophes dropped, anything else but letters and digits a space, single spaces. "Trader Joe's" is "trader joes",
// "AT&T" is "at t".
func Normalize(name string) string {
	var b strings.Builder
	for _, char := range strings.ToLower(name) {
		switch {
		case char == '\'' || char == '’':
		case unicode.IsLetter(char) || unicode.IsDigit(char):
			b.WriteRune(char)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
