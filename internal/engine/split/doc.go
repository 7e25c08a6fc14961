// Package split is SplitSense's engine: who pays how much of a bill, what a sentence about a bill means, and who owes
// whom in the end.
//
// It is pure: no clock, no storage, no network, and the same arguments always give the same answer. Every figure is a
// whole number of minor units or an exact fraction, and whatever is divided adds up to the whole again.
//
// How a bill is divided:
//
//   - Shares are cut down to whole minor units, and the units left over go to those who lost most; where several lost
//     the same, a seed says who begins (money.Allocate). Result.Spare says how far to move the seed on, so that over
//     many bills the odd cent goes round.
//   - Tax, tip, fees and discounts follow what each person's items cost. They are whatever lies between the items and
//     the total, so that a receipt whose lines are a cent off is divided all the same.
//   - A refund of one item is taken off those who claimed it and moves nobody else, not by a cent: what was divided
//     before stays as it was.
//   - A bill that does not add up is refused with a MismatchError, which says by how much and proposes the nearest one
//     that does.
//
// How debts are counted: each share is owed to those who paid, in proportion to what they paid. Debts between two people
// are set against each other, never against those of a third, unless somebody asks for the simplified transfers.
//
// Read takes a sentence apart and asks back where it can be understood in two ways; it never picks one.
package split
