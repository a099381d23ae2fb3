package fanout

import "net"

// tryable returns the connection as one that can be written to without waiting. On this system there is none, so the
// handlers send the events.
func tryable(c net.Conn) (tryConn, bool) {
	usable, ok := c.(tryConn)
	return usable, ok
}
