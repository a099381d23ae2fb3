package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"

	"flightboard/server/metrics"
	"flightboard/server/token"
)

// A guard decides whether a request may publish. If there are tokens, it admits requests with one of them, from any
// address. Without tokens it admits none or, if it is open, programs on this machine: see [guard.local]. It never
// admits a page of another site.
type guard struct {
	tokens   atomic.Pointer[token.Set]
	reading  Watches[token.Hash] // publishers that read
	open     bool
	refusals *refusals
	denied   *metrics.Counts // by kind
}

func newGuard(tokens []token.Token, open bool, refusals *refusals, denied *metrics.Counts) *guard {
	g := &guard{open: open, refusals: refusals, denied: denied}
	g.setTokens(tokens)
	return g
}

// setTokens replaces the tokens, for requests that come from now on. It may be called at any time.
func (g *guard) setTokens(tokens []token.Token) {
	set := token.NewSet(tokens)
	g.tokens.Store(set)
	g.reading.End(func(h token.Hash) bool { return !set.Has(h) })
}

// A denial is the reason why a request may not publish.
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

var denials = []*denial{noToken, wrongToken, closed, elsewhere, anotherHost, proxied, crossOrigin}

// A publisher is who publishes by a request. Its key is the hash of its name or, if its token has none, of the token,
// so that it does not change when other tokens are added or removed. Without tokens, all requests have one publisher.
type publisher struct {
	name  string // for the log
	named bool   // it is the token's own
	key   token.Hash
}

var thisMachine = publisher{name: "this machine"}

func (g *guard) before(next func(http.ResponseWriter, *http.Request, publisher)) http.Handler {
	deny := func(w http.ResponseWriter, r *http.Request, d *denial) {
		g.refusals.add(d.kind, r)
		g.denied.Add(d.kind)
		if d.status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Bearer realm="flights"`) // RFC 6750, 3
		}
		refuse(d.status, lineError{Error: d.reason}).send(w)
	}
	sites := http.NewCrossOriginProtection()
	sites.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { deny(w, r, crossOrigin) }))
	return sites.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(headerRequestID, requestID(r)) // so that the publisher can name the line in the log
		p, d := g.check(r)
		if d != nil {
			deny(w, r, d)
			return
		}
		next(w, r, p)
	}))
}

// admits reports whether a request may publish.
func (g *guard) admits(r *http.Request) bool {
	_, denied := g.check(r)
	return denied == nil
}

// check returns the publisher of the request, or the reason why it may not publish.
func (g *guard) check(r *http.Request) (publisher, *denial) {
	tokens := g.tokens.Load()
	switch {
	case tokens.Len() > 0:
		return known(r, tokens)
	case !g.open:
		return publisher{}, closed
	}
	return thisMachine, g.local(r)
}

// known returns the publisher of the request's token, if that is one of tokens.
func known(r *http.Request, tokens *token.Set) (publisher, *denial) {
	text, given := token.Bearer(r)
	if !given {
		return publisher{}, noToken
	}
	switch found, ok := tokens.Find(text); {
	case !ok:
		return publisher{}, wrongToken
	case found.Bare:
		return publisher{found.Name, false, token.HashOf(text)}, nil
	default:
		return publisher{found.Name, true, token.HashOf(found.Name + ":")}, nil // no token has a colon behind a name
	}
}

// local admits a program on this machine: the connection comes from a loopback address, and the Host is a loopback name
// (a page that has rebound its own name to 127.0.0.1 sends its own name). Requests from the Internet through a proxy on
// this machine may pass both checks, so no request with a sign of a proxy is admitted. Some proxies leave no sign:
// behind them only tokens are safe.
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

// Signs of a proxy, in lower case. They are the fields that the standards define for proxies (RFC 7239, 8470, 8586,
// 9110, 9440), and those in which proxies describe the original request: its client, target, time and protocol.
// Programs on this machine have no reason to send any of them.
var (
	proxyNames = map[string]bool{"forwarded": true, "via": true, "cdn-loop": true, "early-data": true,
		"surrogate-capability": true, "front-end-https": true, "x-scheme": true, "x-url-scheme": true,
		"x-request-start": true, "x-queue-start": true, "x-varnish": true, "x-amzn-trace-id": true}
	proxyPrefixes = []string{"x-forward", "x-real-", "x-remote-", "x-original-", "x-proxy", "proxy-", "x-envoy-",
		"x-accel-", "x-azure-", "x-arr-", "x-amz-cf-", "cf-", "fastly-", "akamai-", "fly-", "tailscale-", "client-cert",
		"ssl-client-", "x-ssl-"}
	proxySuffixes = []string{"-ip", "-addr", "-clientip"}
)

// throughProxy reports whether the request has a sign of a proxy. HTTP/1.0 is one: proxies still use it to the server
// behind them, nginx by default, and hardly any other program does.
func throughProxy(r *http.Request) bool {
	if !r.ProtoAtLeast(1, 1) {
		return true
	}
	for name := range r.Header {
		if addedByProxies(name) {
			return true
		}
	}
	return false
}

// addedByProxies reports whether a header is a sign of a proxy.
func addedByProxies(name string) bool {
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
	return false
}
