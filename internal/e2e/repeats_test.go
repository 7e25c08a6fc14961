package e2e

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

// An operation that makes something out of nothing has no 404: where what a key made was deleted, its repeat is a conflict.
func TestARepeatOfWhatWasDeletedIsAConflict(t *testing.T) {
	t.Parallel()
	s, _, product := withKettle(t)
	dana := s.signUp(t, "Dana Kim")
	for path, body := range map[string]object{
		"/api/chats":        {"title": "Groceries"},
		"/api/groups":       {"name": "Ski Trip", "members": []string{}},
		"/api/price-alerts": alertBody(product(dana), nil),
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			dana := dana.in(t)
			made := decode[struct{ ID uuid.UUID }](dana.post(path, body, "Idempotency-Key", "once").want(201))
			dana.delete(path + "/" + made.ID.String()).want(204)
			problem := dana.post(path, body, "Idempotency-Key", "once").refused(409, api.ProblemCodeConflict)
			require.Contains(t, problem.Detail, "deleted")
			dana.post(path, body, "Idempotency-Key", "twice").want(201)
		})
	}
}
