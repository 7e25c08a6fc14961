package auth_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/clock"
)

// issued has a fraction of a second, as real times do: tokens count whole ones.
var issued = time.Date(2026, time.November, 23, 9, 0, 0, 987_654_000, time.UTC)

type tokenBundle struct {
	key     ed25519.PrivateKey
	clock   *clock.Fake
	tokens  *auth.Tokens
	user    uuid.UUID
	session uuid.UUID
	header  map[string]any // of a real token
	claims  map[string]any
}

func tokenSetup(t *testing.T) *tokenBundle {
	t.Helper()
	key := ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
	clk := clock.NewFake(issued)
	tokens, err := auth.NewTokens(key, clk)
	require.NoError(t, err)
	b := &tokenBundle{key: key, clock: clk, tokens: tokens, user: uuid.Must(uuid.NewV7()), session: uuid.Must(uuid.NewV7())}
	parts := strings.Split(b.sign(t), ".")
	require.Len(t, parts, 3)
	for i, into := range []*map[string]any{&b.header, &b.claims} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, into))
	}
	return b
}

func (b *tokenBundle) sign(t *testing.T) string {
	t.Helper()
	token, err := b.tokens.Sign(b.user, b.session)
	require.NoError(t, err)
	return token
}

// forge writes a token by hand: no library keeps it from being wrong.
func forge(t *testing.T, header, claims map[string]any, sign func(text []byte) []byte) string {
	t.Helper()
	encode := func(value any) string {
		text, err := json.Marshal(value)
		require.NoError(t, err)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	signed := encode(header) + "." + encode(claims)
	return signed + "." + base64.RawURLEncoding.EncodeToString(sign([]byte(signed)))
}

func (b *tokenBundle) signer(text []byte) []byte { return ed25519.Sign(b.key, text) }

// with is a copy of m in which some keys have another value; nil takes the key away.
func with(m map[string]any, changes map[string]any) map[string]any {
	changed := maps.Clone(m)
	for key, value := range changes {
		if changed[key] = value; value == nil {
			delete(changed, key)
		}
	}
	return changed
}

func (b *tokenBundle) requireRefused(t *testing.T, token string) {
	t.Helper()
	userID, sessionID, err := b.tokens.Parse(token)
	require.ErrorIs(t, err, auth.ErrSignedOut)
	require.Equal(t, uuid.Nil, userID)
	require.Equal(t, uuid.Nil, sessionID)
}

func TestTokens_NameUserAndSessionForFifteenMinutes(t *testing.T) {
	t.Parallel()
	b := tokenSetup(t)
	token := b.sign(t)
	require.Equal(t, "EdDSA", b.header["alg"])
	require.NotEmpty(t, b.header["kid"])
	for _, age := range []time.Duration{0, time.Minute, 13*time.Minute + 59*time.Second} {
		b.clock.Advance(age)
		userID, sessionID, err := b.tokens.Parse(token)
		require.NoErrorf(t, err, "after %s", age)
		require.Equal(t, b.user, userID)
		require.Equal(t, b.session, sessionID)
	}
	b.clock.Advance(time.Second) // fifteen minutes after the whole second it was issued in
	b.requireRefused(t, token)
	b.clock.Advance(365 * 24 * time.Hour)
	b.requireRefused(t, token)
}

func TestTokens_OutliveTheProcessThatSignedThem(t *testing.T) {
	t.Parallel()
	b := tokenSetup(t)
	next, err := auth.NewTokens(b.key, b.clock)
	require.NoError(t, err)
	userID, _, err := next.Parse(b.sign(t))
	require.NoError(t, err)
	require.Equal(t, b.user, userID)
}

// Each is a known way to talk a server into believing a token it never signed.
func TestTokens_ForgedOnesAreRefused(t *testing.T) {
	t.Parallel()
	b := tokenSetup(t)
	_, _, err := b.tokens.Parse(forge(t, b.header, b.claims, b.signer))
	require.NoError(t, err, "a token written by hand is good, so what is refused below is refused for its fault alone")

	other := ed25519.NewKeyFromSeed([]byte(strings.Repeat("o", ed25519.SeedSize)))
	public := b.key.Public().(ed25519.PublicKey)
	der, err := x509.MarshalPKIXPublicKey(public)
	require.NoError(t, err)
	hs256 := func(secret []byte) func([]byte) []byte {
		return func(text []byte) []byte {
			mac := hmac.New(sha256.New, secret)
			mac.Write(text)
			return mac.Sum(nil)
		}
	}
	nothing := func([]byte) []byte { return nil }
	symmetric := with(b.header, map[string]any{"alg": "HS256"})
	for name, token := range map[string]string{
		"AlgNone":                forge(t, with(b.header, map[string]any{"alg": "none"}), b.claims, nothing),
		"AlgNoneInCapitals":      forge(t, with(b.header, map[string]any{"alg": "NONE"}), b.claims, nothing),
		"AlgNoneWithoutKey":      forge(t, map[string]any{"alg": "none"}, b.claims, nothing),
		"SignatureMissing":       forge(t, b.header, b.claims, nothing),
		"OtherKey":               forge(t, b.header, b.claims, func(text []byte) []byte { return ed25519.Sign(other, text) }),
		"PublicKeyAsSecret":      forge(t, symmetric, b.claims, hs256(public)),
		"PublicKeyDERAsSecret":   forge(t, symmetric, b.claims, hs256(der)),
		"PublicKeyPEMAsSecret":   forge(t, symmetric, b.claims, hs256(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))),
		"KeyInTheHeader":         forge(t, with(b.header, map[string]any{"kid": nil, "jwk": jwkOf(other)}), b.claims, func(text []byte) []byte { return ed25519.Sign(other, text) }),
		"UnknownKeyID":           forge(t, with(b.header, map[string]any{"kid": "../../dev/null"}), b.claims, b.signer),
		"UnknownCriticalHeader":  forge(t, with(b.header, map[string]any{"crit": []string{"b64"}, "b64": false}), b.claims, b.signer),
		"ExpiryMissing":          forge(t, b.header, with(b.claims, map[string]any{"exp": nil}), b.signer),
		"ExpiryIsText":           forge(t, b.header, with(b.claims, map[string]any{"exp": "never"}), b.signer),
		"SessionMissing":         forge(t, b.header, with(b.claims, map[string]any{"sid": nil}), b.signer),
		"SessionIsNoID":          forge(t, b.header, with(b.claims, map[string]any{"sid": "1"}), b.signer),
		"SessionIsANumber":       forge(t, b.header, with(b.claims, map[string]any{"sid": 1}), b.signer),
		"SubjectMissing":         forge(t, b.header, with(b.claims, map[string]any{"sub": nil}), b.signer),
		"SubjectIsNoID":          forge(t, b.header, with(b.claims, map[string]any{"sub": "alice"}), b.signer),
		"OtherIssuer":            forge(t, b.header, with(b.claims, map[string]any{"iss": "mallory"}), b.signer),
		"OtherAudience":          forge(t, b.header, with(b.claims, map[string]any{"aud": "lattice-admin"}), b.signer),
		"NotYetValid":            forge(t, b.header, with(b.claims, map[string]any{"nbf": issued.Unix() + 60}), b.signer),
		"Empty":                  "",
		"Words":                  "let me in",
		"ClaimsAlone":            `{"sub":"` + b.user.String() + `"}`,
		"Dots":                   "..",
		"Oversized":              forge(t, b.header, with(b.claims, map[string]any{"note": strings.Repeat("x", 2048)}), b.signer),
		"ClaimsOfAnotherToken":   swapClaims(t, b.sign(t), with(b.claims, map[string]any{"sub": uuid.NewString()})),
		"SignatureWithOneBitOff": flipLastBit(t, b.sign(t)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b.requireRefused(t, token)
		})
	}
}

func jwkOf(key ed25519.PrivateKey) map[string]any {
	public := base64.RawURLEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
	return map[string]any{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": public}
}

func swapClaims(t *testing.T, token string, claims map[string]any) string {
	t.Helper()
	text, err := json.Marshal(claims)
	require.NoError(t, err)
	parts := strings.Split(token, ".")
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString(text) + "." + parts[2]
}

func flipLastBit(t *testing.T, token string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	require.NoError(t, err)
	signature[len(signature)-1] ^= 1
	return parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func TestNewTokens_WantsAKeyAndAClock(t *testing.T) {
	t.Parallel()
	_, err := auth.NewTokens(nil, clock.System{})
	require.Error(t, err)
	_, err = auth.NewTokens(make(ed25519.PrivateKey, ed25519.PrivateKeySize), nil)
	require.Error(t, err)
}

func TestNewSecret_IsLongRandomAndStoredHashed(t *testing.T) {
	t.Parallel()
	first, hash, err := auth.NewSecret("r1_")
	require.NoError(t, err)
	second, _, err := auth.NewSecret("r1_")
	require.NoError(t, err)
	require.NotEqual(t, first, second)
	require.Regexp(t, `^r1_[A-Za-z0-9_-]{43}$`, first)
	require.Equal(t, hash, auth.HashSecret(first))
	require.NotContains(t, string(hash), first)
}
