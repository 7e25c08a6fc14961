package mock

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestCatalogueHoldsTheMerchantsTheVendorCallsByTheseIDs(t *testing.T) {
	t.Parallel()
	merchants, err := loadCatalogue(catalogueFiles)
	require.NoError(t, err)
	names := map[int64]string{}
	for _, m := range merchants {
		names[m.ID] = m.Name
	}
	require.Equal(t, map[int64]string{
		10: "Uber", 12: "Target", 19: "DoorDash", 36: "Uber Eats", 40: "Instacart", 44: "Amazon", 45: "Walmart", 165: "Costco",
	}, names)
}

func TestMerchantsCannotChangeTheCatalogue(t *testing.T) {
	t.Parallel()
	first := Merchants()
	require.NotEmpty(t, first[0].Products)
	require.NotEmpty(t, first[0].Categories)
	first[0].Products[0], first[0].Categories[0] = "changed", "changed"
	require.NotEqual(t, first, Merchants())
}

func TestCatalogueIsStrict(t *testing.T) {
	t.Parallel()
	valid, err := catalogueFiles.ReadFile("catalogue/uber.yaml")
	require.NoError(t, err)
	_, err = decodeMerchant(valid)
	require.NoError(t, err)

	tests := []struct{ name, old, new, wants string }{
		{"an unknown key", "slug: uber", "slug: uber\nsulg: uber", "sulg"},
		{"an unknown key of an item", "price: 1780,", "price: 1780, color: red,", "color"},
		{"a second document", "name: UberX ride", "name: UberX ride}]\n---\n#", ""},
		{"a price that is not whole cents", "price: 1780", "price: 17.80", "not a whole number"},
		{"a price of nothing", "price: 1780", "price: 0", "needs a name, a price"},
		{"a sku twice", "ride-comfort", "ride-uberx", "is empty or taken"},
		{"an unknown kind", "kind: rides", "kind: planes", "unknown kind"},
		{"an unknown status", "status: completed", "status: cancelled", "unknown status"},
		{"an unknown payment", "type: venmo", "type: barter", "unknown payment"},
		{"a host that may be somebody's", "uber.example", "uber.com", ".example host"},
		{"an hour that does not exist", "to: 24", "to: 25", "hours"},
		{"a week of six days", "weekdays: [3, ", "weekdays: [", "weekdays"},
		{"a basket nobody can fill", "basket: {min: 1, max: 1}", "basket: {min: 2, max: 2}", "cannot fill a basket"},
		{"a fee of nothing", "amounts: [235, 275, 310, 365]", "amounts: []", "want amounts or a rate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(string(valid), tt.old, tt.new, 1)
			require.NotEqual(t, string(valid), text)
			_, err := decodeMerchant([]byte(text))
			require.ErrorContains(t, err, tt.wants)
		})
	}

	t.Run("an id twice", func(t *testing.T) {
		t.Parallel()
		_, err := loadCatalogue(fstest.MapFS{"catalogue/a.yaml": {Data: valid}, "catalogue/b.yaml": {Data: valid}})
		require.ErrorContains(t, err, "taken")
	})
}
