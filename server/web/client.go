package web

import "net/netip"

// clientPrefix returns the network whose requests and connections count as one client's: an IPv4 address, or an IPv6
// /64, which one subscriber has. It takes an address with a port.
func clientPrefix(address string) netip.Prefix {
	ip := peerOf(address)
	prefix, _ := ip.Prefix(min(ip.BitLen(), 64)) // the same one for all addresses that cannot be parsed
	return prefix
}

// isThisMachine reports whether a client is 127.0.0.1 or ::1. Limits for one client do not count for it: a proxy on the
// same machine forwards the requests of all clients from there.
func isThisMachine(p netip.Prefix) bool { return p == localIPv4 || p == localIPv6 }

var localIPv4, localIPv6 = clientPrefix("127.0.0.1:0"), clientPrefix("[::1]:0")
