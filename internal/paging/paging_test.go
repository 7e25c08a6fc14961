package paging_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/paging"
)

func itself(row int) int { return row }

func TestCut(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		rows []int
		want paging.Page[int, int]
	}{
		{nil, paging.Page[int, int]{}},
		{[]int{1}, paging.Page[int, int]{Items: []int{1}}},
		{[]int{1, 2}, paging.Page[int, int]{Items: []int{1, 2}}},
		{[]int{1, 2, 3}, paging.Page[int, int]{Items: []int{1, 2}, Next: new(2)}}, // the third row only tells that there is more
	} {
		require.Equal(t, test.want, paging.Cut(test.rows, 2, itself))
	}
}

// Whatever the page size, following the cursor gives every row once and in order, and never an empty last page.
func TestCut_PagesJoinedAreTheList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfNDistinct(rapid.IntMin(1), 0, 50, rapid.ID[int]).Draw(t, "list")
		slices.Sort(list)
		limit := rapid.IntRange(1, 60).Draw(t, "limit")
		var joined []int
		after := 0
		for {
			from, _ := slices.BinarySearch(list, after+1)
			page := paging.Cut(list[from:min(from+limit+1, len(list))], limit, itself)
			joined = append(joined, page.Items...)
			if page.Next == nil {
				break
			}
			require.NotEmpty(t, page.Items)
			after = *page.Next
		}
		require.Equal(t, append([]int(nil), list...), joined)
	})
}

func TestMap_KeepsTheCursor(t *testing.T) {
	t.Parallel()
	page := paging.Map(paging.Page[int, string]{Items: []int{1, 2}, Next: new("after 2")}, strconv.Itoa)
	require.Equal(t, paging.Page[string, string]{Items: []string{"1", "2"}, Next: new("after 2")}, page)
	require.NotNil(t, paging.Map(paging.Page[int, string]{}, strconv.Itoa).Items, "an empty list is [] in an answer, not null")
}
