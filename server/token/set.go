package token

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
)

// A Hash is the SHA-256 of a token.
type Hash [sha256.Size]byte

// HashOf returns the hash of a token's text.
func HashOf(text string) Hash { return sha256.Sum256([]byte(text)) }

// A Set finds tokens. Its zero value is empty. It is not changed, so it is safe for concurrent use.
type Set struct {
	tokens []Token
	hashes []Hash
}

// NewSet returns a set of tokens.
func NewSet(tokens []Token) *Set {
	s := &Set{tokens: tokens}
	for _, one := range tokens {
		s.hashes = append(s.hashes, HashOf(one.Text))
	}
	return s
}

// Len returns the number of tokens.
func (s *Set) Len() int { return len(s.tokens) }

// Find returns the token with this text. It compares all hashes, each in constant time, so that its duration depends
// neither on a token's length, nor on the number of right characters, nor on which token it is.
func (s *Set) Find(text string) (found Token, ok bool) {
	h, at := HashOf(text), 0
	for i := range s.hashes {
		at = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(h[:], s.hashes[i][:]), i+1, at)
	}
	if at == 0 || text == "" {
		return found, false
	}
	return s.tokens[at-1], true
}

// Has reports whether a token with this hash is in the set.
func (s *Set) Has(h Hash) bool { return slices.Contains(s.hashes, h) }

// Bearer returns the token of a request's header Authorization. given reports whether there is such a header; the text
// is empty if it is not one bearer token.
func Bearer(r *http.Request) (text string, given bool) {
	values := r.Header.Values("Authorization")
	if len(values) == 0 {
		return "", false
	}
	scheme, text, _ := strings.Cut(values[0], " ")
	if len(values) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return "", true
	}
	return strings.TrimSpace(text), true
}
