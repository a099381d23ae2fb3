package web

import (
	"net/http"
	"net/netip"
	"strings"
)

// behindProxies gives requests from trusted proxies the address of the client that the proxies report, which then
// counts for limits and in logs. Its port is 0. It trusts nobody else's Forwarded, X-Forwarded-For and X-Request-ID.
func behindProxies(next http.Handler, trusted []netip.Prefix) http.Handler {
	isTrusted := func(a netip.Addr) bool { return isIn(trusted, a) }
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer := peerOf(r.RemoteAddr)
		client := peer
		fromProxy := isTrusted(client)
		if checkRequestID(r, fromProxy); !fromProxy {
			next.ServeHTTP(w, r)
			return
		}
		// Each proxy appends the address from which it got the request. What is left of the first address that is not
		// a trusted proxy's may be invented.
		from, hops := forwardedFor(r.Header), 0
		for isTrusted(client) && hops < len(from) {
			hops++
			address, ok := parseNode(from[len(from)-hops])
			if !ok {
				break // "unknown", or an obfuscated name: RFC 7239, 6.2 and 6.3
			}
			client = address
		}
		if r = withOrigin(r, hops); client != peer {
			r.RemoteAddr = netip.AddrPortFrom(client, 0).String()
		}
		next.ServeHTTP(w, r)
	})
}

// peerOf returns the IP address in an address with a port. If it cannot be parsed, that is the zero Addr, which is in
// no network.
func peerOf(address string) netip.Addr {
	at, _ := netip.ParseAddrPort(address)
	return at.Addr().Unmap().WithZone("")
}

// isIn reports whether an address is in one of the networks.
func isIn(networks []netip.Prefix, a netip.Addr) bool {
	for _, p := range networks {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// forwardedFor returns the nodes of X-Forwarded-For, or else those of Forwarded (RFC 7239, 4), the nearest one last. A
// proxy that knows only the former passes the latter on as a stranger has sent it; the reverse is rare.
func forwardedFor(h http.Header) (nodes []string) {
	if nodes = listed(h, "X-Forwarded-For"); nodes != nil {
		return nodes
	}
	for _, element := range listed(h, "Forwarded") {
		nodes = append(nodes, parameter(element, "for"))
	}
	return nodes
}

// listed returns the elements of a header that is a list, which may have several lines.
func listed(h http.Header, name string) (elements []string) {
	for _, line := range h.Values(name) {
		for element := range strings.SplitSeq(line, ",") {
			elements = append(elements, strings.TrimSpace(element))
		}
	}
	return elements
}

// parseNode returns the IP address of a node, which may have a port, and brackets.
func parseNode(node string) (netip.Addr, bool) {
	if at, err := netip.ParseAddrPort(node); err == nil {
		return at.Addr().Unmap().WithZone(""), true
	}
	node = strings.TrimSuffix(strings.TrimPrefix(node, "["), "]")
	a, err := netip.ParseAddr(node)
	return a.Unmap().WithZone(""), err == nil
}
