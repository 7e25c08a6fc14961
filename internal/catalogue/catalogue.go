// Package catalogue reads the two seed files that describe the outside world: card products with their reward rules,
// and merchants. It decodes strictly and checks everything that can be checked without a database, so that a wrong
// figure is refused when the files are loaded and not discovered in somebody's advice.
//
// It is pure: files come from an fs.FS, results are plain values, nothing is stored.
package catalogue

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/lattice-money/lattice/internal/engine/rewards"
)

// The names of the two files within their folder.
const (
	ProductsFile  = "card_products.yaml"
	MerchantsFile = "merchants.yaml"
)

// Catalogue is everything both files say, in their order.
type Catalogue struct {
	Products  []rewards.Product // with RuleVersion filled in
	Merchants []Merchant
}

// Load reads both files from folder ("." for the root) and checks them against each other: every merchant that a
// product names must exist. The error lists all faults at once, each with its file and place; nothing is returned then.
func Load(fsys fs.FS, folder string) (Catalogue, error) {
	products, productsErr := LoadProducts(fsys, path.Join(folder, ProductsFile))
	merchants, merchantsErr := LoadMerchants(fsys, path.Join(folder, MerchantsFile))
	if err := errors.Join(productsErr, merchantsErr); err != nil {
		return Catalogue{}, err
	}
	if err := crossCheck(products, merchants); err != nil {
		return Catalogue{}, err
	}
	return Catalogue{Products: products, Merchants: merchants}, nil
}

func crossCheck(products []rewards.Product, merchants []Merchant) error {
	slugs := make(map[string]bool, len(merchants))
	for _, merchant := range merchants {
		slugs[merchant.Slug] = true
	}
	var faults []error
	for _, product := range products {
		named := slices.Clone(product.OnlyAt)
		for _, rule := range product.Rules {
			named = append(named, rule.ExcludedMerchants...)
			if rule.MerchantSlug != "" {
				named = append(named, rule.MerchantSlug)
			}
		}
		slices.Sort(named)
		for _, slug := range slices.Compact(named) {
			if !slugs[slug] {
				faults = append(faults, fmt.Errorf("%s: product %s: no merchant %q in %s", ProductsFile, product.Slug, slug, MerchantsFile))
			}
		}
	}
	return errors.Join(faults...)
}

// decode reads one YAML document into target and refuses unknown keys, duplicate keys and further documents.
func decode(fsys fs.FS, name string, target any) error {
	content, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("catalogue: %w", err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(target); err != nil {
		return fmt.Errorf("catalogue: %s: %w", name, err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("catalogue: %s: more than one document", name)
	}
	return nil
}

// whole is a number without decimals. The YAML library would cut 9.5 down to 9; a figure here is whole or refused.
type whole int64

// UnmarshalYAML implements yaml.Unmarshaler.
func (w *whole) UnmarshalYAML(node *yaml.Node) error {
	var number int64
	if node.ShortTag() != "!!int" {
		return fmt.Errorf("line %d: %q is not a whole number", node.Line, node.Value)
	}
	if err := node.Decode(&number); err != nil {
		return err
	}
	*w = whole(number)
	return nil
}

// faults collects what is wrong with one file.
type faults struct {
	file string
	errs []error
}

func (f *faults) addf(format string, args ...any) {
	f.errs = append(f.errs, fmt.Errorf("%s: %w", f.file, fmt.Errorf(format, args...)))
}

// once adds a fault when value was seen before under the same name.
func (f *faults) once(seen map[string]bool, name, value, place string) {
	key := name + "\x00" + value
	if seen[key] {
		f.addf("%s: %s %q is used twice", place, name, value)
	}
	seen[key] = true
}

func (f *faults) err() error { return errors.Join(f.errs...) }
