package config

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
)

// ErrSigningKeyInvalid means the text is not an Ed25519 private key in any form ParseSigningKey reads. It never repeats
// the text.
var ErrSigningKeyInvalid = errors.New(
	"want an Ed25519 private key: PEM (PKCS #8, as `openssl genpkey -algorithm ed25519` writes it), or in base64 " +
		"its 32-byte seed, its 64 bytes or its PKCS #8 form")

// ParseSigningKey reads an Ed25519 private key from PEM, where line breaks may be written as \n because environment
// files often hold one line per value, or from base64 in either alphabet, padded or not: the 32-byte seed, the 64-byte
// key (seed and public half), or PKCS #8.
func ParseSigningKey(text Secret) (ed25519.PrivateKey, error) {
	raw := strings.TrimSpace(strings.ReplaceAll(text.Reveal(), `\n`, "\n"))
	if strings.HasPrefix(raw, "-----BEGIN") {
		block, rest := pem.Decode([]byte(raw))
		if block == nil || block.Type != "PRIVATE KEY" || strings.TrimSpace(string(rest)) != "" {
			return nil, ErrSigningKeyInvalid
		}
		return parsePKCS8(block.Bytes)
	}

	raw = strings.Join(strings.Fields(raw), "")
	raw = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(raw, "="))
	decoded, err := base64.RawStdEncoding.DecodeString(raw)
	if err != nil {
		return nil, ErrSigningKeyInvalid
	}
	switch len(decoded) {
	case ed25519.SeedSize:
		return ed25519.NewKeyFromSeed(decoded), nil
	case ed25519.PrivateKeySize:
		key := ed25519.NewKeyFromSeed(decoded[:ed25519.SeedSize])
		if !key.Equal(ed25519.PrivateKey(decoded)) {
			return nil, ErrSigningKeyInvalid // the halves do not belong together: signatures would leak the seed
		}
		return key, nil
	default:
		return parsePKCS8(decoded)
	}
}

func parsePKCS8(der []byte) (ed25519.PrivateKey, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, ErrSigningKeyInvalid
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, ErrSigningKeyInvalid
	}
	return key, nil
}
