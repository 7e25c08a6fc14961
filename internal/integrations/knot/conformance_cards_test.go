package knot_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
)

// What TestConformance holds about cards.

func keysAreForCards(t *testing.T, s subject) {
	key, err := s.linker.CardKey(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"RSA", "RSA-OAEP-256", "enc"}, []string{key.Kty, key.Alg, key.Use})
	require.Equal(t, []string{"encrypt"}, key.KeyOps)
	require.NotEmpty(t, key.Kid)
	require.Regexp(t, `^[A-Za-z0-9_-]{342}$`, key.N, "2048 bits")
	require.NotEmpty(t, key.E)
	again, err := s.linker.CardKey(t.Context())
	require.NoError(t, err)
	require.Equal(t, key, again)
}

func otherThanCardsAreRefused(t *testing.T, s subject) {
	for _, jwe := range []string{"x", "a.b.c.d.e", "4242424242424242"} {
		_, err := s.linker.SendCard(t.Context(), s.userRef, "90412", jwe)
		require.ErrorIs(t, err, accounts.ErrCardRefused)
	}
}

func cardsAreTakenForTheirTask(t *testing.T, s subject) {
	task := s.task(t)
	key, err := s.linker.CardKey(t.Context())
	require.NoError(t, err)
	sealed := seal(t, key)
	_, err = s.linker.SendCard(t.Context(), s.userRef, task+"0", sealed)
	require.ErrorIs(t, err, accounts.ErrTaskOver)
	_, err = s.linker.SendCard(t.Context(), "", task, sealed)
	require.Error(t, err)
	outcome, err := s.linker.SendCard(t.Context(), s.userRef, task, sealed)
	require.NoError(t, err)
	require.Contains(t, []string{"", accounts.CardUpdated}, outcome, "known at once, or by webhook")
}
