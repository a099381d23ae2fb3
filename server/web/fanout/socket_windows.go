package fanout

import (
	"errors"
	"net"
)

// detachable reports whether detach accepts the connection: on this system no socket, so the handlers send the events.
func detachable(c net.Conn) bool {
	_, ok := c.(tryConn)
	return ok
}

func newSocket(net.Conn) (tryConn, error) { return nil, errors.ErrUnsupported }
