package signin

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strings"
	"time"

	"flightboard/server/token"
)

// A session is what a cookie has. Its text is an ID of the reader, the session's own, the time when it expires, and
// their HMAC-SHA256.
type session struct {
	id      string // random
	expires time.Time
}

const (
	cookieName = "flightboard"
	idSize     = 16
	headSize   = idSize + idSize + 8
)

// A reader is a token, with what is derived from it.
type reader struct {
	token.Token
	hash token.Hash
	id   [idSize]byte // is in the cookies
	key  []byte       // signs the cookies
}

// readers are the tokens of a time.
type readers struct {
	set *token.Set
	by  map[[idSize]byte]*reader
}

func newReaders(tokens []token.Token) *readers {
	all := &readers{token.NewSet(tokens), make(map[[idSize]byte]*reader)}
	for _, one := range tokens {
		by := newReader(one)
		all.by[by.id] = by
	}
	return all
}

func newReader(one token.Token) *reader {
	r := &reader{Token: one, hash: token.HashOf(one.Text)}
	r.key = sign([]byte(one.Text), "flightboard session key")
	copy(r.id[:], sign(r.key, "flightboard reader")) // whoever has it knows nothing of the key
	return r
}

func sign(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// begin returns the text of a new session.
func (r *reader) begin(expires time.Time) string {
	text := make([]byte, headSize, headSize+sha256.Size)
	copy(text, r.id[:])
	rand.Read(text[idSize : 2*idSize])
	binary.BigEndian.PutUint64(text[2*idSize:], uint64(expires.Unix()))
	return base64.RawURLEncoding.EncodeToString(append(text, sign(r.key, string(text))...))
}

// verify returns the session of a cookie's text and its reader, if it has not expired.
func (r *readers) verify(cookie string, now time.Time) (one session, by *reader, ok bool) {
	text, err := base64.RawURLEncoding.Strict().DecodeString(cookie)
	if err != nil || len(text) != headSize+sha256.Size {
		return one, nil, false
	}
	head, mac := text[:headSize], text[headSize:]
	by = r.by[[idSize]byte(head)]
	if by == nil || !hmac.Equal(mac, sign(by.key, string(head))) {
		return one, nil, false
	}
	one = session{string(head[idSize : 2*idSize]), time.Unix(int64(binary.BigEndian.Uint64(head[2*idSize:])), 0)}
	return one, by, now.Before(one.expires)
}

// setCookie sets the cookie of a session until it expires; an empty text removes it. It has no path, so it is sent to
// all that is beside /sign-in, also if that is below a path which a proxy has removed.
func setCookie(w http.ResponseWriter, r *http.Request, text string, lasts time.Duration) {
	seconds := int(lasts.Seconds())
	if text == "" {
		seconds = -1
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: text, MaxAge: seconds, HttpOnly: true, Secure: isHTTPS(r),
		SameSite: http.SameSiteLaxMode})
}

// isHTTPS reports whether the browser that posts a form sees the site by https, also if a proxy ends TLS: browsers send
// the page's origin with each form.
func isHTTPS(r *http.Request) bool {
	return r.TLS != nil || strings.HasPrefix(r.Header.Get("Origin"), "https://")
}
