package e2e

import (
	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/api"
)

// ledgerFixtures are what the ledger is called on.
var ledgerFixtures = map[string]func(sc *scene) request{
	"listExpenses":  func(sc *scene) request { return request{path: expensesPath(sc.group())} },
	"createExpense": func(sc *scene) request { return request{path: expensesPath(sc.group()), body: sc.dinner()} },
	"getExpense":    func(sc *scene) request { return request{path: sc.expense()} },
	"updateExpense": func(sc *scene) request {
		return request{path: sc.expense(), body: object{"description": "Lunch"}}
	},
	"deleteExpense": func(sc *scene) request { return request{path: sc.expense()} },
	"restoreExpense": func(sc *scene) request {
		path := sc.expense()
		sc.owner.in(sc.t).delete(path).want(204)
		return request{path: path + "/restore"}
	},
	"setShareStatus": func(sc *scene) request {
		return request{path: sc.expense() + "/shares/" + sc.member.user.ID.String(), body: object{"status": "paid"}}
	},
	"getBalances":     func(sc *scene) request { return request{path: "/api/groups/" + sc.group() + "/balances"} },
	"listSettlements": func(sc *scene) request { return request{path: settlementsPath(sc.group())} },
	"createSettlement": func(sc *scene) request {
		to := sc.owner.user.ID
		if sc.caller.user.ID == to {
			to = sc.member.user.ID
		}
		return request{path: settlementsPath(sc.group()), body: object{"to": to, "amount": usd(500)}}
	},
	"confirmSettlement": func(sc *scene) request { return request{path: sc.settlement() + "/confirm"} },
	"voidSettlement":    func(sc *scene) request { return request{path: sc.settlement() + "/void"} },
}

func expensesPath(group string) string { return "/api/groups/" + group + "/expenses" }

func settlementsPath(group string) string { return "/api/groups/" + group + "/settlements" }

func usd(cents int64) object { return object{"amount": cents, "currency": "USD"} }

// paid is who paid how many cents, as a list of payments.
func paid(userID uuid.UUID, cents int64) []object {
	return []object{{"userId": userID, "amount": usd(cents)}}
}

// dinner is paid by the owner and divided among everybody.
func (sc *scene) dinner() object {
	return object{"description": "Dinner", "total": usd(9000), "method": "equal", "paidBy": paid(sc.owner.user.ID, 9000)}
}

// expense is one of a new group, as a path.
func (sc *scene) expense() string {
	path := expensesPath(sc.group())
	return path + "/" + decode[api.ExpenseDetail](sc.owner.in(sc.t).post(path, sc.dinner()).want(201)).ID.String()
}

// settlement is what the member says to have paid the owner, as a path.
func (sc *scene) settlement() string {
	path := settlementsPath(sc.group())
	body := object{"to": sc.owner.user.ID, "amount": usd(500)}
	return path + "/" + decode[api.Settlement](sc.member.in(sc.t).post(path, body).want(201)).ID.String()
}
