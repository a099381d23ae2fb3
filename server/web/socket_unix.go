//go:build unix

package web

import (
	"net"
	"syscall"
)

// tryable returns the connection as one that can be written to without waiting.
func tryable(c net.Conn) (conn, bool) {
	if usable, ok := c.(conn); ok {
		return usable, true
	}
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return nil, false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil, false
	}
	s := &socket{TCPConn: tcp}
	return s, raw.Control(func(fd uintptr) { s.fd = int(fd) }) == nil
}

// A socket is written to by its descriptor, without the locks of package net and the memory that they touch: a fifth of
// what a delivery costs. That is safe because whoever drives the viewer, and nobody else, closes the connection.
type socket struct {
	*net.TCPConn
	fd int
}

// TryWrite writes what the socket takes now.
func (s *socket) TryWrite(b []byte) (int, error) {
	for {
		n, err := syscall.Write(s.fd, b)
		switch err {
		case nil:
			return n, nil
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			return 0, nil
		}
		return 0, err
	}
}
