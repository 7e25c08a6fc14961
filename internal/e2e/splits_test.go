package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

func splitOf(t *testing.T, message api.Message) api.SplitDrawer {
	t.Helper()
	require.Equal(t, api.ActionSplit, message.Action.MustGet())
	require.False(t, message.DrawerData.IsNull(), "the reply has a drawer: %s", message.Content)
	drawer, err := message.DrawerData.MustGet().AsSplitDrawer()
	require.NoError(t, err)
	var shared int64
	for _, share := range drawer.Shares {
		shared += share.Amount.Amount
	}
	require.Equal(t, drawer.Total.Amount, shared)
	return drawer
}

func TestABillIsDividedInAChatOfOnesOwn(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Trip")
	split := splitOf(t, dana.ask(chat, "Split a $90 dinner between me, Bob and Carol"))
	require.Equal(t, api.SplitMethodEqual, split.Method)
	require.Equal(t, dana.user.ID, split.Shares[0].UserID.MustGet())
	require.True(t, split.Shares[1].UserID.IsNull(), "people of a message have no account")
	require.Empty(t, split.PaidBy)

	split = splitOf(t, dana.ask(chat, "Split a $90 dinner between me, Bob and Carol, I paid"))
	require.Len(t, split.Transfers, 2)
	require.EqualValues(t, 3000, split.Transfers[0].Amount.Amount)

	open := dana.ask(chat, "Split dinner with Tom")
	require.True(t, open.DrawerData.IsNull())
	require.Contains(t, open.Content, "How much")
	wrong := dana.ask(chat, "Split $210: Ana 40%, Ben 40%, me 17%")
	require.True(t, wrong.DrawerData.IsNull())
	require.Contains(t, wrong.Content, "97%")
}

// The people of a group are its members, and in it a receipt is its owner's to show.
func TestABillIsDividedAmongTheMembersOfAGroup(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	group := dana.newGroup("Ski Trip", bob.email)
	bob.join(dana, group)
	chat := group.ID.String()
	split := splitOf(t, dana.ask(chat, "@lattice split $75 evenly, Bob paid"))
	require.Len(t, split.Shares, 2)
	require.Equal(t, bob.user.ID, split.PaidBy[0].UserID.MustGet())
	require.Equal(t, "Dana Kim", split.Transfers[0].From)
	require.Equal(t, "Bob Lane", split.Transfers[0].To)
	require.Contains(t, dana.ask(chat, "@lattice split $75 between me and Zoe").Content, "Zoe")

	dana.link()
	receipt := dana.oneOrder()
	s.exec(t, `UPDATE transactions SET placed_at = $2, total = 8412, currency = 'USD', status = 'delivered',
		merchant_id = (SELECT id FROM merchants WHERE slug = 'instacart') WHERE id = $1`, receipt, today.Add(-time.Minute))
	const question = "@lattice split my last Instacart order"
	hidden := dana.ask(chat, question)
	require.True(t, hidden.DrawerData.IsNull())
	require.NotContains(t, hidden.Content, "84.12")
	dana.shares(group, true)
	split = splitOf(t, dana.ask(chat, question))
	require.EqualValues(t, 8412, split.Total.Amount)
	require.Equal(t, receipt, split.Receipt.MustGet().TransactionID)
	require.True(t, bob.ask(chat, question).DrawerData.IsNull(), "another's receipt is not Bob's to show")
}
