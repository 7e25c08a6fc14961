package sequence_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/sequence"
)

// Why: stored prices and the orders people have seen come from these very numbers.
func TestNext_NeverChanges(t *testing.T) {
	t.Parallel()
	s := sequence.New("a", 1)
	require.Equal(t, []uint64{0x9fe7fdaf065e34a5, 0xa3b6123820beee48, 0x664602560b65eef7}, []uint64{s.Next(), s.Next(), s.Next()})
	joined, apart := sequence.New("ab", "c"), sequence.New("a", "bc")
	require.NotEqual(t, joined.Next(), apart.Next())
}
