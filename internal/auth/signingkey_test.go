package auth_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/auth"
)

func TestKeptSigningKey_IsMadeOnceHoweverManyAsk(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "signing-key.pem")
	type outcome struct {
		key ed25519.PrivateKey
		err error
	}
	outcomes := make(chan outcome, 16)
	for range cap(outcomes) {
		go func() {
			key, err := auth.KeptSigningKey(path)
			outcomes <- outcome{key, err}
		}()
	}
	first := <-outcomes
	require.NoError(t, first.err)
	for range cap(outcomes) - 1 {
		next := <-outcomes
		require.NoError(t, next.err)
		require.Equal(t, first.key, next.key)
	}
	kept, err := auth.KeptSigningKey(path)
	require.NoError(t, err)
	require.Equal(t, first.key, kept)

	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	info, err = os.Stat(filepath.Dir(path))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing is left over from making it")
}

// Making a new key instead would sign everybody out, and destroy what may be mended.
func TestKeptSigningKey_ThatCannotBeRead_IsAnErrorAndLeftAlone(t *testing.T) {
	t.Parallel()
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(other)
	require.NoError(t, err)
	for name, content := range map[string][]byte{
		"Empty":        {},
		"Words":        []byte("not a key"),
		"BrokenPEM":    []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
		"AnotherCurve": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "signing-key.pem")
			require.NoError(t, os.WriteFile(path, content, 0o600))
			_, err := auth.KeptSigningKey(path)
			require.ErrorIs(t, err, auth.ErrSigningKeyFile)
			require.ErrorContains(t, err, path)
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, content, after)
		})
	}
}

func TestKeptSigningKey_WhereNothingCanBeKept_SaysSo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := auth.KeptSigningKey(filepath.Join(file, "signing-key.pem"))
	require.ErrorContains(t, err, "signing key")
}
