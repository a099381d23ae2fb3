package openid

import (
	"net/http"
	"strings"
	"time"
)

// An attempt is a sign-in that has begun. A cookie has it, so that only the browser that has begun it can end it.
type attempt struct {
	State, Nonce, Verifier string
	Site                   string // the board's first page
	Redirect               string // to which the provider leads back: /sign-in
	To                     string // where the board leads back to, relative to its first page
	Expires                time.Time
}

const (
	attemptTime = 15 * time.Minute
	mostTabs    = 5 // in which a browser may sign in at once
)

// cookie returns the name of an attempt's cookie: several tabs may sign in at once.
func (a attempt) cookie() string { return attemptCookie + a.State[:8] }

// attempt returns the attempt to which the provider answers, if this browser has begun it.
func (p *Readers) attempt(r *http.Request) (one attempt, ok bool) {
	state := r.URL.Query().Get("state")
	for _, cookie := range attempts(r) {
		var one attempt
		if p.seal.open(cookie.Name, cookie.Value, &one) && one.State == state && time.Now().Before(one.Expires) {
			return one, true
		}
	}
	return one, false
}

// attempts returns the cookies of attempts.
func attempts(r *http.Request) (all []*http.Cookie) {
	for _, cookie := range r.Cookies() {
		if strings.HasPrefix(cookie.Name, attemptCookie) {
			all = append(all, cookie)
		}
	}
	return all
}
