// Package paging cuts keyset pages. A page is read with one row more than asked, which tells whether another follows.
package paging

import "time"

// End is a moment after every row: a list from the newest on begins before it, so that one query serves all its pages.
func End() time.Time { return time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC) }

// Rows is how many rows to read for a page of at most limit items.
func Rows(limit int) int32 { return int32(limit + 1) } //nolint:gosec // the contract allows at most 100

// Page is one page of a list; Next is where the following one begins, nil on the last.
type Page[T, C any] struct {
	Items []T
	Next  *C
}

// Cut makes a page of at most limit rows from up to limit+1 rows, taking the cursor from the last row kept.
func Cut[T, C any](rows []T, limit int, cursorOf func(T) C) Page[T, C] {
	if len(rows) <= limit {
		return Page[T, C]{Items: rows}
	}
	next := cursorOf(rows[limit-1])
	return Page[T, C]{Items: rows[:limit], Next: &next}
}

// Map turns the items of a page into others.
func Map[T, U, C any](page Page[T, C], convert func(T) U) Page[U, C] {
	items := make([]U, len(page.Items))
	for i, item := range page.Items {
		items[i] = convert(item)
	}
	return Page[U, C]{Items: items, Next: page.Next}
}
