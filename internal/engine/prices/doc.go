// Package prices is PriceOracle's engine: what a product has cost, what it will probably cost, and whether to buy it now.
//
// It is pure. Observations come from the caller, as does the moment; there is no clock, no storage and no network here,
// and the same arguments always give the same answer. Prices are whole minor units and are never converted: an
// observation in another currency than the listing's is left out and counted. Floats hold forecasts and probabilities,
// never a price that anybody saw.
//
// How a figure is found:
//
//   - Lowest, highest, average and percentile are over the observations of the last Window, one per day: the newest of a
//     day counts. The percentile is the mid-rank of today's price among them: 0 is cheaper than ever, 50 ordinary.
//   - The forecast comes from the simplest method that would have served this product best so far. Methods (no change, the
//     usual level, a trend, a yearly season, a rhythm of sales) are tried on the product's own past, from many days of it
//     with nothing but what was known then. One that is not clearly better than "same as today" is not used.
//   - A predicted drop says by how much and until when. Its confidence is how often the same statement would have come
//     true on this product before, corrected by what held on the products of the back-test.
//   - What a person bought is compared with today's price in the currency they paid, quantity by quantity.
//
// Alerts are a state machine over single readings; see Step.
package prices
