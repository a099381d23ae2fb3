// Package openid admits readers who sign in at a provider of OpenID Connect 1.0, such as Auth0, by the authorization
// code flow with PKCE.
//
// A session is only in its cookie, which is encrypted. It ends when the ID token expires. The provider's tokens are
// kept nowhere.
package openid

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"time"

	"flightboard/server/web"
)

// Options of the readers. Issuer and Client are required.
type Options struct {
	Issuer  string        // the provider's address, exactly as its discovery document has it
	Client  string        // the ID that the provider has given to the board
	Secret  string        // the client's; "": it is a public client
	Site    string        // the public address of the first page, with a slash at its end; "": that of each request
	Scopes  []string      // that are asked for; openid and email when nil
	Allow   Allow         // which of the provider's users may read
	Session time.Duration // how long a session lasts at most; 0: as long as the ID token
	Log     *slog.Logger

	HTTP *http.Client // asks the provider; nil: one that waits ten seconds
}

// Readers are the users of a provider. Its methods may be called concurrently.
type Readers struct {
	Options
	provider discovery
	seal     seal
	routes   http.Handler
	watches  web.Watches[string] // by the IDs of sessions

	ended web.SignedOut
}

var _ web.Readers = (*Readers)(nil)

// New returns the readers. It asks the provider once, until ctx is done, and does not wait for the answer: if there is
// none, the next sign-in asks again.
func New(ctx context.Context, o Options) *Readers {
	if o.Scopes == nil {
		o.Scopes = []string{"openid", "email"}
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	p := &Readers{Options: o, seal: newSeal(o)}
	p.provider.Options = p.Options
	p.routes = p.handler()
	go p.provider.get(ctx)
	return p
}

// A session is what the cookie of a reader has.
type session struct {
	ID      string // random
	Name    string
	Expires time.Time
}

// Reader implements [web.Readers].
func (p *Readers) Reader(r *http.Request) (s web.Session, ok bool) {
	one, ok := p.session(r)
	hasEnded := func() bool { return p.ended.Has(one.ID) }
	return web.Session{Name: one.Name, Expires: one.Expires, Watch: p.watches.Add(one.ID, hasEnded)}, ok
}

// session returns the session of a request, if it has not ended.
func (p *Readers) session(r *http.Request) (one session, ok bool) {
	for _, cookie := range r.CookiesNamed(sessionCookie) {
		var one session
		if p.seal.open(sessionCookie, cookie.Value, &one) && time.Now().Before(one.Expires) && !p.ended.Has(one.ID) {
			return one, true
		}
	}
	return one, false
}

// begin returns the session of a user whose ID token expires then.
func (p *Readers) begin(name string, expires time.Time) session {
	if p.Session > 0 {
		if last := time.Now().Add(p.Session); last.Before(expires) {
			expires = last
		}
	}
	return session{rand.Text(), name, expires}
}

// signOut ends a session, also if somebody has copied its cookie.
func (p *Readers) signOut(one session) {
	p.ended.Add(one.ID, one.Expires)
	p.watches.End(func(id string) bool { return id == one.ID })
}

// ServeHTTP implements [web.Readers].
func (p *Readers) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.routes.ServeHTTP(w, r) }
