package httpapi

import (
	"encoding/json"
	"fmt"
	"math/big"
	"time"

	"github.com/google/uuid"
	"github.com/oapi-codegen/nullable"
	"github.com/oapi-codegen/runtime/types"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/ledger"
)

func toAPIExpense(e ledger.Expense) api.Expense {
	d, _ := toAPIExpenseDetail(e)
	return api.Expense{
		ID: d.ID, GroupID: d.GroupID, Description: d.Description, Category: d.Category, Date: d.Date, Total: d.Total, Method: d.Method,
		PaidBy: d.PaidBy, Shares: d.Shares, Items: d.Items, TransactionID: d.TransactionID, Note: d.Note, Version: d.Version,
		CreatedBy: d.CreatedBy, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, DeletedAt: d.DeletedAt,
	}
}

// toAPIExpenseDetail makes the body and its tag.
func toAPIExpenseDetail(e ledger.Expense) (body api.ExpenseDetail, tag string) {
	in := func(amount int64) api.Money { return api.Money{Amount: amount, Currency: e.Total.Currency} }
	body = api.ExpenseDetail{
		ID: e.ID, GroupID: e.GroupID, Description: e.Description, Category: orNull(e.Category), Date: types.Date{Time: e.Date},
		Total: toAPIMoney(e.Total), Method: api.SplitMethod(e.Method), TransactionID: orNull(e.TransactionID), Note: orNull(e.Note),
		Version: e.Version, CreatedBy: e.CreatedBy, CreatedAt: e.CreatedAt, UpdatedAt: e.UpdatedAt, DeletedAt: orNull(e.DeletedAt),
		PaidBy: mapSlice(e.PaidBy, func(p ledger.Payment) api.ExpensePayment {
			return api.ExpensePayment{UserID: p.UserID, Amount: in(p.Amount)}
		}),
		Shares: mapSlice(e.Shares, func(s ledger.Share) api.ExpenseShare {
			share := api.ExpenseShare{
				UserID: s.UserID, Weight: orNull(s.Weight), Percent: nullable.NewNullNullable[json.Number](), Amount: in(s.Amount),
				Status: api.ShareStatusPending,
			}
			if s.Bps != nil {
				share.Percent.Set(json.Number(ledger.Percent(*s.Bps)))
			}
			if s.Paid {
				share.Status = api.ShareStatusPaid
			}
			return share
		}),
		Items: mapSlice(e.Items, func(i ledger.Item) api.ExpenseItem {
			return api.ExpenseItem{
				Name: i.Name, Amount: in(i.Amount), Refunded: in(i.Refunded),
				ClaimedBy: mapSlice(i.ClaimedBy, func(c ledger.Claim) api.ExpenseItemClaim {
					return api.ExpenseItemClaim{UserID: c.UserID, Weight: c.Weight}
				}),
			}
		}),
		History: mapSlice(e.History, toAPIExpenseChange),
	}
	return body, versionTag(e.Version, body)
}

func toAPIExpenseChange(c ledger.Change) api.ExpenseChange {
	change := api.ExpenseChange{
		Version: c.Version, Action: api.ExpenseChangeAction(c.Action), At: c.At,
		Changes: mapSlice(c.Fields, func(f ledger.FieldChange) api.FieldChange {
			return api.FieldChange{Field: f.Field, Before: orNull(f.Before), After: orNull(f.After)}
		}),
	}
	change.By.UserID, change.By.Name = c.UserID, c.Name
	return change
}

func fromAPIExpense(body api.CreateExpenseRequest) (ledger.Draft, error) {
	shares, err := fromAPIShares(body.Shares)
	draft := ledger.Draft{
		Description: body.Description, Category: body.Category, Note: body.Note, Date: fromAPIDate(body.Date), Total: *fromAPIMoney(&body.Total),
		Method: ledger.Method(body.Method), PaidBy: fromAPIPayments(body.PaidBy), Shares: shares, Items: fromAPIItems(body.Items),
		TransactionID: body.TransactionID,
	}
	return draft, err
}

func fromAPIExpensePatch(body api.ExpensePatch) (ledger.Patch, error) {
	shares, err := fromAPIShares(body.Shares)
	return ledger.Patch{
		Description: body.Description, Category: fromAPIMaybe(body.Category), Note: fromAPIMaybe(body.Note), Date: fromAPIDate(body.Date),
		Total: fromAPIMoney(body.Total), Method: (*ledger.Method)(body.Method), PaidBy: fromAPIPayments(body.PaidBy), Shares: shares,
		Items: fromAPIItems(body.Items), TransactionID: fromAPIMaybe(body.TransactionID),
	}, err
}

func fromAPIMaybe[T any](field nullable.Nullable[T]) ledger.Maybe[T] {
	maybe := ledger.Maybe[T]{Given: field.IsSpecified()}
	if value, err := field.Get(); err == nil {
		maybe.Value = &value
	}
	return maybe
}

func fromAPIDate(date *types.Date) *time.Time {
	if date == nil {
		return nil
	}
	return &date.Time
}

// fromAPIList converts each item; what is absent stays nil, which is not the same as empty.
func fromAPIList[T, U any](items []T, convert func(T) U) []U {
	if items == nil {
		return nil
	}
	return mapSlice(items, convert)
}

func fromAPIPayments(payments []api.ExpensePayment) []ledger.PaymentDraft {
	return fromAPIList(payments, func(p api.ExpensePayment) ledger.PaymentDraft {
		return ledger.PaymentDraft{UserID: p.UserID, Amount: *fromAPIMoney(&p.Amount)}
	})
}

func fromAPIItems(items []api.ExpenseItemRequest) []ledger.ItemDraft {
	return fromAPIList(items, func(i api.ExpenseItemRequest) ledger.ItemDraft {
		return ledger.ItemDraft{
			Name: i.Name, Amount: *fromAPIMoney(&i.Amount), Refunded: fromAPIMoney(i.Refunded),
			ClaimedBy: mapSlice(i.ClaimedBy, func(c api.ExpenseItemClaimRequest) ledger.Claim {
				claim := ledger.Claim{UserID: c.UserID, Weight: 1}
				if c.Weight != nil {
					claim.Weight = *c.Weight
				}
				return claim
			}),
		}
	})
}

// fromAPIShares reads shares; a percentage is taken exactly, or refused.
func fromAPIShares(shares []api.ExpenseShareRequest) ([]ledger.ShareDraft, error) {
	var fields []apperr.Field
	var drafts []ledger.ShareDraft
	for i, share := range shares {
		draft := ledger.ShareDraft{UserID: share.UserID, Weight: share.Weight, Amount: fromAPIMoney(share.Amount)}
		if share.Percent != nil {
			bps, ok := basisPoints(*share.Percent)
			if !ok {
				fields = append(fields, apperr.Field{
					Pointer: fmt.Sprintf("/shares/%d/percent", i), Code: "decimals", Detail: "A percentage has at most two decimals.",
				})
			}
			draft.Bps = &bps
		}
		drafts = append(drafts, draft)
	}
	if len(fields) > 0 {
		return nil, apperr.Invalid(fields...)
	}
	return drafts, nil
}

// basisPoints are the hundredths of a percentage; ok is false for a number with more decimals.
func basisPoints(percent json.Number) (bps int64, ok bool) {
	const hundred = 100
	exact, ok := new(big.Rat).SetString(percent.String())
	if !ok {
		return 0, false
	}
	exact.Mul(exact, big.NewRat(hundred, 1))
	return exact.Num().Int64(), exact.IsInt() && exact.Num().IsInt64()
}

func toAPIBalances(s ledger.Standing) api.Balances {
	answer := api.Balances{Currencies: []api.CurrencyBalance{}}
	debts := func(transfers []ledger.Transfer) []api.Debt {
		return mapSlice(transfers, func(t ledger.Transfer) api.Debt {
			return api.Debt{From: uuid.MustParse(t.From), To: uuid.MustParse(t.To), Amount: toAPIMoney(t.Amount)}
		})
	}
	for _, balance := range s.Balances {
		currency := api.CurrencyBalance{Currency: balance.Currency, AsIs: debts(balance.AsIs), Simplified: debts(balance.Simplified)}
		for _, net := range balance.Net {
			id := uuid.MustParse(net.Person)
			currency.Members = append(currency.Members, api.MemberBalance{UserID: id, Name: s.Names[id], Net: toAPIMoney(net.Amount)})
		}
		answer.Currencies = append(answer.Currencies, currency)
	}
	return answer
}

func toAPISettlement(s ledger.Settlement) api.Settlement {
	settlement := api.Settlement{
		ID: s.ID, GroupID: s.GroupID, From: s.From, To: s.To, Amount: toAPIMoney(s.Amount), Status: api.SettlementStatus(s.Status),
		Exchange: nullable.NewNullNullable[api.Exchange](), ExpenseID: orNull(s.ExpenseID), CreatedAt: s.CreatedAt,
		ConfirmedAt: orNull(s.ConfirmedAt), VoidedAt: orNull(s.VoidedAt),
	}
	if s.Exchange != nil {
		settlement.Exchange.Set(api.Exchange{Paid: toAPIMoney(s.Exchange.Paid), Rate: s.Exchange.Rate, Source: s.Exchange.Source})
	}
	return settlement
}

func fromAPISettlement(body api.CreateSettlementRequest) ledger.SettlementDraft {
	draft := ledger.SettlementDraft{From: body.From, To: body.To, Amount: *fromAPIMoney(&body.Amount)}
	if body.Exchange != nil {
		draft.Exchange = &ledger.Exchange{Paid: *fromAPIMoney(&body.Exchange.Paid), Rate: body.Exchange.Rate, Source: body.Exchange.Source}
	}
	return draft
}

// addMismatch tells in a problem by how much parts miss their whole, and what would do.
func addMismatch(problem *api.Problem, m *ledger.MismatchError) {
	sum, difference := json.Number(m.Sum), json.Number(m.Difference)
	problem.Sum, problem.Difference = &sum, &difference
	for _, share := range m.SuggestedShares {
		suggested := api.ExpenseShareRequest{UserID: share.UserID, Weight: share.Weight}
		if share.Amount != nil {
			amount := toAPIMoney(*share.Amount)
			suggested.Amount = &amount
		}
		if share.Bps != nil {
			percent := json.Number(ledger.Percent(*share.Bps))
			suggested.Percent = &percent
		}
		problem.SuggestedShares = append(problem.SuggestedShares, suggested)
	}
	for _, payment := range m.SuggestedPaidBy {
		problem.SuggestedPaidBy = append(problem.SuggestedPaidBy, api.ExpensePayment{
			UserID: payment.UserID, Amount: toAPIMoney(payment.Amount),
		})
	}
}
