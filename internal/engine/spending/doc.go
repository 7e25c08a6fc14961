// Package spending answers questions about a person's own orders: how much, how often, where, when, compared with when.
//
// It is pure: Parse turns a text into a Query, Answer computes the Query from the orders. Nothing is estimated. The
// answer is a template whose every figure, date and name stands in a numbered fact, so that a language model can
// reword the sentences without being able to change what they say; filled in as it is, the template is a complete
// answer too. Amounts are minor units and are never converted between currencies.
package spending
