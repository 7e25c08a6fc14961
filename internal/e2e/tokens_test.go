package e2e

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

func weakHash(t *testing.T, password string) string {
	t.Helper()
	hash, err := argon2id.CreateHash(password, &argon2id.Params{Memory: 4096, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	require.NoError(t, err)
	return hash
}

type claims map[string]any

// but gives the claims with some changed; nil takes one away.
func (c claims) but(changes claims) claims {
	changed := maps.Clone(c)
	for key, value := range changes {
		changed[key] = value
		if value == nil {
			delete(changed, key)
		}
	}
	return changed
}

// sign makes a token by hand, as an attacker would.
func sign(t *testing.T, content claims, algorithm jwa.SignatureAlgorithm, key any, header map[string]any) string {
	t.Helper()
	payload, err := json.Marshal(content)
	require.NoError(t, err)
	protected := jws.NewHeaders()
	require.NoError(t, protected.Set("typ", "JWT"))
	for name, value := range header {
		require.NoError(t, protected.Set(name, value))
	}
	signed, err := jws.Sign(payload, jws.WithKey(algorithm, key, jws.WithProtectedHeaders(protected)))
	require.NoError(t, err)
	return string(signed)
}

func segment(t *testing.T, content any) string {
	t.Helper()
	encoded, err := json.Marshal(content)
	require.NoError(t, err)
	return base64.RawURLEncoding.EncodeToString(encoded)
}

// Every way to get past a token check that has ever worked somewhere.
func TestForgedTokensAreRefused(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Mallory Reed")
	session := decode[api.SessionAnswer](dana.get("/api/session").want(200)).Session.ID.String()
	now := s.clock.Now()
	good := claims{
		"iss": "lattice", "aud": []string{"lattice-api"}, "sub": dana.user.ID.String(), "sid": session,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(accessLifetime).Unix(),
	}
	public := s.key.Public().(ed25519.PublicKey)
	named, err := jwk.FromRaw(s.key)
	require.NoError(t, err)
	require.NoError(t, jwk.AssignKeyID(named))
	kid := map[string]any{"kid": named.KeyID()}
	eddsa := func(content claims) string { return sign(t, content, jwa.EdDSA, s.key, kid) }

	// What is forged below differs from this one in one thing only.
	s.anonymous(t).get("/api/session", "Authorization", "Bearer "+eddsa(good)).want(200)
	s.anonymous(t).get("/api/session", "Authorization", "bearer "+eddsa(good)).want(200)

	_, otherKey, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	otherPublic, err := jwk.FromRaw(otherKey.Public())
	require.NoError(t, err)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(public)
	require.NoError(t, err)
	asPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	parts := strings.Split(dana.token, ".")
	require.Len(t, parts, 3)

	forged := map[string]string{
		"Empty":           "",
		"NotAToken":       "abc",
		"ThreeNothings":   "..",
		"VeryLong":        strings.Repeat("a", 100_000),
		"OtherKey":        sign(t, good, jwa.EdDSA, otherKey, nil),
		"OtherKeySameID":  sign(t, good, jwa.EdDSA, otherKey, kid),
		"NoKeyID":         sign(t, good, jwa.EdDSA, otherKey, map[string]any{}),
		"KeyInTheHeader":  sign(t, good, jwa.EdDSA, otherKey, map[string]any{"jwk": otherPublic}),
		"KeySomewhere":    sign(t, good, jwa.EdDSA, otherKey, map[string]any{"jku": "https://mallory.example/keys"}),
		"RSA":             sign(t, good, jwa.RS256, rsaKey, kid),
		"ECDSA":           sign(t, good, jwa.ES256, ecKey, kid),
		"None":            segment(t, claims{"alg": "none", "typ": "JWT"}) + "." + segment(t, good) + ".",
		"NoneInCapitals":  segment(t, claims{"alg": "NONE", "kid": named.KeyID()}) + "." + segment(t, good) + ".",
		"NoneSigned":      segment(t, claims{"alg": "none", "kid": named.KeyID()}) + "." + segment(t, good) + "." + parts[2],
		"NoAlgorithm":     segment(t, claims{"typ": "JWT", "kid": named.KeyID()}) + "." + segment(t, good) + "." + parts[2],
		"HMACOfPublicKey": sign(t, good, jwa.HS256, []byte(public), kid),
		"HMACOfPEM":       sign(t, good, jwa.HS256, asPEM, kid),
		"HMACOfDER":       sign(t, good, jwa.HS256, der, kid),
		"OtherPayload":    parts[0] + "." + segment(t, good.but(claims{"sub": mallory.user.ID.String()})) + "." + parts[2],
		"NoSignature":     parts[0] + "." + parts[1] + ".",
		"CutSignature":    dana.token[:len(dana.token)-4],
		"TwoParts":        parts[0] + "." + parts[1],
		"FourParts":       dana.token + ".abc",
		"Expired":         eddsa(good.but(claims{"exp": now.Add(-time.Second).Unix()})),
		"ExpiresNow":      eddsa(good.but(claims{"exp": now.Unix()})),
		"NeverExpires":    eddsa(good.but(claims{"exp": nil})),
		"NotYet":          eddsa(good.but(claims{"nbf": now.Add(time.Hour).Unix()})),
		"IssuedLater":     eddsa(good.but(claims{"iat": now.Add(time.Hour).Unix()})),
		"OtherIssuer":     eddsa(good.but(claims{"iss": "mallory"})),
		"NoIssuer":        eddsa(good.but(claims{"iss": nil})),
		"OtherAudience":   eddsa(good.but(claims{"aud": "other-api"})),
		"NoAudience":      eddsa(good.but(claims{"aud": nil})),
		"NoSubject":       eddsa(good.but(claims{"sub": nil})),
		"NoSession":       eddsa(good.but(claims{"sid": nil})),
		"SessionOfNobody": eddsa(good.but(claims{"sid": uuid.NewString()})),
		"SessionANumber":  eddsa(good.but(claims{"sid": 7})),
		"SubjectNoID":     eddsa(good.but(claims{"sub": "dana"})),
		"SomebodyElse":    eddsa(good.but(claims{"sub": mallory.user.ID.String()})),
		"JSONForm":        `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`,
		"TwoTokens":       dana.token + " " + dana.token,
	}
	s.staysAsItIs(t)
	for name, token := range forged {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.anonymous(t).get("/api/session", "Authorization", "Bearer "+token).refused(401, api.ProblemCodeUnauthorized)
		})
	}
}

// The token of one installation is worth nothing at another, even for the same user and session.
func TestTokensOfAnotherServiceAreRefused(t *testing.T) {
	t.Parallel()
	here, there := newService(t, idle), newService(t, idle)
	dana := there.signUp(t, "Dana Kim")
	here.anonymous(t).get("/api/session", "Authorization", "Bearer "+dana.token).refused(401, api.ProblemCodeUnauthorized)
}

func TestATokenExpiresOnTime(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	s.clock.Advance(accessLifetime - time.Second)
	dana.get("/api/session").want(200)
	s.clock.Advance(time.Second)
	dana.get("/api/session").refused(401, api.ProblemCodeUnauthorized)
}
