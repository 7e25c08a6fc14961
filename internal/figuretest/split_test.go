package figuretest

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// bill is what a question asks to be divided. The total is the question's own, or that of the one order cited.
type bill struct {
	Total   int64            `yaml:"total"`
	Weights map[string]int64 `yaml:"weights"` // by name; "me" is whoever asks
	Exact   map[string]int64 `yaml:"exact"`   // amounts instead of weights
	Paid    string           `yaml:"paid"`    // who paid; nobody was said to have when empty
	Tip     int64            `yaml:"tip"`     // percent on top of the total
}

// checkSplit divides the bill again: every share is its weight's part of the total, a cent more where it does not divide.
func checkSplit(c *check) {
	asked := c.question.Bill
	require.NotNil(c, asked, "the question says what is divided")
	drawer, ok := c.drawer().(map[string]any)
	require.True(c, ok, c.message.Content)
	total := asked.Total
	if receipt, ok := drawer["receipt"].(map[string]any); ok {
		require.Zero(c, total)
		require.Len(c, c.evidence.orders, 1)
		require.Equal(c, c.evidence.orders[0].ID.String(), receipt["transactionId"])
		total = c.evidence.orders[0].Total
	} else {
		require.Empty(c, c.message.Sources)
	}
	total += divide(total*asked.Tip, 100)
	c.claim("/total/amount", total)
	c.money(total, "USD")

	var weights, sum int64
	for _, weight := range asked.Weights {
		weights += weight
	}
	owed := map[string]int64{}
	for i, value := range drawer["shares"].([]any) {
		share := value.(map[string]any)
		name := c.called(share)
		shown, err := share["amount"].(map[string]any)["amount"].(interface{ Int64() (int64, error) }).Int64()
		require.NoError(c, err)
		if exact, ok := asked.Exact[name]; ok {
			require.Equal(c, exact, shown, name)
		} else {
			weight, ok := asked.Weights[name]
			require.True(c, ok, "%s was not to carry anything", name)
			floor := total * weight / weights
			require.True(c, shown == floor || shown == floor+1 && total*weight%weights != 0, "%s carries %d of %d", name, shown, total)
		}
		owed[name] = shown
		sum += shown
		c.claim(fmt.Sprintf("/shares/%d/amount/amount", i), shown)
		c.money(shown, "USD")
	}
	require.Len(c, owed, len(asked.Weights)+len(asked.Exact))
	require.Equal(c, total, sum, "the shares add up to the total")

	if asked.Paid == "" {
		require.Empty(c, drawer["paidBy"])
		require.Empty(c, drawer["transfers"])
		return
	}
	require.Len(c, drawer["paidBy"], 1)
	c.claim("/paidBy/0/amount/amount", total)
	delete(owed, asked.Paid)
	for i, value := range drawer["transfers"].([]any) {
		transfer := value.(map[string]any)
		from := c.called(map[string]any{"name": transfer["from"]})
		require.Equal(c, asked.Paid, c.called(map[string]any{"name": transfer["to"]}))
		require.Contains(c, owed, from)
		c.claim(fmt.Sprintf("/transfers/%d/amount/amount", i), owed[from])
		delete(owed, from)
	}
	for name, amount := range owed {
		require.Zero(c, amount, "%s owes it and nobody says so", name)
	}
}

// called is the name the question uses for somebody of the drawer.
func (c *check) called(part map[string]any) string {
	name := part["name"].(string)
	if name == c.person.name {
		return "me"
	}
	if id, ok := part["userId"].(string); ok {
		require.Equal(c, c.person.id, uuid.MustParse(id), "only who asks is known in a chat of their own")
	}
	return name
}
