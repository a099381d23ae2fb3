package web

import "net"

// tryable returns the connection as one that can be written to without waiting. A socket of this system cannot: its
// viewers are driven by their handlers.
func tryable(c net.Conn) (conn, bool) {
	usable, ok := c.(conn)
	return usable, ok
}
