package openid

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

const (
	sessionCookie = "flightboard-user"
	attemptCookie = "flightboard-sign-in-" // and the beginning of the attempt's state
)

// A seal encrypts and authenticates what cookies have.
type seal struct{ cipher.AEAD }

// newSeal returns the seal of a client, whose key is derived from the client's secret: so sessions outlive a restart,
// and count at each server of the same client that allows the same users. The key of a public client is random.
func newSeal(o Options) seal {
	secret := o.Secret
	if secret == "" {
		secret = rand.Text()
	}
	about := "flightboard cookies\n" + o.Issuer + "\n" + o.Client + "\n" + o.Allow.String()
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, about, 32)
	if err != nil {
		panic(err) // the length is allowed
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // as is this one
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return seal{aead}
}

// close returns the text of a cookie with this name.
func (s seal) close(name string, value any) string {
	plain, err := json.Marshal(value)
	if err != nil {
		panic(err) // our own types can be encoded
	}
	return base64.RawURLEncoding.EncodeToString(s.Seal(nil, nil, plain, []byte(name)))
}

// open reads the text of a cookie with this name. It returns false if the text is not from close.
func (s seal) open(name, text string, value any) bool {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return false
	}
	plain, err := s.Open(nil, nil, sealed, []byte(name))
	return err == nil && json.Unmarshal(plain, value) == nil
}

// setCookie sets a cookie until it expires; an empty text removes it. It has no path, so browsers send it to all that
// is beside /sign-in, also if that is below a path which a proxy has removed. Site tells whether browsers use https.
func setCookie(w http.ResponseWriter, site, name, text string, expires time.Time) {
	seconds := int(time.Until(expires).Seconds())
	if text == "" || seconds <= 0 {
		text, seconds = "", -1
	}
	http.SetCookie(w, &http.Cookie{Name: name, Value: text, MaxAge: seconds, HttpOnly: true,
		Secure: strings.HasPrefix(site, "https://"), SameSite: http.SameSiteLaxMode})
}
