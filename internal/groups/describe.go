package groups

import (
	"fmt"
	"strings"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/money"
)

// describe totals the receipts by currency and says in one line what they are. rows come ordered by currency, then
// largest category first.
func describe(rows []queries.GroupReceiptTotalsRow, currency string) (total money.Money, others []money.Money, line string) {
	total = money.Money{Currency: currency}
	others = []money.Money{}
	receipts := int64(0)
	top := ""
	for _, row := range rows {
		receipts += row.Receipts
		switch {
		case row.Currency == currency:
			if top == "" {
				top = row.Category
			}
			total.Amount += row.Total
		case len(others) > 0 && others[len(others)-1].Currency == row.Currency:
			others[len(others)-1].Amount += row.Total
		default:
			others = append(others, money.Money{Amount: row.Total, Currency: row.Currency})
		}
	}
	if receipts == 0 {
		return total, others, "Nothing shared yet"
	}
	if top == "" {
		top = rows[0].Category
	}
	plural := "s"
	if receipts == 1 {
		plural = ""
	}
	return total, others, fmt.Sprintf("%d shared receipt%s, most of it %s", receipts, plural, strings.ReplaceAll(top, "_", " "))
}
