package postgres

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestServersBeforeFourteenAreRefused(t *testing.T) {
	t.Parallel()
	require.NoError(t, supported("140000", "14.0"))
	require.NoError(t, supported("180004", "18.4"))
	err := supported("130022", "13.22 (Debian)")
	require.ErrorIs(t, err, ErrServerUnsupported)
	require.ErrorContains(t, err, "this server is PostgreSQL 13.22 (Debian), Lattice needs 14 or newer")
	require.Error(t, supported("fifteen", ""))
}
