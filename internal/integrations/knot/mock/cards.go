package mock

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"sync"

	"github.com/lattice-money/lattice/internal/accounts"
)

// keyID names the mock's one key.
const keyID = "lattice-mock"

// publicKey is made once a process. Its other half is thrown away: nobody, not even the mock, can read a card that was
// encrypted with it.
var publicKey = sync.OnceValues(func() (accounts.CardKey, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return accounts.CardKey{}, fmt.Errorf("mock: make key: %w", err)
	}
	return accounts.CardKey{
		Kty: "RSA", Alg: "RSA-OAEP-256", Use: "enc", Kid: keyID, KeyOps: []string{"encrypt"},
		N: base64.RawURLEncoding.EncodeToString(private.N.Bytes()),
		E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(private.E)).Bytes()),
	}, nil
})

// CardKey answers a key of this process.
func (l *Linker) CardKey(ctx context.Context) (accounts.CardKey, error) {
	if err := l.begin(ctx); err != nil {
		return accounts.CardKey{}, err
	}
	return publicKey()
}

// SendCard takes a card that is encrypted as the vendor wants it, which is all that can be seen of it, and at once reports
// the task as done.
func (l *Linker) SendCard(ctx context.Context, userRef, taskID, jwe string) (string, error) {
	if err := l.check(ctx, userRef); err != nil {
		return "", err
	}
	if !looksEncrypted(jwe) {
		return "", accounts.ErrCardRefused
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tasks[userRef] != taskID {
		return "", accounts.ErrTaskOver
	}
	delete(l.tasks, userRef)
	return accounts.CardUpdated, nil
}

// looksEncrypted reads the outside of a JWE in its compact form (RFC 7516).
func looksEncrypted(jwe string) bool {
	parts := strings.Split(jwe, ".")
	if len(parts) != 5 {
		return false
	}
	for _, part := range parts {
		if decoded, err := base64.RawURLEncoding.DecodeString(part); err != nil || len(decoded) == 0 {
			return false
		}
	}
	header, _ := base64.RawURLEncoding.DecodeString(parts[0])
	var told struct {
		Alg string `json:"alg"`
		Enc string `json:"enc"`
		Kid string `json:"kid"`
	}
	return json.Unmarshal(header, &told) == nil && told.Alg == "RSA-OAEP-256" && told.Enc == "A256GCM" && told.Kid == keyID
}
