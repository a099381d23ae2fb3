// Package signin admits readers by tokens: programs send one with each request, and people sign in with one by a form,
// after which their browser has a cookie.
//
// A session is only in its cookie: until when it lasts, signed with a key that is derived from the reader's token. So
// sessions outlive a restart of the server, and end when the token is removed.
package signin

import (
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"flightboard/server/token"
	"flightboard/server/web"
)

// Options of the readers.
type Options struct {
	Session time.Duration // how long a session lasts
	Log     *slog.Logger
}

// Tokens are readers with tokens. Its methods may be called concurrently.
type Tokens struct {
	options Options
	current atomic.Pointer[readers]
	watches web.Watches[sessionKey]
	routes  http.Handler
	limit   attempts

	ended web.SignedOut
}

// A sessionKey is what a session ends with: its reader's token, or its own ID.
type sessionKey struct {
	token token.Hash
	id    string // "" if each request has the token itself
}

var _ web.Readers = (*Tokens)(nil)

// New returns the readers who have these tokens.
func New(tokens []token.Token, o Options) *Tokens {
	t := &Tokens{options: o}
	t.Set(tokens)
	t.routes = t.handler()
	return t
}

// Set replaces the tokens. It ends the sessions of those that are gone.
func (t *Tokens) Set(tokens []token.Token) {
	now := newReaders(tokens)
	t.current.Store(now)
	t.watches.End(func(k sessionKey) bool { return !now.set.Has(k.token) })
}

// Reader implements [web.Readers].
func (t *Tokens) Reader(r *http.Request) (s web.Session, ok bool) {
	if text, given := token.Bearer(r); given {
		found, ok := t.current.Load().set.Find(text)
		return web.Session{Name: found.Name, Watch: t.watch(sessionKey{token: token.HashOf(text)})}, ok
	}
	for _, cookie := range r.CookiesNamed(cookieName) {
		one, by, ok := t.current.Load().verify(cookie.Value, time.Now())
		if ok && !t.ended.Has(one.id) {
			return web.Session{Name: by.Name, Expires: one.expires, Watch: t.watch(sessionKey{by.hash, one.id})}, true
		}
	}
	return s, false
}

func (t *Tokens) watch(k sessionKey) func(end func()) (stop func()) {
	return t.watches.Add(k, func() bool { return t.ended.Has(k.id) || !t.current.Load().set.Has(k.token) })
}

// signOut ends a session, also if somebody has copied its cookie.
func (t *Tokens) signOut(one session) {
	t.ended.Add(one.id, one.expires)
	t.watches.End(func(k sessionKey) bool { return k.id == one.id })
}

// ServeHTTP implements [web.Readers].
func (t *Tokens) ServeHTTP(w http.ResponseWriter, r *http.Request) { t.routes.ServeHTTP(w, r) }
