package chat

import (
	"encoding/json"
	"regexp"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/engine/split"
)

var (
	alice = Sender{ID: uuid.MustParse("01930000-0000-7000-a000-000000000001"), Name: "Alice Chen"}
	bob   = Sender{ID: uuid.MustParse("01930000-0000-7000-a000-000000000002"), Name: "Bob Martinez"}
	carol = Sender{ID: uuid.MustParse("01930000-0000-7000-a000-000000000003"), Name: "Carol Diaz"}
	trip  = uuid.MustParse("01930000-0000-7000-a000-0000000000aa")
	order = uuid.MustParse("01930000-0000-7000-a000-0000000000bb")
)

// asked is a question of Alice's in a chat of her own.
func asked(text string, history ...string) question {
	return question{
		text: text, history: history, chatType: TypeSolo, now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), location: time.UTC,
		currency: "USD", private: true, asker: alice.ID, members: []Sender{alice},
		lexicon: spending.NewLexicon([]spending.Merchant{{Slug: "instacart", Name: "Instacart"}, {Slug: "costco", Name: "Costco"}}),
	}
}

// askedInGroup is one in a group of three whose amounts are in dollars, and which does not see her purchases.
func askedInGroup(text string) question {
	q := asked(text)
	q.chatType, q.private, q.groupCurrency, q.members = TypeGroup, false, "USD", []Sender{alice, bob, carol}
	return q
}

func instacart() insights.Order {
	return insights.Order{
		ID: order.String(), MerchantSlug: "instacart", MerchantName: "Instacart", Status: "delivered", Currency: "USD",
		PlacedAt: time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC), Subtotal: 8000, Total: 9000,
		Items: []insights.Item{
			{Name: "Atlantic salmon", Quantity: 1, UnitPrice: 5000, Total: 5000}, {Name: "Oat milk", Quantity: 2, UnitPrice: 1500, Total: 3000},
		},
		Adjustments: []insights.Adjustment{{Type: "tip", Label: "Tip", Amount: 1000}},
	}
}

var digit = regexp.MustCompile(`\d`)

// planned is the answer; every figure of it stands in a fact.
func planned(t *testing.T, q question) (Plan, *splitDrawer) {
	t.Helper()
	plan, err := planSplit(q)
	require.NoError(t, err)
	require.Equal(t, "split", *plan.Action)
	require.NotEmpty(t, plan.Thinking)
	require.NotRegexp(t, digit, wholePlaceholder.ReplaceAllString(plan.Template, ""))
	if len(plan.Drawer) == 0 {
		return plan, nil
	}
	var drawer splitDrawer
	require.NoError(t, json.Unmarshal(plan.Drawer, &drawer))
	return plan, &drawer
}

func TestPlanSplit_NamesPeopleOfASoloChat(t *testing.T) {
	t.Parallel()
	plan, drawer := planned(t, asked("Split $100 between me, Bob and Carol"))
	require.Equal(t, "Of $100.00: Alice Chen $33.34, Bob $33.33 and Carol $33.33. Tell me who paid, and I can say who owes whom.", plan.Text())
	me := alice.ID.String()
	require.Equal(t, splitDrawer{
		Kind: "split", Total: usd(10000), Method: "equal", PaidBy: []splitPart{}, Transfers: []splitTransfer{},
		Shares: []splitShare{
			{splitPart{&me, "Alice Chen", usd(3334)}, "pending"},
			{splitPart{nil, "Bob", usd(3333)}, "pending"},
			{splitPart{nil, "Carol", usd(3333)}, "pending"},
		},
	}, *drawer)
}

func TestPlanSplit_SaysWhoOwesWhomWhenItKnowsWhoPaid(t *testing.T) {
	t.Parallel()
	plan, drawer := planned(t, asked("I paid", "Split $90 between me, Bob and Carol"))
	require.Equal(t, "Divided between Alice Chen, Bob and Carol, $90.00 makes $30.00 each. "+
		"Bob owes Alice Chen $30.00. Carol owes Alice Chen $30.00.", plan.Text())
	require.Equal(t, []splitTransfer{{"Bob", "Alice Chen", usd(3000)}, {"Carol", "Alice Chen", usd(3000)}}, drawer.Transfers)
	require.Equal(t, "paid", drawer.Shares[0].Status)
	require.Equal(t, "pending", drawer.Shares[1].Status)
	require.Len(t, drawer.PaidBy, 1)
	require.Equal(t, []string{
		"Read the message: $90.00 between Alice Chen, Bob and Carol, equally",
		"Divided it, and checked that the shares make $90.00",
		"Worked out who owes whom: 2 payments",
	}, plan.Thinking)
}

func TestPlanSplit_CountsWhatWasHandedOver(t *testing.T) {
	t.Parallel()
	_, drawer := planned(t, asked("I paid the $130 booking for the two of us, Andre already gave me 40, split it with Andre"))
	require.Equal(t, []splitTransfer{{"Andre", "Alice Chen", usd(2500)}}, drawer.Transfers)
}

// An expense of a group has to be paid by somebody; who is presumed to have done so is said.
func TestPlanSplit_InAGroupPresumesTheAskerPaidAndSaysSo(t *testing.T) {
	t.Parallel()
	plan, drawer := planned(t, askedInGroup("@lattice split 90 evenly"))
	require.Contains(t, plan.Text(), "I took it that Alice Chen paid. Tell me if somebody else did.")
	require.Equal(t, alice.ID.String(), *drawer.PaidBy[0].UserID)
	require.Equal(t, bob.ID.String(), *drawer.Shares[1].UserID)
	require.Len(t, drawer.Transfers, 2)

	plan, drawer = planned(t, askedInGroup("@lattice split 90 evenly, Bob paid"))
	require.NotContains(t, plan.Text(), "I took it")
	require.Equal(t, bob.ID.String(), *drawer.PaidBy[0].UserID)
}

// Why: a name that is on no list is somebody's all the same when a member of the chat bears it.
func TestQuestionIsReadWithTheNamesOfTheMembers(t *testing.T) {
	t.Parallel()
	q := askedInGroup("split 40 with xochitl")
	q.read()
	require.Empty(t, q.reading.People)
	q.members = append(q.members, Sender{ID: uuid.New(), Name: "Xóchitl Pérez"})
	q.read()
	require.Equal(t, []string{"xochitl"}, q.reading.People)
}

func TestPlanSplit_TellsWhatDoesNotAddUp(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Bob 40%, Carol 40%, me 17% of $210": "These parts make 97% instead of 100%: 3% is missing. " +
			"The nearest that adds up: Alice Chen 18%, Bob Martinez 41% and Carol Diaz 41%. Shall I take that?",
		"Split $165: Bob owes $50, Carol owes $60 and I owe $70": "These parts make $180.00 instead of $165.00: $15.00 is too much. " +
			"The nearest that adds up: Alice Chen $65.00, Bob Martinez $45.00 and Carol Diaz $55.00. Shall I take that?",
	} {
		plan, drawer := planned(t, askedInGroup(text))
		require.Equal(t, want, plan.Text())
		require.Nil(t, drawer)
	}
}

// Why: "yes" to "Shall I take that?" was read as a new bill, and one was never proposed.
func TestAnswer_TakesThePartsThatWereProposed(t *testing.T) {
	t.Parallel()
	const before = "Bob 40%, Carol 40%, me 17% of $210"
	for _, yes := range []string{"yes", "@lattice ok", "Sí, por favor"} {
		q := askedInGroup(yes)
		q.history = []string{"@lattice " + before}
		q.read()
		plan, err := q.plan()
		require.NoError(t, err)
		require.Contains(t, plan.Text(), "Of $210.00: Alice Chen $37.80, Bob Martinez $86.10 and Carol Diaz $86.10.")
		var expense expenseProposal
		require.NoError(t, json.Unmarshal(plan.Proposal.Payload, &expense))
		require.Equal(t, before, expense.Description)
		require.Equal(t, usd(21000), expense.Total)
	}
	q := asked("yes", before)
	q.read()
	plan, err := q.plan()
	require.NoError(t, err)
	require.Contains(t, plan.Text(), "Bob $86.10")
	require.NotEmpty(t, plan.Drawer)
	require.Nil(t, plan.Proposal)

	answers, _ := decide(PolicyAuto, "yes", []string{before}, asked("").lexicon)
	require.True(t, answers)
	answers, _ = decide(PolicyAuto, "yes", []string{"see you at eight"}, asked("").lexicon)
	require.False(t, answers)
}

func TestPlanSplit_SaysWhatItTookForGranted(t *testing.T) {
	t.Parallel()
	plan, _ := planned(t, asked("Split $120 dinner with Tom and Ana, I paid, Ana pays half"))
	require.Contains(t, plan.Text(), "I took it that Tom and Alice Chen share the other 50% equally.")
	plan, _ = planned(t, askedInGroup("I owe Bob $15"))
	require.Equal(t, "Alice Chen carries all of the $15.00. I took it that this debt is not recorded yet. Alice Chen owes Bob Martinez $15.00.", plan.Text())
	require.NotNil(t, plan.Proposal)
}

// Why: a confirmed proposal was written twice, as the message about a payment proposed the bill before it again.
func TestPlanSplit_ProposesNothingForAPayment(t *testing.T) {
	t.Parallel()
	q := askedInGroup("Bob paid me back $20")
	q.history, q.standings = []string{"I paid $90 for dinner, split equally"}, ledgerOf()
	require.True(t, q.asksForBalances())
	plan, drawer := planned(t, q)
	require.Nil(t, drawer)
	require.Nil(t, plan.Proposal)
}

func TestPlanSplit_AsksForWhatIsMissing(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"split dinner with Bob":          "How much is there to divide?",
		"split $90 with Sam":             "I know nobody called Sam in this group. Who do you mean?",
		"I paid $90, split it four ways": "You say 4, and I count 3 here: Alice Chen, Bob Martinez and Carol Diaz. Who is in?",
	} {
		plan, drawer := planned(t, askedInGroup(text))
		require.Equal(t, want, plan.Text())
		require.Nil(t, drawer)
	}
}

func TestPlanSplit_DividesTheNewestReceiptOfAShop(t *testing.T) {
	t.Parallel()
	q := asked("split my last Instacart order with Bob and Carol")
	older := instacart()
	older.ID, older.Total, older.PlacedAt = uuid.NewString(), 100, older.PlacedAt.AddDate(0, -1, 0)
	elsewhere := instacart()
	elsewhere.MerchantSlug, elsewhere.PlacedAt = "costco", elsewhere.PlacedAt.AddDate(0, 0, 1)
	q.orders = []insights.Order{older, instacart(), elsewhere}
	plan, drawer := planned(t, q)
	require.Contains(t, plan.Text(), "Divided between Bob, Carol and Alice Chen, $90.00 makes $30.00 each.")
	require.Equal(t, order.String(), drawer.Receipt.TransactionID)
	require.Equal(t, []Source{{Type: "transaction", ID: order.String(), AsOf: q.now}}, plan.Sources)
	require.Contains(t, plan.Thinking, "Took the order of 18 November at Instacart: 2 items for $90.00")

	q.text = "split my last Instacart order with Bob: the salmon is Bob's"
	plan, drawer = planned(t, q)
	require.Equal(t, "items", drawer.Method)
	require.Contains(t, plan.Text(), "Of $90.00: Bob $73.12 and Alice Chen $16.88. "+
		"Nobody was said to have had Oat milk: I divided that between all of you.")

	q.text = "split my last Walmart order with Bob"
	q.lexicon = spending.NewLexicon([]spending.Merchant{{Slug: "walmart", Name: "Walmart"}})
	plan, drawer = planned(t, q)
	require.Contains(t, plan.Text(), "I find no such order of yours.")
	require.Nil(t, drawer)
}

// Purchases are their owner's: in a group that may not see them no receipt is looked at.
func TestPlanSplit_ShowsAGroupReceiptsByConsentOnly(t *testing.T) {
	t.Parallel()
	q := askedInGroup("split my last Instacart order")
	q.orders = []insights.Order{instacart()}
	plan, drawer := planned(t, q)
	require.Contains(t, plan.Text(), "Your purchases are not shared with this group")
	require.Nil(t, drawer)
	require.Empty(t, plan.Sources)

	q.private = true
	_, drawer = planned(t, q)
	require.Equal(t, order.String(), drawer.Receipt.TransactionID)
}

func ledgerOf(balances ...split.Balance) []Standing {
	return []Standing{{
		GroupID: trip, GroupName: "Ski Trip", Balances: balances,
		People: []split.Person{{ID: alice.ID.String(), Name: alice.Name}, {ID: bob.ID.String(), Name: bob.Name}, {ID: carol.ID.String(), Name: carol.Name}},
	}}
}

func TestPlanSplit_AnswersWhoOwesWhom(t *testing.T) {
	t.Parallel()
	a, b, c := alice.ID.String(), bob.ID.String(), carol.ID.String()
	debts := ledgerOf(split.Balance{
		Currency:   "USD",
		AsIs:       []split.Transfer{{From: b, To: a, Amount: usd(3000)}, {From: c, To: b, Amount: usd(3000)}},
		Simplified: []split.Transfer{{From: c, To: a, Amount: usd(3000)}},
	})
	for _, test := range []struct {
		text  string
		group bool
		want  string
	}{
		{"who owes whom?", true, "Bob Martinez owes Alice Chen $30.00. Carol Diaz owes Bob Martinez $30.00."},
		{"simplify our debts", true, "Carol Diaz owes Alice Chen $30.00."},
		{"what does Carol owe?", true, "Carol Diaz owes Bob Martinez $30.00."},
		{"who owes me?", false, "In Ski Trip: Bob Martinez owes Alice Chen $30.00."},
		{"how much does Bob owe me", false, "In Ski Trip: Bob Martinez owes Alice Chen $30.00."},
		{"how much does Carol owe me", false, "As far as is recorded, nothing is open between you and Carol."},
		{"who owes me?", true, "Bob Martinez owes Alice Chen $30.00."},
		{"¿quién me debe?", true, "Bob Martinez owes Alice Chen $30.00."},
		{"who do I owe?", true, "You owe nobody anything, as far as is recorded."},
		{"am I settled up?", true, "Bob Martinez owes Alice Chen $30.00."},
		{"settle up with Bob", true, "Bob Martinez owes Alice Chen $30.00."},
		{"settle up with Carol", true, "As far as is recorded, nothing is open between you and Carol Diaz."},
		{"do I owe Bob $15?", true, "Bob Martinez owes Alice Chen $30.00."},
		{"I just paid Bob back the $42", true, "I change nothing by myself. Record it with “Settle now”: it counts once Bob Martinez confirms it. " +
			"What I read: Alice Chen gave Bob Martinez $42.00. Bob Martinez owes Alice Chen $30.00."},
		{"Bob paid me back $20", true, "I change nothing by myself. Bob Martinez records it with “Settle now”, and it counts once you confirm it. " +
			"Or, if it was for an expense that you paid, mark that share as paid. What I read: Bob Martinez gave Alice Chen $20.00. " +
			"Bob Martinez owes Alice Chen $30.00."},
		{"Carol paid Bob back $30", true, "I change nothing by myself. Carol Diaz records it with “Settle now”, and it counts once Bob Martinez confirms it. " +
			"What I read: Carol Diaz gave Bob Martinez $30.00. Bob Martinez owes Alice Chen $30.00. Carol Diaz owes Bob Martinez $30.00."},
		{"mark Carol's share as paid", true, "I change nothing by myself. Whoever paid the expense can mark a share of it as paid, and then it counts. " +
			"Carol Diaz owes Bob Martinez $30.00."},
	} {
		q := asked(test.text)
		if test.group {
			q = askedInGroup(test.text)
		}
		q.standings = debts
		plan, drawer := planned(t, q)
		require.Equal(t, test.want, plan.Text(), test.text)
		require.Nil(t, drawer)
	}

	q := askedInGroup("who owes whom?")
	q.standings = ledgerOf()
	plan, _ := planned(t, q)
	require.Equal(t, "Nobody here owes anybody anything, as far as is recorded.", plan.Text())
}

// Why: who tells of a bill bit by bit was asked for what they had said four messages before.
func TestPlanSplit_RemembersABillToldBitByBit(t *testing.T) {
	t.Parallel()
	history := []string{"Split the bill evenly", "It was $88", "Tom, Ana and me", "Ana isn't paying", "actually I paid"}
	q := asked("make it $99", history...)
	q.members = []Sender{alice}
	q.read()
	plan, err := q.plan()
	require.NoError(t, err)
	require.Equal(t, "Divided between Tom and Alice Chen, $99.00 makes $49.50 each. Tom owes Alice Chen $49.50.", plan.Text())
	require.Len(t, q.recent(), historyLength)
}

// Why: money handed over was counted against a bill that the asker was presumed to have paid, and the other owed it twice.
func TestPlanSplit_AsksWhoPaidWhereMoneyWasHandedOver(t *testing.T) {
	t.Parallel()
	q := asked("split $100 but I already gave Bob 20")
	q.chatType, q.groupCurrency, q.members = TypeGroup, "USD", []Sender{alice, bob, carol}
	q.read()
	plan, err := q.plan()
	require.NoError(t, err)
	require.Equal(t, "Who paid the $100.00? Then I can count what was handed over already.", plan.Text())
	require.Nil(t, plan.Proposal)
	require.Nil(t, plan.Drawer)
}

// Why: a group is asked to tell if somebody else paid, and who told was left without an answer.
func TestDecide_WhoPaidIsAnAnswer(t *testing.T) {
	t.Parallel()
	bill := "split $40 between me and Bob"
	for text, want := range map[string]bool{"Bob paid": true, "I paid": true, "Bob paid me back yesterday": false, "who paid?": false} {
		answers, _ := decide(PolicyAuto, text, []string{"hi", bill}, shops())
		require.Equal(t, want, answers, text)
	}
	for _, before := range []string{"see you at eight", "I paid $40, split it with Bob"} {
		answers, _ := decide(PolicyAuto, "Bob paid", []string{before}, shops())
		require.False(t, answers, before)
	}
}
