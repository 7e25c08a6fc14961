package e2e

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every operation of the contract is called by everybody there is, and matrix.golden says what each of them gets: the owner,
// an admin and a member of a group, somebody who is in none, and nobody. What belongs to one person in it is the owner's.
//
// An operation that is added has no row and fails here. It needs a row, and where its path names something a fixture (see
// fixtures) that makes it. To accept what the failure shows, copy it into the file; that is where it is looked at.
//
//nolint:tparallel // the outer subtest ends when all cells are filled
func TestAccessMatrix(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var mu sync.Mutex
	rows := []string{matrixRow("operation", "access", roles)}
	t.Run("Cells", func(t *testing.T) {
		eachOperation(t, anyOperation, func(t *testing.T, o operation) {
			statuses := make([]string, len(roles))
			for i, role := range roles {
				scene, request := s.scene(t, o, role)
				statuses[i] = fmt.Sprint(scene.call(request).status)
			}
			requireAccess(t, o, statuses)
			mu.Lock()
			defer mu.Unlock()
			rows = append(rows, matrixRow(o.OperationID, o.access, statuses))
		})
	})
	slices.Sort(rows[1:])
	golden(t, "matrix.golden", rows)
}

func matrixRow(operation, access string, cells []string) string {
	row := fmt.Sprintf("%-24s %-12s", operation, access)
	for _, cell := range cells {
		row += fmt.Sprintf(" %-9s", cell)
	}
	return strings.TrimRight(row, " ")
}

// requireAccess holds the cells of an operation to its x-access, so that a row cannot be accepted that says otherwise.
func requireAccess(t *testing.T, o operation, statuses []string) {
	t.Helper()
	owner, admin, member, other, anonymous := statuses[0], statuses[1], statuses[2], statuses[3], statuses[4]
	good := func(status string) bool { return status[0] == '2' }
	require.True(t, good(owner), "the owner gets through: %s", owner)
	switch o.access {
	case "public", "optional":
		require.NotEqual(t, "401", anonymous)
		return
	case "member", "group-admin", "group-owner":
		require.Equal(t, "404", other, "to others it is not there")
	}
	if o.access == "signature" {
		require.True(t, good(anonymous), "who signs is the vendor, whoever else they are: %s", anonymous)
		return
	}
	require.Equal(t, "401", anonymous)
	switch o.access {
	case "group-admin":
		require.True(t, good(admin), "an admin gets through: %s", admin)
		require.Equal(t, "403", member)
	case "group-owner":
		require.Equal(t, "403", admin)
		require.Equal(t, "403", member)
	}
}

// The matrix has a row for every operation and none for what is gone; this says which, without calling anything.
func TestAccessMatrixHasEveryOperation(t *testing.T) {
	t.Parallel()
	var named, declared []string
	for _, line := range goldenLines(t, "matrix.golden")[1:] {
		fields := strings.Fields(line)
		require.Len(t, fields, 2+len(roles), line)
		named = append(named, fields[0]+" "+fields[1])
	}
	for _, o := range contract.operations {
		declared = append(declared, o.OperationID+" "+o.access)
	}
	slices.Sort(declared)
	slices.Sort(named)
	require.Equal(t, declared, named)
	for id := range fixtures {
		require.True(t, slices.ContainsFunc(contract.operations, func(o operation) bool { return o.OperationID == id }), "%s is an operation", id)
	}
}
