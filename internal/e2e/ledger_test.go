package e2e

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

// party is a group of three who spend together.
type party struct {
	*service

	dana, bob, carol *client
	group            api.Group
}

func newParty(t *testing.T, changes ...func(*setup)) *party {
	t.Helper()
	s := newService(t, changes...)
	p := &party{service: s, dana: s.signUp(t, "Dana Kim"), bob: s.signUp(t, "Bob Lane"), carol: s.signUp(t, "Carol Diaz")}
	p.group = p.dana.newGroup("Ski Trip")
	p.bob.join(p.dana, p.group)
	p.carol.join(p.dana, p.group)
	return p
}

func (p *party) expenses() string    { return expensesPath(p.group.ID.String()) }
func (p *party) settlements() string { return settlementsPath(p.group.ID.String()) }

// spend has Dana pay $90 that are divided equally.
func (p *party) spend() api.ExpenseDetail {
	const cents = 9000
	p.dana.t.Helper()
	return decode[api.ExpenseDetail](p.dana.post(p.expenses(), object{
		"description": "Dinner", "total": usd(cents), "method": "equal", "paidBy": paid(p.dana.user.ID, cents),
	}).want(201))
}

// nets are where Dana, Bob and Carol stand, in cents.
func (p *party) nets(t *testing.T) (nets [3]int64) {
	t.Helper()
	balances := decode[api.Balances](p.bob.in(t).get("/api/groups/" + p.group.ID.String() + "/balances").want(200))
	for _, balance := range balances.Currencies {
		var sum int64
		for _, member := range balance.Members {
			sum += member.Net.Amount
			for i, person := range []*client{p.dana, p.bob, p.carol} {
				if member.UserID == person.user.ID && balance.Currency == "USD" {
					nets[i] = member.Net.Amount
					require.Equal(t, person.user.Name, member.Name)
				}
			}
		}
		require.Zero(t, sum)
	}
	return nets
}

func TestExpensesByEveryMethod(t *testing.T) {
	t.Parallel()
	p := newParty(t, idle)
	dana, bob, carol := p.dana.user.ID, p.bob.user.ID, p.carol.user.ID
	for _, c := range []struct {
		method string
		body   object
		want   [3]int64
	}{
		{"equal", object{}, [3]int64{3333, 3333, 3334}},
		{"equal", object{"shares": []object{{"userId": dana}, {"userId": bob}}}, [3]int64{5000, 5000, 0}},
		{"shares", object{"shares": []object{{"userId": dana, "weight": 2}, {"userId": bob, "weight": 1}, {"userId": carol, "weight": 1}}}, [3]int64{5000, 2500, 2500}},
		{"percentages", object{"shares": []object{{"userId": dana, "percent": 33.33}, {"userId": bob, "percent": 33.33}, {"userId": carol, "percent": 33.34}}}, [3]int64{3333, 3333, 3334}},
		{"amounts", object{"shares": []object{{"userId": bob, "amount": usd(9999)}, {"userId": carol, "amount": usd(1)}}}, [3]int64{0, 9999, 1}},
		{"items", object{
			"shares": []object{{"userId": dana}, {"userId": bob}, {"userId": carol}},
			"items": []object{
				{"name": "Steak", "amount": usd(6000), "claimedBy": []object{{"userId": bob}}},
				{"name": "Salad", "amount": usd(2000), "claimedBy": []object{{"userId": carol, "weight": 2}}},
			},
		}, [3]int64{0, 7500, 2500}},
	} {
		body := object{"description": c.method, "total": usd(10_000), "method": c.method, "paidBy": paid(dana, 10_000), "category": "dining", "date": "2026-11-01"}
		maps.Copy(body, c.body)
		expense := decode[api.ExpenseDetail](p.dana.post(p.expenses(), body).want(201))
		got := map[uuid.UUID]int64{}
		var sum int64
		for _, share := range expense.Shares {
			got[share.UserID] = share.Amount.Amount
			sum += share.Amount.Amount
		}
		require.EqualValues(t, 10_000, sum)
		if c.method != "equal" && c.method != "percentages" || c.body["shares"] != nil && c.method == "equal" {
			require.Equal(t, c.want, [3]int64{got[dana], got[bob], got[carol]}, c.method)
		}
		require.Equal(t, expense, decode[api.ExpenseDetail](p.bob.get(p.expenses()+"/"+expense.ID.String()).want(200)))
	}
	p.nets(t)
	group := decode[api.Group](p.bob.get(groupPath(p.group)).want(200))
	require.EqualValues(t, 60_000, group.TotalSpend.Amount)
	require.Equal(t, "6 expenses, most of it dining", group.Context)
	// What is shown of each in the list is what it is by itself.
	ids := p.carol.walk(p.expenses(), 2)
	require.Len(t, ids, 6)
	require.Empty(t, p.carol.walk(p.expenses()+"?status=deleted", 2))
}

// A split that does not add up says by how much, and what it proposes is accepted.
func TestWhatDoesNotAddUpComesWithAProposal(t *testing.T) {
	t.Parallel()
	p := newParty(t, idle)
	dana, bob, carol := p.dana.user.ID, p.bob.user.ID, p.carol.user.ID
	body := object{
		"description": "Rent", "total": usd(21_000), "method": "percentages", "paidBy": paid(dana, 21_000),
		"shares": []object{{"userId": dana, "percent": 40}, {"userId": bob, "percent": 40}, {"userId": carol, "percent": 17}},
	}
	problem := p.dana.post(p.expenses(), body).refused(422, api.ProblemCodeSplitMismatch, "/shares")
	require.Equal(t, json.Number("97"), *problem.Sum)
	require.Equal(t, json.Number("3"), *problem.Difference)
	body["shares"] = problem.SuggestedShares
	p.dana.post(p.expenses(), body).want(201)

	body["method"], body["shares"] = "amounts", []object{{"userId": dana, "amount": usd(10_000)}, {"userId": bob, "amount": usd(12_500)}}
	problem = p.dana.post(p.expenses(), body).refused(422, api.ProblemCodeSplitMismatch, "/shares")
	require.Equal(t, json.Number("22500"), *problem.Sum)
	require.Equal(t, json.Number("-1500"), *problem.Difference)
	body["shares"] = problem.SuggestedShares
	body["paidBy"] = paid(dana, 20_000)
	problem = p.dana.post(p.expenses(), body).refused(422, api.ProblemCodeSplitMismatch, "/paidBy")
	require.Equal(t, json.Number("1000"), *problem.Difference)
	body["paidBy"] = problem.SuggestedPaidBy
	p.dana.post(p.expenses(), body).want(201)
}

func TestExpensesThatAreNotValid(t *testing.T) {
	t.Parallel()
	p := newParty(t, idle)
	dana, bob := p.dana.user.ID, p.bob.user.ID
	stranger := p.signUp(t, "Mallory Reed")
	order := uuid.New()
	p.staysAsItIs(t)
	for name, c := range map[string]struct {
		change   object
		pointers []string
	}{
		"NoCurrency":     {object{"total": object{"amount": 100, "currency": "ZZZ"}}, []string{"/total/currency"}},
		"Nothing":        {object{"total": usd(0), "paidBy": paid(dana, 0)}, []string{"/total/amount"}},
		"TooMuch":        {object{"total": usd(2_000_000_000_000), "paidBy": paid(dana, 2_000_000_000_000)}, []string{"/paidBy/0/amount/amount", "/total/amount"}},
		"OtherCurrency":  {object{"paidBy": []object{{"userId": dana, "amount": object{"amount": 9000, "currency": "EUR"}}}}, []string{"/paidBy/0/amount/currency"}},
		"StrangerPaid":   {object{"paidBy": paid(stranger.user.ID, 9000)}, []string{"/paidBy/0/userId"}},
		"StrangerShares": {object{"shares": []object{{"userId": dana}, {"userId": stranger.user.ID}}}, []string{"/shares/1/userId"}},
		"Twice":          {object{"shares": []object{{"userId": dana}, {"userId": dana}}}, []string{"/shares/1/userId"}},
		"PaidTwice":      {object{"paidBy": append(paid(dana, 4000), paid(dana, 5000)...)}, []string{"/paidBy/1/userId"}},
		"NoWeight":       {object{"method": "shares", "shares": []object{{"userId": dana}}}, []string{"/shares/0/weight"}},
		"NoPercent":      {object{"method": "percentages", "shares": []object{{"userId": dana, "weight": 1}}}, []string{"/shares/0/percent"}},
		"NoAmount":       {object{"method": "amounts", "shares": []object{{"userId": dana}}}, []string{"/shares/0/amount"}},
		"NoShares":       {object{"method": "amounts"}, []string{"/shares"}},
		"NobodyCarries":  {object{"method": "shares", "shares": []object{{"userId": dana, "weight": 0}}}, []string{"/shares"}},
		"Decimals":       {object{"method": "percentages", "shares": []object{{"userId": dana, "percent": 33.333}}}, []string{"/shares/0/percent"}},
		"WrongSign":      {object{"method": "amounts", "shares": []object{{"userId": dana, "amount": usd(-1)}, {"userId": bob, "amount": usd(9001)}}}, []string{"/shares/0/amount/amount"}},
		"NoItems":        {object{"method": "items"}, []string{"/items"}},
		"ItemsUnasked":   {object{"items": []object{{"name": "Soup", "amount": usd(100)}}}, []string{"/items"}},
		"ClaimedOutside": {object{
			"method": "items", "shares": []object{{"userId": dana}}, "items": []object{{"name": "Soup", "amount": usd(100), "claimedBy": []object{{"userId": bob}}}},
		}, []string{"/items/0/claimedBy"}},
		"RefundThatCharges": {object{
			"method": "items", "items": []object{{"name": "Soup", "amount": usd(100), "refunded": usd(-10)}},
		}, []string{"/items/0/refunded/amount"}},
		"RefundBeyondTheItem": {object{
			"method": "items", "items": []object{{"name": "Soup", "amount": usd(4000), "refunded": usd(4001)}, {"name": "Steak", "amount": usd(5001)}},
		}, []string{"/items/0/refunded/amount"}},
		"BlankTexts": {object{
			"category": "\u00a0", "note": "\u00a0", "method": "items", "items": []object{{"name": "\u00a0", "amount": usd(9000)}},
		}, []string{"/category", "/items/0/name", "/note"}},
		"UnknownOrder": {object{"transactionId": order}, []string{"/transactionId"}},
		"NoName":       {object{"description": "\u00a0"}, []string{"/description"}},
		"NoDate":       {object{"date": "2026-02-30"}, []string{"/date"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := object{"description": "Dinner", "total": usd(9000), "method": "equal", "paidBy": paid(dana, 9000)}
			maps.Copy(body, c.change)
			p.dana.in(t).post(p.expenses(), body).refused(422, api.ProblemCodeInvalidRequest, c.pointers...)
		})
	}
}

func TestAnExpenseIsChangedByWhoSawItLast(t *testing.T) {
	t.Parallel()
	p := newParty(t, idle)
	expense := p.spend()
	path := p.expenses() + "/" + expense.ID.String()
	tag := p.bob.get(path).want(200).header.Get("ETag")
	p.bob.get(path, "If-None-Match", tag).want(304)

	changed := p.bob.call(http.MethodPatch, path, object{"total": usd(9600), "note": "with wine"}, "If-Match", tag).want(200)
	detail := decode[api.ExpenseDetail](changed)
	require.EqualValues(t, 3200, detail.Shares[0].Amount.Amount)
	require.Equal(t, "Bob Lane", detail.History[0].By.Name)
	require.Equal(t, api.ExpenseChangeActionUpdated, detail.History[0].Action)
	require.Equal(t, api.ExpenseChangeActionCreated, detail.History[1].Action)
	p.carol.call(http.MethodPatch, path, object{"description": "Lunch"}, "If-Match", tag).refused(412, api.ProblemCodePreconditionFailed)
	p.carol.call(http.MethodDelete, path, nil, "If-Match", tag).refused(412, api.ProblemCodePreconditionFailed)
	p.carol.call(http.MethodPatch, path, object{"note": nil}, "If-Match", changed.header.Get("ETag")).want(200)
	p.bob.call(http.MethodPatch, path, object{"method": "percentages"}).
		refused(422, api.ProblemCodeInvalidRequest, "/shares/0/percent", "/shares/1/percent", "/shares/2/percent")
	require.Equal(t, [3]int64{6400, -3200, -3200}, p.nets(t))

	p.carol.delete(path).want(204)
	require.Equal(t, [3]int64{}, p.nets(t))
	require.False(t, decode[api.ExpenseDetail](p.bob.get(path).want(200)).DeletedAt.IsNull())
	require.Equal(t, []string{expense.ID.String()}, p.bob.walk(p.expenses()+"?status=deleted", 10))
	p.bob.call(http.MethodPatch, path, object{"description": "Lunch"}).refused(409, api.ProblemCodeConflict)
	p.dana.call(http.MethodPut, path+"/shares/"+p.bob.user.ID.String(), object{"status": "paid"}).refused(409, api.ProblemCodeConflict)
	p.bob.post(path+"/restore", nil).want(200)
	require.Equal(t, [3]int64{6400, -3200, -3200}, p.nets(t))
	require.Equal(t, 1, p.count(t, "audit_events WHERE action = 'expense.restore' AND target_id = $1", expense.ID.String()))
}

func TestASharesIsMarkedByThoseWhoPaid(t *testing.T) {
	t.Parallel()
	p := newParty(t, idle)
	expense := p.spend()
	share := func(of *client) string {
		return p.expenses() + "/" + expense.ID.String() + "/shares/" + of.user.ID.String()
	}
	mark := func(by, of *client, status string) *response {
		return by.call(http.MethodPut, share(of), object{"status": status})
	}
	mark(p.bob, p.bob, "paid").refused(403, api.ProblemCodeForbidden)
	marked := decode[api.ExpenseDetail](mark(p.dana, p.bob, "paid").want(200))
	for _, s := range marked.Shares {
		require.Equal(t, s.UserID != p.carol.user.ID, s.Status == api.ShareStatusPaid)
	}
	require.Equal(t, [3]int64{3000, 0, -3000}, p.nets(t))
	settlement := decode[api.SettlementList](p.carol.get(p.settlements()).want(200)).Items[0]
	require.Equal(t, api.SettlementStatusConfirmed, settlement.Status)
	require.Equal(t, expense.ID, settlement.ExpenseID.MustGet())
	require.EqualValues(t, 3000, settlement.Amount.Amount)
	mark(p.dana, p.bob, "pending").want(200)
	require.Equal(t, [3]int64{6000, -3000, -3000}, p.nets(t))
	mark(p.dana, p.dana, "pending").refused(422, api.ProblemCodeInvalidRequest, "/status")
	stranger := p.signUp(t, "Mallory Reed")
	mark(p.dana, stranger, "paid").notFound()
	mark(stranger, p.bob, "paid").notFound()
}

func TestASettlementIsProposedAndConfirmed(t *testing.T) {
	t.Parallel()
	p := newParty(t, idle)
	p.spend()
	euros := object{"amount": 2760, "currency": "EUR"}
	body := object{"to": p.dana.user.ID, "amount": usd(3000), "exchange": object{"paid": euros, "rate": "0.92", "source": "the bank"}}
	proposed := decode[api.Settlement](p.bob.post(p.settlements(), body).want(201))
	require.Equal(t, api.SettlementStatusProposed, proposed.Status)
	require.Equal(t, "0.92", proposed.Exchange.MustGet().Rate)
	path := p.settlements() + "/" + proposed.ID.String()
	p.bob.post(path+"/confirm", nil).refused(403, api.ProblemCodeForbidden)
	p.carol.post(path+"/void", nil).refused(403, api.ProblemCodeForbidden)
	require.Equal(t, [3]int64{6000, -3000, -3000}, p.nets(t))
	confirmed := decode[api.Settlement](p.dana.post(path+"/confirm", nil).want(200))
	require.Equal(t, api.SettlementStatusConfirmed, confirmed.Status)
	require.Equal(t, [3]int64{3000, 0, -3000}, p.nets(t))
	require.Equal(t, confirmed, decode[api.Settlement](p.dana.post(path+"/confirm", nil).want(200)))
	p.bob.post(path+"/void", nil).want(200)
	p.dana.post(path+"/confirm", nil).refused(409, api.ProblemCodeConflict)
	require.Equal(t, [3]int64{6000, -3000, -3000}, p.nets(t))
	require.Len(t, p.carol.walk(p.settlements(), 1), 1)

	body["exchange"] = object{"paid": object{"amount": 2761, "currency": "EUR"}, "rate": "0.92", "source": "the bank"}
	p.bob.post(p.settlements(), body).refused(422, api.ProblemCodeInvalidRequest, "/exchange/paid/amount")
	p.bob.post(p.settlements(), object{"to": p.bob.user.ID, "amount": usd(0)}).refused(422, api.ProblemCodeInvalidRequest, "/amount/amount", "/to")
	p.bob.post(p.settlements(), object{"from": p.carol.user.ID, "to": p.dana.user.ID, "amount": usd(100)}).refused(403, api.ProblemCodeForbidden)
}

// A repeated request does what it did once.
func TestTheLedgerIsWrittenOncePerKey(t *testing.T) {
	t.Parallel()
	p := newParty(t, idle)
	body := object{"description": "Dinner", "total": usd(9000), "method": "equal", "paidBy": paid(p.dana.user.ID, 9000)}
	first := decode[api.ExpenseDetail](p.dana.post(p.expenses(), body, "Idempotency-Key", "once").want(201))
	again := p.dana.post(p.expenses(), body, "Idempotency-Key", "once").want(201)
	require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
	require.Equal(t, first, decode[api.ExpenseDetail](again))
	body["description"] = "Lunch"
	p.dana.post(p.expenses(), body, "Idempotency-Key", "once").refused(422, api.ProblemCodeIdempotencyKeyReused)
	require.Equal(t, [3]int64{6000, -3000, -3000}, p.nets(t))

	payment := object{"to": p.dana.user.ID, "amount": usd(3000)}
	settlement := decode[api.Settlement](p.bob.post(p.settlements(), payment, "Idempotency-Key", "paid").want(201))
	require.Equal(t, settlement, decode[api.Settlement](p.bob.post(p.settlements(), payment, "Idempotency-Key", "paid").want(201)))
	require.Equal(t, 1, p.count(t, "settlements"))
}

// An answer that divides a bill writes nothing; confirming it writes exactly what was shown, and undoing leaves no trace.
func TestASplitIsWrittenByConfirmingIt(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	chat := p.group.ID.String()
	reply := p.dana.ask(chat, "@lattice split $100 between all of us, Bob paid and I pay double")
	drawer := splitOf(t, reply)
	require.Zero(t, p.count(t, "expenses"))
	path := proposalPath(reply.ProposalID.MustGet())
	confirmed := decode[api.Proposal](p.carol.post(path+"/confirm", nil).want(200))
	written := confirmed.Written.MustGet()
	require.Equal(t, api.ProposalWrittenTypeExpense, written.Type)
	expense := decode[api.ExpenseDetail](p.bob.get(p.expenses() + "/" + written.ID).want(200))
	require.Equal(t, api.SplitMethodShares, expense.Method)
	shown := map[uuid.UUID]int64{}
	for _, share := range drawer.Shares {
		shown[share.UserID.MustGet()] = share.Amount.Amount
	}
	for _, share := range expense.Shares {
		require.Equal(t, shown[share.UserID], share.Amount.Amount)
	}
	require.Equal(t, p.bob.user.ID, expense.PaidBy[0].UserID)
	require.Contains(t, p.dana.ask(chat, "@lattice who owes whom?").Content, "Carol Diaz owes Bob Lane $25.00.")
	require.Contains(t, p.dana.ask(p.dana.newChat("Own"), "how much do I owe Bob?").Content, "In Ski Trip: Dana Kim owes Bob Lane $50.00.")

	p.carol.post(path+"/undo", nil).want(200)
	require.Zero(t, p.count(t, "expenses"))
	require.Zero(t, p.count(t, "expense_changes"))
	require.Equal(t, [3]int64{}, p.nets(t))

	// Changed since, it is no longer undone but changed or deleted.
	second := p.dana.ask(chat, "@lattice split $90 evenly, I paid")
	path = proposalPath(second.ProposalID.MustGet())
	id := decode[api.Proposal](p.dana.post(path+"/confirm", nil).want(200)).Written.MustGet().ID
	p.bob.call(http.MethodPatch, p.expenses()+"/"+id, object{"note": "mine too"}).want(200)
	p.dana.post(path+"/undo", nil).refused(409, api.ProblemCodeProposalClosed)
	// In a chat of one's own there is no ledger.
	require.True(t, p.dana.ask(p.dana.newChat("Own"), "Split $90 between me and Tom").ProposalID.IsNull())
}

// Why: confirming is somebody else's act, and consent is asked at the moment the order enters the group.
func TestAProposedReceiptIsWrittenByConsentOnly(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	p.dana.link()
	p.dana.shares(p.group, true)
	reply := p.dana.ask(p.group.ID.String(), "@lattice split my last order between all of us")
	require.False(t, reply.ProposalID.IsNull(), reply.Content)
	path := proposalPath(reply.ProposalID.MustGet()) + "/confirm"
	p.dana.shares(p.group, false)
	p.bob.post(path, nil).refused(409, api.ProblemCodeConflict)
	require.Zero(t, p.count(t, "expenses"))
	p.dana.post(path, nil).want(200) // whose order it is says so by confirming
	require.Equal(t, 1, p.count(t, "expenses WHERE transaction_id IS NOT NULL"))
}

// Why: what was paid in dollars is no part of a debt in yen.
func TestAShareIsPaidInTheCurrencyOfItsExpense(t *testing.T) {
	t.Parallel()
	p := newParty(t, idle)
	expense := p.spend()
	path := p.expenses() + "/" + expense.ID.String()
	share := path + "/shares/" + p.bob.user.ID.String()
	p.dana.call(http.MethodPut, share, object{"status": "paid"}).want(200)
	yen := object{"amount": 9000, "currency": "JPY"}
	changed := decode[api.ExpenseDetail](p.dana.patch(path, object{"total": yen, "paidBy": []object{{"userId": p.dana.user.ID, "amount": yen}}}).want(200))
	status := func(detail api.ExpenseDetail) api.ShareStatus {
		at := slices.IndexFunc(detail.Shares, func(s api.ExpenseShare) bool { return s.UserID == p.bob.user.ID })
		return detail.Shares[at].Status
	}
	require.Equal(t, api.ShareStatusPending, status(changed))
	require.Equal(t, api.ShareStatusPaid, status(decode[api.ExpenseDetail](p.dana.call(http.MethodPut, share, object{"status": "paid"}).want(200))))
	require.Equal(t, 1, p.count(t, "settlements WHERE currency = 'JPY' AND amount = 3000 AND status = 'confirmed'"))
	require.Equal(t, [3]int64{-3000, 3000, 0}, p.nets(t), "the dollars are owed back")
}

// Why: a number that is right by its form and cannot be taken is named like any other fault.
func TestNumbersThatCannotBeTakenAreNamed(t *testing.T) {
	t.Parallel()
	p := newParty(t, idle)
	for _, amount := range []string{"1e4", "10000.0", "1e18", "1e99"} {
		p.dana.post(p.expenses(), object{
			"description": "Dinner", "total": json.RawMessage(`{"amount":` + amount + `,"currency":"USD"}`), "method": "equal", "paidBy": paid(p.dana.user.ID, 1),
		}).refused(422, api.ProblemCodeInvalidRequest, "/total/amount")
	}
}

// A receipt that is the writer's own can stand behind an expense; a later refund of one item moves its claimants alone.
func TestAnExpenseOfAReceipt(t *testing.T) {
	t.Parallel()
	p := newParty(t, idle)
	p.dana.link()
	order := p.dana.oneOrder()
	dana, bob, carol := p.dana.user.ID, p.bob.user.ID, p.carol.user.ID
	items := func(refunded int64) []object {
		return []object{
			{"name": "Lamp", "amount": usd(4000), "refunded": usd(refunded), "claimedBy": []object{{"userId": bob}}},
			{"name": "Rug", "amount": usd(4000), "claimedBy": []object{{"userId": carol}}},
		}
	}
	body := object{
		"description": "Shop", "total": usd(9000), "method": "items", "paidBy": paid(dana, 9000), "items": items(0), "transactionId": order,
		"shares": []object{{"userId": bob}, {"userId": carol}},
	}
	expense := decode[api.ExpenseDetail](p.dana.post(p.expenses(), body).want(201))
	require.Equal(t, order, expense.TransactionID.MustGet())
	path := p.expenses() + "/" + expense.ID.String()
	refunded := decode[api.ExpenseDetail](p.bob.call(http.MethodPatch, path, object{"total": usd(5000), "items": items(4000)}).want(200))
	got := map[uuid.UUID]int64{}
	for _, share := range refunded.Shares {
		got[share.UserID] = share.Amount.Amount
	}
	require.Equal(t, map[uuid.UUID]int64{bob: 500, carol: 4500}, got)
	require.Equal(t, [3]int64{5000, -500, -4500}, p.nets(t))
	// A receipt that an expense was made of counts once in what the group spent.
	p.exec(t, "INSERT INTO group_receipts (chat_id, transaction_id, shared_by, shared_at) VALUES ($1, $2, $3, $4)", p.group.ID, order, dana, today)
	p.dana.shares(p.group, true)
	group := decode[api.Group](p.bob.get(groupPath(p.group)).want(200))
	require.EqualValues(t, 5000, group.TotalSpend.Amount)
	require.Equal(t, "1 expense", group.Context)
	body["description"] = "Not mine"
	p.bob.post(p.expenses(), body).refused(422, api.ProblemCodeInvalidRequest, "/transactionId")
}
