package auth

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrSigningKeyFile means that the kept key cannot be read back; the file is left as it is.
var ErrSigningKeyFile = errors.New("the kept signing key is not an Ed25519 key in PKCS #8 PEM")

// KeptSigningKey returns the key kept at path, making it (0600) on first use, so that tokens outlive a restart in
// development. Production sets JWT_SIGNING_KEY instead.
func KeptSigningKey(path string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeSigningKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read signing key: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s: %w", path, ErrSigningKeyFile)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, ErrSigningKeyFile)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: %w", path, ErrSigningKeyFile)
	}
	return key, nil
}

func makeSigningKey(path string) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make signing key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode signing key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("keep signing key: %w", err)
	}
	// Written beside and linked into place: a crash leaves no half a key, and of two first starts one wins.
	temporary, err := os.CreateTemp(filepath.Dir(path), ".signing-key-*")
	if err != nil {
		return nil, fmt.Errorf("keep signing key: %w", err)
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	err = errors.Join(pem.Encode(temporary, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), temporary.Sync(), temporary.Close())
	if err != nil {
		return nil, fmt.Errorf("keep signing key: %w", err)
	}
	if err := os.Link(temporary.Name(), path); errors.Is(err, fs.ErrExist) {
		return KeptSigningKey(path)
	} else if err != nil {
		return nil, fmt.Errorf("keep signing key: %w", err)
	}
	return key, nil
}
