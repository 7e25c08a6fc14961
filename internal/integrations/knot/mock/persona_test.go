package mock

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
)

func TestUsersWithoutAPersonaHaveFourMerchants(t *testing.T) {
	t.Parallel()
	used := map[int64]int{}
	for i := range 200 {
		userRef := fmt.Sprintf("u-%d", i)
		merchants := Persona{}.merchants(userRef)
		require.Len(t, merchants, 4)
		require.Equal(t, merchants, Persona{}.merchants(userRef))
		var kinds []string
		for _, m := range merchants {
			used[m.ID]++
			kinds = append(kinds, m.Kind)
			require.NotEmpty(t, Persona{}.cardsAt(userRef, m))
		}
		require.Subset(t, kinds, []string{KindDelivery, KindGroceries, KindShopping})
	}
	for _, m := range Merchants() {
		require.Greater(t, used[m.ID], 20, "%s is nobody's", m.Name)
	}
}

func TestPersonaDecides(t *testing.T) {
	t.Parallel()
	persona := Persona{
		Merchants: []int64{19, 40, 165},
		Cards: []Card{
			{Brand: accounts.BrandAmex, LastFour: "1005", Share: 3},
			{Brand: accounts.BrandVisa, LastFour: "4242", Share: 1},
		},
	}

	t.Run("which cards pay, and how often", func(t *testing.T) {
		t.Parallel()
		used := map[string]int{}
		for _, order := range Orders("alice", persona, 19, someDay) {
			for _, payment := range order.Payments {
				used[payment.Brand+payment.LastFour]++
			}
		}
		require.Greater(t, used["amex1005"], used["visa4242"])
		require.Positive(t, used["visa4242"])
		delete(used, "") // not a card
		require.Len(t, used, 2)
	})
	t.Run("but a merchant takes only the networks it takes", func(t *testing.T) {
		t.Parallel()
		for _, order := range Orders("alice", persona, 165, someDay) {
			require.Equal(t, "4242", order.Payments[0].LastFour)
		}
		amexOnly := persona
		amexOnly.Cards = persona.Cards[:1]
		for _, order := range Orders("alice", amexOnly, 165, someDay) {
			require.Equal(t, []accounts.OrderPayment{{Type: accounts.PaymentGiftCard, Amount: order.Total}}, order.Payments)
		}
	})
	t.Run("how often orders are placed", func(t *testing.T) {
		t.Parallel()
		often, seldom := persona, persona
		often.CadencePercent, seldom.CadencePercent = 150, 50
		count := len(Orders("alice", persona, 19, someDay))
		require.Greater(t, len(Orders("alice", often, 19, someDay)), count*13/10)
		require.Less(t, len(Orders("alice", seldom, 19, someDay)), count*7/10)
	})
	t.Run("what is bought", func(t *testing.T) {
		t.Parallel()
		fond := persona
		fond.Favourites = []string{"indian"}
		require.Greater(t, ordersFrom("(Tikka House)", fond), 2*ordersFrom("(Tikka House)", persona))
	})
	t.Run("and a change of cards changes nothing else", func(t *testing.T) {
		t.Parallel()
		other := persona
		other.Cards = []Card{{Brand: accounts.BrandDiscover, LastFour: "0042", Share: 1}}
		before, after := Orders("alice", persona, 19, someDay), Orders("alice", other, 19, someDay)
		for i := range before {
			before[i].Payments, after[i].Payments = nil, nil
		}
		require.Equal(t, before, after)
	})
}

func ordersFrom(store string, persona Persona) int {
	count := 0
	for i := range 5 {
		for _, order := range Orders(fmt.Sprintf("u-%d", i), persona, 19, someDay) {
			if name := order.Items[0].Name; name[max(0, len(name)-len(store)):] == store {
				count++
			}
		}
	}
	return count
}

func TestPersonaIsValidated(t *testing.T) {
	t.Parallel()
	const number = "4111111111111111"
	tests := []struct {
		name    string
		persona Persona
		wants   string
	}{
		{"a merchant that does not exist", Persona{Merchants: []int64{999}}, "no merchant 999"},
		{"a merchant twice", Persona{Merchants: []int64{19, 19}}, "stands twice"},
		{"a cadence that is absurd", Persona{CadencePercent: 501}, "cadence"},
		{"a brand nobody knows", Persona{Cards: []Card{{Brand: "VISA", LastFour: "4242", Share: 1}}}, "brand"},
		{"a whole card number", Persona{Cards: []Card{{Brand: "visa", LastFour: number, Share: 1}}}, "last four"},
		{"a card without a share", Persona{Cards: []Card{{Brand: "visa", LastFour: "4242"}}}, "share"},
		{"a category nobody sells", Persona{Favourites: []string{"yachts"}}, "yachts"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.persona.Validate()
			require.ErrorContains(t, err, tt.wants)
			require.NotContains(t, err.Error(), number, "a number in the wrong place must not reach a log")
			require.Panics(t, func() { Orders("alice", tt.persona, 19, someDay) })
		})
	}
	require.NoError(t, Persona{}.Validate())
	require.True(t, slices.IsSortedFunc(Merchants(), func(a, b Merchant) int { return int(a.ID - b.ID) }))
}
