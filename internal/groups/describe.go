package groups

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/money"
)

// spending is what a group spent: its expenses, and the receipts its members put before it by their consent.
type spending struct {
	expenses int
	receipts int
	// totals are in minor units, by currency and then by category.
	totals map[string]map[string]int64
}

func (s *spending) add(currency, category string, total int64) {
	if s.totals == nil {
		s.totals = map[string]map[string]int64{}
	}
	if s.totals[currency] == nil {
		s.totals[currency] = map[string]int64{}
	}
	s.totals[currency][category] += total
}

// spending reads what each group spent. A receipt that was made an expense is counted once, as that.
func (s *Service) spending(ctx context.Context, groupIDs []uuid.UUID) (map[uuid.UUID]*spending, error) {
	result := make(map[uuid.UUID]*spending, len(groupIDs))
	for _, id := range groupIDs {
		result[id] = &spending{}
	}
	spent, err := s.Ledger.Spent(ctx, groupIDs)
	if err != nil {
		return nil, fmt.Errorf("total expenses: %w", err)
	}
	params := queries.GroupReceiptTotalsParams{ChatIds: groupIDs, Counted: []uuid.UUID{}, CountedIn: []uuid.UUID{}}
	for _, row := range spent {
		group := result[row.GroupID]
		group.expenses += row.Expenses
		group.add(row.Currency, row.Category, row.Total)
		for _, receipt := range row.Receipts {
			params.Counted, params.CountedIn = append(params.Counted, receipt), append(params.CountedIn, row.GroupID)
		}
	}
	rows, err := s.q.GroupReceiptTotals(ctx, s.Pool, params)
	if err != nil {
		return nil, fmt.Errorf("total receipts: %w", err)
	}
	for _, row := range rows {
		group := result[row.ChatID]
		group.receipts += int(row.Receipts)
		group.add(row.Currency, row.Category, row.Total)
	}
	return result, nil
}

// describe totals what was spent by currency, the group's own first, and says in one line what it was.
func (s *spending) describe(currency string) (total money.Money, others []money.Money, line string) {
	total = money.Money{Amount: sum(s.totals[currency]), Currency: currency}
	others = []money.Money{}
	for _, other := range slices.Sorted(maps.Keys(s.totals)) {
		if other != currency {
			others = append(others, money.Money{Amount: sum(s.totals[other]), Currency: other})
		}
	}
	var parts []string
	for _, part := range []struct {
		count int
		name  string
	}{{s.expenses, "expense"}, {s.receipts, "shared receipt"}} {
		switch part.count {
		case 0:
		case 1:
			parts = append(parts, "1 "+part.name)
		default:
			parts = append(parts, fmt.Sprintf("%d %ss", part.count, part.name))
		}
	}
	if len(parts) == 0 {
		return total, others, "Nothing shared yet"
	}
	line = strings.Join(parts, " and ")
	if top := s.top(currency); top != "" {
		line += ", most of it " + strings.ReplaceAll(top, "_", " ")
	}
	return total, others, line
}

// top is the category most was spent on in the group's currency, or where there is nothing in it, in the first of the
// others. Equal ones come by name.
func (s *spending) top(currency string) string {
	categories := s.totals[currency]
	if len(categories) == 0 {
		categories = s.totals[slices.Min(slices.Collect(maps.Keys(s.totals)))]
	}
	names := slices.SortedFunc(maps.Keys(categories), func(a, b string) int {
		return cmp.Or(cmp.Compare(categories[b], categories[a]), cmp.Compare(a, b))
	})
	return names[0]
}

func sum(amounts map[string]int64) (total int64) {
	for _, amount := range amounts {
		total += amount
	}
	return total
}
