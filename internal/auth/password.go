package auth

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"github.com/alexedwards/argon2id"
	"github.com/ccojocar/zxcvbn-go"
	"golang.org/x/sync/semaphore"

	"github.com/lattice-money/lattice/internal/apperr"
)

// hashParams are the first choice of the OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB, 2 passes, 1 lane.
var hashParams = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// weakPasswordBits is the zxcvbn entropy below which a password is one of the first thousand guesses.
const weakPasswordBits = 10

// zxcvbn's work grows faster than the length: anybody could make it take a second with 64 characters. What follows this
// many cannot make a password weak.
const strengthPrefix = 32

// Hasher hashes and checks passwords, a bounded number at a time: each takes 19 MiB and a core for tens of
// milliseconds, and a burst of log-ins must not take the process down.
type Hasher struct {
	slots *semaphore.Weighted
	// decoy is what a log-in for an unknown e-mail is compared with, so that it takes the same work.
	decoy string
}

// NewHasher makes a hasher that works on as many passwords at once as there are processors.
func NewHasher() (*Hasher, error) {
	decoy, err := argon2id.CreateHash("decoy", hashParams)
	if err != nil {
		return nil, fmt.Errorf("hash decoy: %w", err)
	}
	return &Hasher{slots: semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))), decoy: decoy}, nil
}

// Hash returns the Argon2id hash of password in PHC form. It waits for a free slot until ctx ends.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return "", fmt.Errorf("wait to hash: %w", err)
	}
	defer h.slots.Release(1)
	hash, err := argon2id.CreateHash(password, hashParams)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// Check reports whether password belongs to hash, and whether hash was made with other parameters than today's.
// An empty hash costs the same work and never matches.
func (h *Hasher) Check(ctx context.Context, password, hash string) (match, outdated bool, err error) {
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return false, false, fmt.Errorf("wait to check: %w", err)
	}
	defer h.slots.Release(1)
	known := hash != ""
	if !known {
		hash = h.decoy
	}
	match, params, err := argon2id.CheckHash(password, hash)
	if err != nil {
		return false, false, fmt.Errorf("check password: %w", err)
	}
	return match && known, params == nil || *params != *hashParams, nil
}

// checkStrength refuses passwords that are among anybody's first guesses, the user's own name and e-mail included.
func checkStrength(password, name, email string) *apperr.Field {
	own := append(strings.Fields(strings.ToLower(name)), strings.FieldsFunc(strings.ToLower(email), func(r rune) bool {
		return r == '@' || r == '.' || r == '+'
	})...)
	own = append(own, strings.ToLower(email), "lattice")
	prefix := []rune(password)
	if len(prefix) > strengthPrefix {
		prefix = prefix[:strengthPrefix]
	}
	if zxcvbn.PasswordStrength(string(prefix), own).Entropy >= weakPasswordBits {
		return nil
	}
	return &apperr.Field{Pointer: "/password", Code: "weak", Detail: "This password is too easy to guess. Try a few words in a row."}
}
