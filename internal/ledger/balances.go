package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/money"
)

// Standing is where the people of one group stand with each other. People of the balances are ids of users.
type Standing struct {
	GroupID   uuid.UUID
	GroupName string
	Names     map[uuid.UUID]string // of the members, of everybody in the balances, and maybe of others
	Balances  []split.Balance      // by currency; every member is in each
}

// Balances returns who owes whom in a group. Errors: ErrNotFound.
func (s *Service) Balances(ctx context.Context, userID, groupID uuid.UUID) (Standing, error) {
	standings, err := s.Standings(ctx, userID, &groupID)
	if err != nil {
		return Standing{}, err
	}
	if len(standings) == 0 {
		return Standing{}, ErrNotFound
	}
	return standings[0], nil
}

// Standings returns the balances of one group, or of all groups a user is a member of when groupID is nil, newest activity
// first. A group the user is not in is left out.
func (s *Service) Standings(ctx context.Context, userID uuid.UUID, groupID *uuid.UUID) ([]Standing, error) {
	groups, err := s.q.LedgerGroups(ctx, s.pool, queries.LedgerGroupsParams{UserID: userID, GroupID: groupID})
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	ids := make([]uuid.UUID, len(groups))
	for i, row := range groups {
		ids[i] = row.ID
	}
	balances, err := s.count(ctx, s.pool, ids)
	if err != nil {
		return nil, err
	}
	members, err := s.q.LedgerMembers(ctx, s.pool, ids)
	if err != nil {
		return nil, fmt.Errorf("list members: %w", err)
	}
	names, err := s.names(ctx, s.pool, concerned(balances))
	if err != nil {
		return nil, err
	}
	for _, member := range members {
		names[member.UserID] = member.Name
	}
	standings := make([]Standing, len(groups))
	for i, row := range groups {
		standings[i] = Standing{GroupID: row.ID, GroupName: row.Title, Balances: balances[row.ID], Names: names}
		for _, member := range members {
			if member.GroupID == row.ID {
				standings[i].add(member.UserID)
			}
		}
	}
	return standings, nil
}

// concerned are all people of balances.
func concerned(balances map[uuid.UUID][]split.Balance) []uuid.UUID {
	var ids []uuid.UUID
	for _, currencies := range balances {
		for _, balance := range currencies {
			for _, net := range balance.Net {
				ids = append(ids, uuid.MustParse(net.Person))
			}
		}
	}
	return ids
}

// add adds a member to the currencies they have had nothing to do with yet.
func (s *Standing) add(userID uuid.UUID) {
	id := userID.String()
	for i := range s.Balances {
		balance := &s.Balances[i]
		if !slices.ContainsFunc(balance.Net, func(n split.Net) bool { return n.Person == id }) {
			balance.Net = append(balance.Net, split.Net{Person: id, Amount: money.Money{Currency: balance.Currency}})
		}
	}
}

// count adds up the ledgers of groups.
func (s *Service) count(ctx context.Context, db queries.DBTX, groupIDs []uuid.UUID) (map[uuid.UUID][]split.Balance, error) {
	rows, err := s.q.LedgerEntries(ctx, db, groupIDs)
	if err != nil {
		return nil, fmt.Errorf("list entries: %w", err)
	}
	expenses, settlements := map[uuid.UUID][]split.Expense{}, map[uuid.UUID][]split.Transfer{}
	for _, row := range rows {
		if row.Kind == "settlement" {
			var t transfer
			if err := json.Unmarshal(row.Parts, &t); err != nil {
				return nil, fmt.Errorf("read settlement: %w", err)
			}
			settlements[row.GroupID] = append(settlements[row.GroupID], split.Transfer{
				From: t.From.String(), To: t.To.String(), Amount: money.Money{Amount: t.Amount, Currency: row.Currency},
			})
			continue
		}
		var p parts
		if err := json.Unmarshal(row.Parts, &p); err != nil {
			return nil, fmt.Errorf("read expense: %w", err)
		}
		expenses[row.GroupID] = append(expenses[row.GroupID], toEngine(row.Currency, p.PaidBy, p.Shares))
	}
	balances := make(map[uuid.UUID][]split.Balance, len(groupIDs))
	for _, id := range groupIDs {
		counted, err := split.Balances(expenses[id], settlements[id])
		if err != nil {
			return nil, fmt.Errorf("count group %s: %w", id, err)
		}
		balances[id] = counted
	}
	return balances, nil
}

// Net returns what a member is owed (above zero) or owes (below zero) in a group, by currency, currencies that are settled
// left out. It reads in tx.
func (s *Service) Net(ctx context.Context, tx pgx.Tx, groupID, userID uuid.UUID) ([]money.Money, error) {
	balances, err := s.count(ctx, tx, []uuid.UUID{groupID})
	if err != nil {
		return nil, err
	}
	var nets []money.Money
	for _, balance := range balances[groupID] {
		for _, net := range balance.Net {
			if net.Person == userID.String() && !net.Amount.IsZero() {
				nets = append(nets, net.Amount)
			}
		}
	}
	return nets, nil
}

// Spent is what a group spent in one currency and category, deleted expenses left out.
type Spent struct {
	GroupID  uuid.UUID
	Currency string
	Category string // empty where nobody said
	Expenses int
	Total    int64 // minor units
	// Receipts are the transactions that these expenses were made from.
	Receipts []uuid.UUID
}

// Spent totals the expenses of groups.
func (s *Service) Spent(ctx context.Context, groupIDs []uuid.UUID) ([]Spent, error) {
	rows, err := s.q.LedgerSpent(ctx, s.pool, groupIDs)
	if err != nil {
		return nil, fmt.Errorf("total expenses: %w", err)
	}
	spent := make([]Spent, len(rows))
	for i, row := range rows {
		spent[i] = Spent{
			GroupID: row.GroupID, Currency: row.Currency, Category: row.Category, Expenses: int(row.Expenses), Total: row.Total,
			Receipts: row.Receipts,
		}
	}
	return spent, nil
}
