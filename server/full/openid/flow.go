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

	"flightboard/server/signin/page"
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
			showReader(w, r, s.Name)
		default:
			p.start(w, r)
		}
	})
	mux.HandleFunc("POST /sign-out", p.leave)
	mux.HandleFunc("GET /sign-in/out", func(w http.ResponseWriter, r *http.Request) {
		showSignedOut(w, r, "")
	})
	page.Handle(mux)
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
		show(w, r, http.StatusServiceUnavailable, away, web.ReturnTo(r))
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
	page.SeeOther(w, provider.AuthCodeURL(one.State, options...))
}

// finish answers what the provider sends the browser back with: with the cookie of a session, and the way back.
func (p *Readers) finish(w http.ResponseWriter, r *http.Request) {
	one, ok := p.attempt(r)
	if !ok {
		if _, ok := p.session(r); ok { // the Back button, for instance
			page.SeeOther(w, "./")
			return
		}
		p.Log.Warn("sign-in: it has not begun in this browser, or too long ago", "client", r.RemoteAddr)
		show(w, r, http.StatusBadRequest, stale, "")
		return
	}
	setCookie(w, one.Site, one.cookie(), "", time.Time{})
	query := r.URL.Query()
	if code := query.Get("error"); code != "" {
		p.Log.Warn("sign-in: the provider refuses", "error", fmt.Sprintf("%.50s", code), "client", r.RemoteAddr,
			"description", fmt.Sprintf("%.200s", query.Get("error_description")))
		show(w, r, http.StatusForbidden, refused, one.To)
		return
	}
	if from := query.Get("iss"); from != "" && from != p.Issuer { // RFC 9207
		p.Log.Warn("sign-in: another provider answers", "client", r.RemoteAddr)
		show(w, r, http.StatusForbidden, refused, one.To)
		return
	}
	ctx := context.WithoutCancel(r.Context())
	provider, err := p.provider.get(ctx)
	if err != nil {
		show(w, r, http.StatusServiceUnavailable, away, one.To)
		return
	}
	who, expires, err := provider.exchange(ctx, p.HTTP, query.Get("code"), one)
	if err != nil {
		p.Log.Warn("sign-in: the provider's answer does not count", "error", short(err), "client", r.RemoteAddr)
		if _, ok := errors.AsType[*url.Error](err); ok {
			show(w, r, http.StatusServiceUnavailable, away, one.To)
			return
		}
		show(w, r, http.StatusForbidden, invalid, one.To)
		return
	}
	name := who.name()
	if !p.Allow.allows(who) {
		p.Log.Warn("sign-in: the user is not allowed to read", "reader", name, "client", r.RemoteAddr)
		show(w, r, http.StatusForbidden, denied, one.To)
		return
	}
	s := p.begin(name, expires)
	p.Log.Info("sign-in", "reader", name, "client", r.RemoteAddr, "expires", s.Expires)
	setCookie(w, one.Site, sessionCookie, p.seal.close(sessionCookie, s), s.Expires)
	page.SeeOther(w, "./"+one.To)
}

// leave answers POST /sign-out: it ends the session, and its page leads to the provider, which ends its own if it can.
// A redirect would be part of the form's submission: some browsers would block it, and each redirect of the provider's,
// unless the page's policy listed all their hosts as form-action.
func (p *Readers) leave(w http.ResponseWriter, r *http.Request) {
	if one, ok := p.session(r); ok {
		p.Log.Info("sign-out", "reader", one.Name, "client", r.RemoteAddr)
		p.signOut(one)
	}
	setCookie(w, p.site(r), sessionCookie, "", time.Time{})
	w.Header().Set("Clear-Site-Data", `"cache"`) // also the pages that the Back button would show
	showSignedOut(w, r, p.endSession(r))
}

// endSession returns the provider's address for sign-outs; "": it has none, or it is not known.
func (p *Readers) endSession(r *http.Request) string {
	provider, err := p.provider.get(context.WithoutCancel(r.Context()))
	if err != nil || provider.endSession == "" {
		return ""
	}
	at, err := url.Parse(provider.endSession)
	if err != nil {
		return ""
	}
	query := at.Query()
	query.Set("client_id", p.Client)
	query.Set("post_logout_redirect_uri", p.site(r)+"sign-in/out")
	at.RawQuery = query.Encode()
	return at.String()
}
