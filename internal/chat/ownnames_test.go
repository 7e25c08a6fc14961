package chat

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

// Why: "my Costco card" names a card, and an answer for a purchase at Costco was to another question.
func TestPlanCard_TakesTheNamesOfCardsForCards(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Use my Costco card or Gold for a $100 dinner?":        "Read the question: a card for $100.00 (dining)",
		"Compare my Gold and my Costco card for dining":        "Read the question: a card for $100.00 (dining)",
		"which card for a $100 dinner, Gold or Costco?":        "Read the question: a card for $100.00 (dining)",
		"¿uso la tarjeta Costco o Gold para 100 dólares?":      "Read the question: a card for $100.00 (everything else)",
		"which card for $100 at Costco?":                       "Read the question: a card for $100.00 at Costco (wholesale clubs)",
		"Use my Costco card or Gold for $100 at Costco?":       "Read the question: a card for $100.00 at Costco (wholesale clubs)",
		"what is the best Costco card for a $100 purchase?":    "Read the question: a card for $100.00 at Costco (wholesale clubs)",
		"which card for $100 at Instacart, my Costco or Gold?": "Read the question: a card for $100.00 at Instacart (everything else)",
	} {
		q := asked(text)
		q.lexicon = shops()
		q.wallet = walletOfTwo()
		q.wallet[0].Product.Name, q.wallet[1].Product.Name = "Gold", "Costco Anywhere"
		q.read()
		plan, err := q.plan()
		require.NoError(t, err)
		require.Equal(t, want, plan.Thinking[0], text)
	}
}

func shops() spending.Lexicon {
	return spending.NewLexicon([]spending.Merchant{
		{Slug: "instacart", Name: "Instacart"},
		{Slug: "costco", Name: "Costco", Category: "wholesale_clubs"},
		{Slug: "target", Name: "Target", Category: "department_stores"},
		{Slug: "amazon", Name: "Amazon", Category: "online_retail"},
	})
}
