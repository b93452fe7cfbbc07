package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// newSecret is a token that nobody can guess: 256 random bits, fit for a URL.
func newSecret() string {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	return base64.RawURLEncoding.EncodeToString(random)
}

// hashOf is how secrets and what is looked up by them are kept. A plain hash is enough
// for what is random: nobody can try 2^112 of them, however fast each try is. It differs
// for every kind of secret, so that no secret can be used as another.
func hashOf(kind, secret string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + secret))
	return hex.EncodeToString(sum[:])
}

// readable are characters that are not mistaken for each other.
const readable = "abcdefghjkmnpqrstuvwxyz23456789"

// randomReadable is some random text that people can read to each other.
func randomReadable(length int) string {
	var text strings.Builder
	for text.Len() < length {
		var random [16]byte
		_, _ = rand.Read(random[:])
		for _, b := range random {
			// Bytes past the last whole multiple would make some characters likelier.
			if int(b) < 256/len(readable)*len(readable) && text.Len() < length {
				text.WriteByte(readable[int(b)%len(readable)])
			}
		}
	}
	return text.String()
}
