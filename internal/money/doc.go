// Package money is the project's only notion of an amount: whole minor units of one ISO 4217 currency.
//
// Amounts are 64-bit integers and every operation is checked: a result that does not fit is an error, and so are two
// currencies in one sum. There are no floats and no exchange rates here. Where a figure must be rounded it is rounded
// half away from zero, once, at the end; where an amount must be divided it is allocated so that the parts add up to
// the whole (Allocate).
//
// The file layout leaves room for reading amounts that people type ("$86", "12,50 €"), which belongs beside format.go.
package money
