package config_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/config"
)

var (
	signingKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{0xfb}, ed25519.SeedSize))
	seedBase64 = base64.StdEncoding.EncodeToString(signingKey.Seed())
	pkcs8      = mustPKCS8(signingKey)
	pemKey     = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
)

func mustPKCS8(key any) []byte {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return der
}

func TestSecret_NoWayOfPrintingGivesItAway(t *testing.T) {
	t.Parallel()
	secret := config.NewSecret("hunter2")
	cfg := config.Config{DatabaseURL: secret, RedisURL: secret, JWTSigningKey: secret}
	values := map[string]any{"Secret": secret, "Pointer": &secret, "Config": cfg, "ConfigPointer": &cfg}

	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%o", "%e", "%U"} {
				fmt.Fprintf(&out, verb+"\n", value)
			}
			encoded, err := json.Marshal(value)
			require.NoError(t, err)
			out.Write(encoded)
			for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
				slog.New(handler).InfoContext(t.Context(), "loaded", "config", value)
			}
			for _, form := range []string{"hunter2", "68756e74657232", "68756E74657232", "104 117 110"} {
				require.NotContains(t, out.String(), form)
			}
			require.Contains(t, out.String(), "[redacted]")
		})
	}
}

func TestSecret_EmptyIsToldApartFromSet(t *testing.T) {
	t.Parallel()
	require.Empty(t, config.Secret{}.String())
	require.False(t, config.Secret{}.IsSet())
	require.True(t, config.NewSecret("x").IsSet())
	require.Equal(t, "x", config.NewSecret("x").Reveal())
}

func TestConfig_LogsEverySettingUnderItsOwnName(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	cfg, err := setup(t).load("DATABASE_URL=postgres://u:hunter2@db/x", "CORS_ORIGINS=https://a.example")
	require.NoError(t, err)

	slog.New(slog.NewTextHandler(&out, nil)).InfoContext(t.Context(), "loaded", "config", cfg)

	require.Contains(t, out.String(), "config.DATABASE_URL=[redacted]")
	require.Contains(t, out.String(), "config.CORS_ORIGINS=[https://a.example]")
	require.Contains(t, out.String(), "config.JWT_SIGNING_KEY=\"\"")
	require.Contains(t, out.String(), "config.SEND_MESSAGE_WAIT=25s")
}

func TestParseSigningKey_ReadsEveryForm(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"PEM":           pemKey,
		"PEMOnOneLine":  strings.ReplaceAll(strings.TrimSpace(pemKey), "\n", `\n`),
		"Seed":          seedBase64,
		"SeedURLRaw":    base64.RawURLEncoding.EncodeToString(signingKey.Seed()),
		"SeedWrapped":   " " + seedBase64[:10] + "\n" + seedBase64[10:] + "\n",
		"WholeKey":      base64.StdEncoding.EncodeToString(signingKey),
		"PKCS8InBase64": base64.StdEncoding.EncodeToString(pkcs8),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := config.ParseSigningKey(config.NewSecret(text))
			require.NoError(t, err)
			require.True(t, key.Equal(signingKey))
		})
	}
}

func TestParseSigningKey_RefusesEverythingElse(t *testing.T) {
	t.Parallel()
	elliptical, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	otherHalf := append(signingKey.Seed(), make([]byte, ed25519.PublicKeySize)...)

	for name, text := range map[string]string{
		"Empty":        "",
		"NoBase64":     "not a key!",
		"Short":        base64.StdEncoding.EncodeToString([]byte("too short")),
		"Mismatched":   base64.StdEncoding.EncodeToString(otherHalf),
		"OtherKind":    base64.StdEncoding.EncodeToString(mustPKCS8(elliptical)),
		"OtherKindPEM": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: mustPKCS8(elliptical)})),
		"PublicPEM":    string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkcs8})),
		"BrokenPEM":    "-----BEGIN PRIVATE KEY-----\nxx",
		"TwoKeys":      pemKey + pemKey,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.ParseSigningKey(config.NewSecret(text))
			require.ErrorIs(t, err, config.ErrSigningKeyInvalid)
		})
	}
}
