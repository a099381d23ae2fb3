package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
)

// A guard decides who may publish. With tokens it admits whoever has one of them, from anywhere. Without tokens it
// admits nobody or, when it is open, programs on this machine: see [guard.local]. It never admits a page of
// another site.
type guard struct {
	tokens   atomic.Pointer[[]publisher]
	open     bool
	refusals *refusals
}

func newGuard(tokens []string, open bool, refusals *refusals) *guard {
	g := &guard{open: open, refusals: refusals}
	g.setTokens(tokens)
	return g
}

// setTokens replaces the tokens, for requests that come from now on. It may be called at any time.
func (g *guard) setTokens(tokens []string) {
	hashes := make([]publisher, len(tokens))
	for i, token := range tokens {
		hashes[i] = sha256.Sum256([]byte(token))
	}
	g.tokens.Store(&hashes)
}

// A denial is why a request may not publish.
type denial struct {
	status int
	kind   string // for the log
	reason string // for the publisher
}

const giveAToken = "give the server a token, by -token-file or $FLIGHTBOARD_TOKENS"

const onlyHere = "publishing is open to this machine only"

var (
	noToken     = &denial{http.StatusUnauthorized, "without-token", "publishing needs a token: Authorization: Bearer …"}
	wrongToken  = &denial{http.StatusUnauthorized, "wrong-token", "publishing needs a token, and this one is not known"}
	closed      = &denial{http.StatusForbidden, "closed", "publishing is closed: " + giveAToken + ", or -open-door"}
	elsewhere   = &denial{http.StatusForbidden, "another-machine", onlyHere + ": " + giveAToken}
	anotherHost = &denial{http.StatusForbidden, "another-host", onlyHere + ", under its own name: " + giveAToken}
	proxied     = &denial{http.StatusForbidden, "through-a-proxy", onlyHere + ", and not through a proxy: " + giveAToken}
	crossOrigin = &denial{http.StatusForbidden, "another-site", "publishing is closed to pages of other sites"}
)

// A publisher is the SHA-256 of the token that a request bears, which stays the same when others are added or go; an
// open door has one publisher, the zero value.
type publisher [sha256.Size]byte

func (g *guard) before(next func(http.ResponseWriter, *http.Request, publisher)) http.Handler {
	deny := func(w http.ResponseWriter, r *http.Request, d *denial) {
		g.refusals.add(d.kind, r.RemoteAddr)
		if d.status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Bearer realm="flights"`) // RFC 6750, 3
		}
		refuse(d.status, lineError{Error: d.reason}).send(w)
	}
	sites := http.NewCrossOriginProtection()
	sites.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { deny(w, r, crossOrigin) }))
	return sites.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, d := g.check(r)
		if d != nil {
			deny(w, r, d)
			return
		}
		next(w, r, p)
	}))
}

// check returns whose the request is, or why it may not publish.
func (g *guard) check(r *http.Request) (publisher, *denial) {
	tokens := *g.tokens.Load()
	switch {
	case len(tokens) > 0:
		return known(r, tokens)
	case !g.open:
		return publisher{}, closed
	}
	return publisher{}, g.local(r)
}

// known compares hashes, all of them and each in constant time, so that the time it takes tells nothing about a token:
// neither its length, nor how much of it was right, nor which one it was.
func known(r *http.Request, tokens []publisher) (publisher, *denial) {
	values := r.Header.Values("Authorization")
	if len(values) == 0 {
		return publisher{}, noToken
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.TrimSpace(token)
	given := publisher(sha256.Sum256([]byte(token)))
	match := 0
	for i := range tokens {
		match |= subtle.ConstantTimeCompare(given[:], tokens[i][:])
	}
	if match == 0 || token == "" || len(values) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return publisher{}, wrongToken
	}
	return given, nil
}

// local admits a program on this machine: the connection comes from a loopback address, and the Host is a loopback name
// (a page that has rebound its own name to 127.0.0.1 sends its own name). A proxy on this machine may pass both checks
// for everybody on the Internet, so no request with a sign of a proxy is admitted. There are proxies that leave no
// sign: it takes a token to be safe behind them.
func (g *guard) local(r *http.Request) *denial {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	switch {
	case err != nil || !peer.Addr().Unmap().IsLoopback():
		return elsewhere
	case !isLoopbackHost(r.Host):
		return anotherHost
	case throughProxy(r):
		return proxied
	}
	return nil
}

func isLoopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.Unmap().IsLoopback()
}

// Signs of a proxy, in lower case. They are the fields that the standards give to proxies (RFC 7239, 8470, 8586, 9110,
// 9440), and those in which proxies tell the server behind them about the original request: whose it was, what it asked
// for, when it came, and how. Programs on this machine have no reason to send any of them.
var (
	proxyNames = map[string]bool{"forwarded": true, "via": true, "cdn-loop": true, "early-data": true,
		"surrogate-capability": true, "front-end-https": true, "x-scheme": true, "x-url-scheme": true,
		"x-request-start": true, "x-queue-start": true, "x-varnish": true, "x-amzn-trace-id": true}
	proxyPrefixes = []string{"x-forward", "x-real-", "x-remote-", "x-original-", "x-proxy", "proxy-", "x-envoy-",
		"x-accel-", "x-azure-", "x-arr-", "x-amz-cf-", "cf-", "fastly-", "akamai-", "fly-", "tailscale-", "client-cert",
		"ssl-client-", "x-ssl-"}
	proxySuffixes = []string{"-ip", "-addr", "-clientip"}
)

// throughProxy says whether the request bears a sign of a proxy. HTTP/1.0 is one: proxies still speak it to the server
// behind them, nginx by default, and hardly anybody else does.
func throughProxy(r *http.Request) bool {
	if !r.ProtoAtLeast(1, 1) {
		return true
	}
	for name := range r.Header {
		name = strings.ToLower(name)
		if proxyNames[name] {
			return true
		}
		for _, prefix := range proxyPrefixes {
			if strings.HasPrefix(name, prefix) {
				return true
			}
		}
		for _, suffix := range proxySuffixes {
			if strings.HasSuffix(name, suffix) {
				return true
			}
		}
	}
	return false
}
