// Package rewards is CardGuru's engine: which of a person's cards earns most on one purchase, how much exactly, and
// why.
//
// It is pure. Products and their rules come from the catalogue, cards and past spending from the caller; there is no
// clock, no storage and no network here, and the same arguments always give the same answer. Figures are exact: a
// purchase that crosses a cap is split at the cent, the parts are added as fractions, and the sum is rounded once,
// half away from zero.
//
// How a reward is found:
//
//   - A rate is in basis points of the spend at a point value of one cent: 400 is 4% cash back, or 4 points per
//     dollar. The point value, in hundredths of a cent, is 100 for cash and a stated assumption for points, which the
//     card's owner may override. A reward is spend x rate x point value, in the card's currency.
//   - The issuer pays one rule per purchase: the matching rule that yields most, base rule included. What does not fit
//     under that rule's cap earns the base rate.
//   - A rule matches by merchant or by category (package category says what counts as what), on the day the purchase
//     is made in the user's own zone, unless the merchant is excluded, the purchase is foreign and the rule domestic,
//     its quarter is not activated, or its category is not among those the owner chose.
//   - Caps count the spending of a calendar month, quarter or year in the user's zone. Rules of one SharedCapGroup
//     draw on one cap.
//   - Cards are compared by what stays after the foreign transaction fee.
//
// Issuers that stack bonuses, or that count by billing cycle, are modelled by the nearest rule above; the rule's Note
// says so.
package rewards
