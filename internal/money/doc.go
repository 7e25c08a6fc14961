// Package money is the project's only notion of an amount: whole minor units of one ISO 4217 currency.
//
// Amounts are 64-bit integers and every operation is checked: a result that does not fit is an error, and so are two
// currencies in one sum. There are no floats and no exchange rates here. Where a figure must be rounded it is rounded
// half away from zero, once, at the end; where an amount must be divided it is allocated so that the parts add up to
// the whole (Allocate). Amounts that people type ("$86", "12,50 €") are read by Find and Parse; what can be read in two
// ways is told as a doubt and never guessed.
package money
