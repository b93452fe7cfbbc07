package deliveries

import (
	"crypto/sha256"
	"crypto/subtle"
	"strings"
)

// codeLetters are characters that nobody mistakes for each other.
const codeLetters = "abcdefghjkmnpqrstuvwxyz23456789"

// Code is what whoever reads the mail of a channel can type instead of following the link
// of its confirmation, which may lead to a server that the mail's device cannot reach.
func (c Channel) Code() string {
	sum := sha256.Sum256([]byte("confirm\x00" + c.Token))
	code := make([]byte, 0, 9)
	for n, b := range sum[:8] { // some letters are likelier than others by 1 in 8
		if n == 4 {
			code = append(code, '-')
		}
		code = append(code, codeLetters[int(b)%len(codeLetters)])
	}
	return string(code)
}

// isCode compares without telling by its time how much was right.
func (c Channel) isCode(typed string) bool {
	plain := func(code string) []byte {
		return []byte(strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(code)))
	}
	return subtle.ConstantTimeCompare(plain(c.Code()), plain(typed)) == 1
}
