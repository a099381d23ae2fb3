package openid

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"flightboard/server/web"
)

// handler returns the handler of /sign-in and /sign-out. The provider leads back to /sign-in as well, because a cookie
// that is set there is for the whole site. A page of another site cannot sign a reader out.
func (p *Readers) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sign-in", func(w http.ResponseWriter, r *http.Request) {
		switch s, ok := p.session(r); {
		case r.URL.Query().Has("state"):
			p.finish(w, r)
		case ok && !r.URL.Query().Has(otherUser):
			p.show(w, r, http.StatusOK, message{Name: s.Name})
		default:
			p.start(w, r)
		}
	})
	mux.HandleFunc("POST /sign-out", p.leave)
	mux.HandleFunc("GET /sign-in/out", func(w http.ResponseWriter, r *http.Request) {
		p.show(w, r, http.StatusOK, message{Title: "Signed out", Link: "../sign-in", Label: "Sign in"})
	})
	for _, name := range []string{"page.css", "page.js"} {
		mux.HandleFunc("GET /sign-in/"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-cache")
			http.ServeFileFS(w, r, files, name)
		})
	}
	return http.NewCrossOriginProtection().Handler(mux)
}

// otherUser is the parameter of /sign-in with which the provider asks the reader to sign in, although a user has.
const otherUser = "other"

// site returns the address of the first page.
func (p *Readers) site(r *http.Request) string {
	if p.Site != "" {
		return p.Site
	}
	return web.Origin(r) + "/"
}

// start redirects to the provider.
func (p *Readers) start(w http.ResponseWriter, r *http.Request) {
	provider, err := p.provider.get(context.WithoutCancel(r.Context()))
	if err != nil { // which is logged
		p.show(w, r, http.StatusServiceUnavailable, away)
		return
	}
	one := attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		Site: p.site(r), Redirect: p.site(r) + "sign-in", To: web.ReturnTo(r), Expires: time.Now().Add(attemptTime)}
	others := attempts(r)
	for i := range len(others) - mostTabs + 1 {
		setCookie(w, one.Site, others[i].Name, "", time.Time{})
	}
	setCookie(w, one.Site, one.cookie(), p.seal.close(one.cookie(), one), one.Expires)
	options := []oauth2.AuthCodeOption{oidc.Nonce(one.Nonce), oauth2.S256ChallengeOption(one.Verifier),
		oauth2.SetAuthURLParam("redirect_uri", one.Redirect)}
	if r.URL.Query().Has(otherUser) {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"))
	}
	seeOther(w, provider.AuthCodeURL(one.State, options...))
}

// finish answers what the provider sends the browser back with: with the cookie of a session, and the way back.
func (p *Readers) finish(w http.ResponseWriter, r *http.Request) {
	one, ok := p.attempt(r)
	if !ok {
		if _, ok := p.session(r); ok { // the Back button, for instance
			seeOther(w, "./")
			return
		}
		p.Log.Warn("sign-in: it has not begun in this browser, or too long ago", "client", r.RemoteAddr)
		p.show(w, r, http.StatusBadRequest, stale)
		return
	}
	setCookie(w, one.Site, one.cookie(), "", time.Time{})
	query := r.URL.Query()
	if code := query.Get("error"); code != "" {
		p.Log.Warn("sign-in: the provider refuses", "error", fmt.Sprintf("%.50s", code), "client", r.RemoteAddr,
			"description", fmt.Sprintf("%.200s", query.Get("error_description")))
		p.show(w, r, http.StatusForbidden, refused.to(one))
		return
	}
	if from := query.Get("iss"); from != "" && from != p.Issuer { // RFC 9207
		p.Log.Warn("sign-in: another provider answers", "client", r.RemoteAddr)
		p.show(w, r, http.StatusForbidden, refused.to(one))
		return
	}
	ctx := context.WithoutCancel(r.Context())
	provider, err := p.provider.get(ctx)
	if err != nil {
		p.show(w, r, http.StatusServiceUnavailable, away.to(one))
		return
	}
	who, expires, err := provider.exchange(ctx, p.HTTP, query.Get("code"), one)
	if err != nil {
		p.Log.Warn("sign-in: the provider's answer does not count", "error", short(err), "client", r.RemoteAddr)
		if _, ok := errors.AsType[*url.Error](err); ok {
			p.show(w, r, http.StatusServiceUnavailable, away.to(one))
			return
		}
		p.show(w, r, http.StatusForbidden, invalid.to(one))
		return
	}
	name := who.name()
	if !p.Allow.allows(who) {
		p.Log.Warn("sign-in: the user is not allowed to read", "reader", name, "client", r.RemoteAddr)
		p.show(w, r, http.StatusForbidden, denied.to(one))
		return
	}
	s := p.begin(name, expires)
	p.Log.Info("sign-in", "reader", name, "client", r.RemoteAddr, "expires", s.Expires)
	setCookie(w, one.Site, sessionCookie, p.seal.close(sessionCookie, s), s.Expires)
	seeOther(w, "./"+one.To)
}

// leave answers POST /sign-out: it ends the session, and leads to the provider, which ends its own if it can.
func (p *Readers) leave(w http.ResponseWriter, r *http.Request) {
	if one, ok := p.session(r); ok {
		p.Log.Info("sign-out", "reader", one.Name, "client", r.RemoteAddr)
		p.signOut(one)
	}
	setCookie(w, p.site(r), sessionCookie, "", time.Time{})
	w.Header().Set("Clear-Site-Data", `"cache"`) // also the pages that the Back button would show
	if at := p.endSession(r); at != nil {
		query := at.Query()
		query.Set("client_id", p.Client)
		query.Set("post_logout_redirect_uri", p.site(r)+"sign-in/out")
		at.RawQuery = query.Encode()
		seeOther(w, at.String())
		return
	}
	seeOther(w, "sign-in/out")
}

// endSession returns the provider's address for sign-outs; nil: it has none, or it is not known.
func (p *Readers) endSession(r *http.Request) *url.URL {
	provider, err := p.provider.get(context.WithoutCancel(r.Context()))
	if err != nil || provider.endSession == "" {
		return nil
	}
	at, err := url.Parse(provider.endSession)
	if err != nil {
		return nil
	}
	return at
}

// seeOther redirects to an address that is absolute, or relative to the request's. http.Redirect would make it
// absolute, and the site may be below a path that the server does not know.
func seeOther(w http.ResponseWriter, address string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusSeeOther)
}
