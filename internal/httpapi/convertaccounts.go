package httpapi

import (
	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/merchants"
	"github.com/lattice-money/lattice/internal/transactions"
)

func toAPIOnboardingSession(s accounts.Started) api.OnboardingSession {
	return api.OnboardingSession{
		SessionID: s.ID, Environment: api.OnboardingSessionEnvironment(s.Environment), ExpiresAt: s.ExpiresAt, Mock: s.Mock,
		ClientID: s.ClientID, ClaimToken: orNull(s.ClaimToken),
	}
}

func toAPIAccount(a accounts.Account) api.Account {
	account := api.Account{
		ID: a.ID, Institution: a.Institution, MerchantID: a.MerchantID, AccountName: a.Name, AccountType: api.AccountAccountTypeMerchant,
		Status: api.AccountStatus(a.Status), Reason: orNull(a.Reason), Balance: toAPIMoneyOrNull(nil), LastSyncedAt: orNull(a.LastSyncedAt),
		NextStep: orNull(a.NextStep), Mock: a.Mock,
	}
	account.CardSwitch.SetNull()
	if a.CardSwitch != nil {
		account.CardSwitch.Set(toAPICardSwitch(*a.CardSwitch))
	}
	account.Permissions.Transactions, account.Permissions.Cards = a.CanTransactions, a.CanCards
	return account
}

func toAPIAccountsStatus(o accounts.Overview) api.AccountsStatus {
	return api.AccountsStatus{
		Mock: o.Mock, Total: len(o.Accounts), Connected: o.Connected, Syncing: o.Syncing, NeedsAttention: o.NeedsAttention,
		LastSyncedAt: orNull(o.LastSyncedAt),
		Accounts: mapSlice(o.Accounts, func(a accounts.Account) api.AccountState {
			return api.AccountState{
				ID: a.ID, Institution: a.Institution, Status: api.AccountStateStatus(a.Status), Reason: orNull(a.Reason),
				NextStep: orNull(a.NextStep), LastSyncedAt: orNull(a.LastSyncedAt),
			}
		}),
	}
}

func toAPIMerchant(m merchants.Merchant) api.Merchant {
	merchant := api.Merchant{
		ID: m.ID, Name: m.Name, Slug: m.Slug, Category: m.Category,
		Products: mapSlice(m.Products, func(p string) api.MerchantProducts { return api.MerchantProducts(p) }),
	}
	merchant.LogoURL.SetNull()
	if m.LogoURL != "" {
		merchant.LogoURL.Set(m.LogoURL)
	}
	return merchant
}

func toAPITransaction(t transactions.Transaction) api.Transaction {
	return api.Transaction{
		ID: t.ID, ExternalID: t.ExternalID, AccountID: t.AccountID, Merchant: api.TransactionMerchant{ID: t.MerchantID, Name: t.MerchantName},
		PlacedAt: t.PlacedAt, Status: t.Status, Subtotal: toAPIMoney(t.Subtotal), Total: toAPIMoney(t.Total),
		Adjustments: mapSlice(t.Adjustments, func(a transactions.Adjustment) api.TransactionAdjustment {
			return api.TransactionAdjustment{Type: api.TransactionAdjustmentType(a.Type), Label: a.Label, Amount: toAPIMoney(a.Amount)}
		}),
		Items: mapSlice(t.Items, func(i transactions.Item) api.TransactionItem {
			return api.TransactionItem{
				Name: i.Name, Quantity: i.Quantity, UnitPrice: toAPIMoney(i.UnitPrice), Total: toAPIMoney(i.Total), ProductID: orNull(i.ProductID),
			}
		}),
		PaymentMethods: mapSlice(t.Payments, func(p transactions.Payment) api.TransactionPayment {
			return api.TransactionPayment{Type: p.Type, Brand: orNull(p.Brand), LastFour: orNull(p.LastFour), Amount: toAPIMoney(p.Amount)}
		}),
		Category: t.Category, Note: orNull(t.Note), URL: orNull(t.URL),
	}
}

func toAPICardKey(k accounts.CardKey) api.CardKey {
	return api.CardKey{Kty: api.CardKeyKty(k.Kty), Alg: k.Alg, Use: k.Use, KeyOps: k.KeyOps, Kid: k.Kid, N: k.N, E: k.E}
}

func toAPICardSwitch(c accounts.CardSwitch) api.CardSwitch {
	return api.CardSwitch{Status: api.CardSwitchStatus(c.Status), TaskID: c.TaskID, ExpiresAt: orNull(&c.ExpiresAt), Reason: orNull(c.Reason)}
}
