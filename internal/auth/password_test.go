package auth

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"
)

func hasher(t *testing.T) *Hasher {
	t.Helper()
	h, err := NewHasher()
	require.NoError(t, err)
	return h
}

func TestHasher_KnowsItsOwnHashesAndSaltsThem(t *testing.T) {
	t.Parallel()
	h := hasher(t)
	hash, err := h.Hash(t.Context(), "correct horse")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$"), "the parameters OWASP names: %s", hash)
	again, err := h.Hash(t.Context(), "correct horse")
	require.NoError(t, err)
	require.NotEqual(t, hash, again)

	for password, want := range map[string]bool{"correct horse": true, "Correct horse": false, "": false, "correct horse\x00": false} {
		match, outdated, err := h.Check(t.Context(), password, hash)
		require.NoError(t, err)
		require.Equal(t, want, match, "%q", password)
		require.False(t, outdated)
	}
}

func TestHasher_TellsHashesOfOtherParameters(t *testing.T) {
	t.Parallel()
	weaker := *hashParams
	weaker.Iterations = 1
	hash, err := argon2id.CreateHash("correct horse", &weaker)
	require.NoError(t, err)
	match, outdated, err := hasher(t).Check(t.Context(), "correct horse", hash)
	require.NoError(t, err)
	require.True(t, match)
	require.True(t, outdated, "so that signing in renews it")

	_, _, err = hasher(t).Check(t.Context(), "correct horse", "$2b$10$not.argon")
	require.Error(t, err)
}

// Why: who asks for an unknown address must wait as long as who gets the password of a known one wrong.
func TestHasher_WithoutAHash_WorksAsMuchAndNeverMatches(t *testing.T) {
	t.Parallel()
	h := hasher(t)
	params, _, _, err := argon2id.DecodeHash(h.decoy)
	require.NoError(t, err)
	require.Equal(t, hashParams, params)
	for _, password := range []string{"decoy", "", "anything"} { // not even the decoy's own
		match, _, err := h.Check(t.Context(), password, "")
		require.NoError(t, err)
		require.False(t, match)
	}
}

// Each hash takes 19 MiB: without a bound, a burst of log-ins is a burst of memory.
func TestHasher_WorksOnAsManyAsThereAreProcessorsAndTheRestWaits(t *testing.T) {
	t.Parallel()
	h := hasher(t)
	slots := int64(0)
	for h.slots.TryAcquire(1) {
		slots++
	}
	require.Positive(t, slots)

	impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err := h.Hash(impatient, "correct horse")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	_, _, err = h.Check(impatient, "correct horse", "")
	require.ErrorIs(t, err, context.DeadlineExceeded)

	done := make(chan error, 1)
	go func() {
		_, err := h.Hash(t.Context(), "correct horse")
		done <- err
	}()
	h.slots.Release(1)
	require.NoError(t, <-done)
	require.True(t, h.slots.TryAcquire(1), "the slot is given back")
	h.slots.Release(slots)
}

func TestCheckStrength_RefusesAnybodysFirstGuesses(t *testing.T) {
	t.Parallel()
	for password, weak := range map[string]bool{
		"password":              true,
		"12345678":              true,
		"qwertyui":              true,
		"aaaaaaaaaaaa":          true,
		"iloveyou":              true,
		"danakim1":              true,
		"dana@example.com":      true,
		"kowalski":              true,
		"lattice1":              true,
		"correct horse battery": false,
		"tr0ub4dor&3":           false,
		"x7#Qm2!pL9":            false,
		"мой дом у реки":        false,
		"🙂🙃🙂🙃🙂🙃🙂🙃 and a river":        false,
		strings.Repeat("ab c9!", 200): false,
	} {
		field := checkStrength(password, "Dana Kowalski", "dana@example.com")
		require.Equalf(t, weak, field != nil, "%.40s", password)
		if weak {
			require.Equal(t, "/password", field.Pointer)
			require.Equal(t, "weak", field.Code)
		}
	}
}

// The estimate's work grows faster than the length, and anybody may ask for it: only the beginning is looked at.
func TestCheckStrength_LooksAtTheBeginningOfALongPassword(t *testing.T) {
	t.Parallel()
	const strong = "correct horse battery staple"
	require.Nil(t, checkStrength(strong, "Dana Kowalski", "dana@example.com"))
	require.Nil(t, checkStrength(strings.Repeat("a", strengthPrefix-len(strong))+strong, "Dana Kowalski", "dana@example.com"))
	require.NotNil(t, checkStrength(strings.Repeat("a", strengthPrefix)+strong, "Dana Kowalski", "dana@example.com"))
}

// One person's name must not become everybody's forbidden word, nor two sign-ups at once a race.
func TestCheckStrength_OfManyAtOnce_KeepsTheirNamesApart(t *testing.T) {
	t.Parallel()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				require.NotNil(t, checkStrength("zebulonx", "Zebulonx", "z@example.com"))
				require.Nil(t, checkStrength("zebulonx", "Dana", "dana@example.com"))
			}
		})
	}
	group.Wait()
}
