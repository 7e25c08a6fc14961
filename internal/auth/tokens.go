package auth

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jwt"

	"github.com/lattice-money/lattice/internal/clock"
)

// Lifetimes of what a session hands out.
const (
	AccessTokenLifetime = 15 * time.Minute
	// SessionLifetime is also that of the last refresh token: a session ends this long after signing in.
	SessionLifetime = 30 * 24 * time.Hour
	// RefreshOverlap is how long after its first use a refresh token is answered again, while nobody used what it was
	// answered with.
	RefreshOverlap = 30 * time.Second
)

const (
	issuer       = "lattice"
	audience     = "lattice-api"
	sessionClaim = "sid"
	// No token of ours is near this long; longer ones are not even parsed.
	maxTokenLength = 2048
)

// Tokens signs and checks access tokens: JWTs with EdDSA (RFC 8037) and nothing else.
type Tokens struct {
	clock  clock.Clock
	signer jwk.Key
	keys   jwk.Set
}

// NewTokens makes a signer from key. The key id is the key's RFC 7638 thumbprint.
func NewTokens(key ed25519.PrivateKey, clk clock.Clock) (*Tokens, error) {
	if len(key) != ed25519.PrivateKeySize || clk == nil {
		return nil, errors.New("auth: NewTokens wants an Ed25519 key and a clock")
	}
	signer, err := jwk.FromRaw(key)
	if err != nil {
		return nil, fmt.Errorf("read signing key: %w", err)
	}
	if err := jwk.AssignKeyID(signer); err != nil {
		return nil, fmt.Errorf("name signing key: %w", err)
	}
	if err := signer.Set(jwk.AlgorithmKey, jwa.EdDSA); err != nil {
		return nil, fmt.Errorf("set algorithm: %w", err)
	}
	public, err := signer.PublicKey()
	if err != nil {
		return nil, fmt.Errorf("derive public key: %w", err)
	}
	keys := jwk.NewSet()
	if err := keys.AddKey(public); err != nil {
		return nil, fmt.Errorf("collect public key: %w", err)
	}
	return &Tokens{clock: clk, signer: signer, keys: keys}, nil
}

// Sign makes the access token of a session.
func (t *Tokens) Sign(userID, sessionID uuid.UUID) (string, error) {
	now := t.clock.Now()
	token, err := jwt.NewBuilder().
		Issuer(issuer).Audience([]string{audience}).Subject(userID.String()).
		IssuedAt(now).NotBefore(now).Expiration(now.Add(AccessTokenLifetime)).
		Claim(sessionClaim, sessionID.String()).Build()
	if err != nil {
		return "", fmt.Errorf("build token: %w", err)
	}
	signed, err := jwt.Sign(token, jwt.WithKey(jwa.EdDSA, t.signer))
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return string(signed), nil
}

// Parse checks signature, algorithm, issuer, audience and times, and returns the user and session the token names.
// Every failure is ErrSignedOut; whether the session still lives is for the caller to ask.
func (t *Tokens) Parse(raw string) (userID, sessionID uuid.UUID, err error) {
	if raw == "" || len(raw) > maxTokenLength {
		return uuid.Nil, uuid.Nil, ErrSignedOut
	}
	token, err := jwt.Parse([]byte(raw),
		jwt.WithKeySet(t.keys), // the key names its algorithm, so the token's own word is never taken for it
		jwt.WithIssuer(issuer), jwt.WithAudience(audience),
		jwt.WithRequiredClaim(jwt.ExpirationKey), jwt.WithRequiredClaim(jwt.SubjectKey), jwt.WithRequiredClaim(sessionClaim),
		jwt.WithClock(jwt.ClockFunc(t.clock.Now)))
	if err != nil {
		return uuid.Nil, uuid.Nil, ErrSignedOut
	}
	userID, err = uuid.Parse(token.Subject())
	if err != nil {
		return uuid.Nil, uuid.Nil, ErrSignedOut
	}
	claim, _ := token.Get(sessionClaim)
	text, _ := claim.(string)
	sessionID, err = uuid.Parse(text)
	if err != nil {
		return uuid.Nil, uuid.Nil, ErrSignedOut
	}
	return userID, sessionID, nil
}

// NewSecret makes a random token of 256 bits with a prefix that tells what it is, and the hash to store of it.
func NewSecret(prefix string) (token string, hash []byte, err error) {
	var random [32]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", nil, fmt.Errorf("read randomness: %w", err)
	}
	token = prefix + base64.RawURLEncoding.EncodeToString(random[:])
	return token, HashSecret(token), nil
}

// HashSecret is how a token made by NewSecret is stored and looked up.
func HashSecret(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
