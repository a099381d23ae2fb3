package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// guard lets publishers in. With tokens it lets in who has one of them, from anywhere. Without tokens it lets in who is
// on this machine: the connection comes from a loopback address and the Host is a loopback name (a page that has
// rebound its own name to 127.0.0.1 sends its own name). Nobody comes in when a browser says that another site asks.
type guard struct {
	tokens [][sha256.Size]byte
}

func newGuard(tokens []string) *guard {
	g := &guard{}
	for _, token := range tokens {
		g.tokens = append(g.tokens, sha256.Sum256([]byte(token)))
	}
	return g
}

func (g *guard) before(next http.HandlerFunc) http.Handler {
	checked := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case len(g.tokens) > 0 && !g.known(r):
			w.Header().Set("WWW-Authenticate", `Bearer realm="flights"`) // RFC 6750, 3
			deny(w, http.StatusUnauthorized, "publishing needs a token: Authorization: Bearer …")
		case len(g.tokens) == 0 && !fromLoopback(r):
			deny(w, http.StatusForbidden, "publishing is open to this machine only")
		default:
			next(w, r)
		}
	})
	return http.NewCrossOriginProtection().Handler(checked)
}

// known compares hashes, all of them and each in constant time, so that the time it takes tells nothing about a token:
// neither its length, nor how much of it was right, nor which one it was.
func (g *guard) known(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	given := sha256.Sum256([]byte(strings.TrimSpace(token)))
	match := 0
	for i := range g.tokens {
		match |= subtle.ConstantTimeCompare(given[:], g.tokens[i][:])
	}
	return match == 1 && strings.EqualFold(scheme, "Bearer")
}

func deny(w http.ResponseWriter, status int, reason string) {
	answer := refuse(status, lineError{Error: reason})
	answer.encode()
	answer.write(w)
}

func fromLoopback(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() {
		return false
	}
	host := r.Host
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
