//go:build unix

package web

import (
	"net"
	"sync"
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
	return &socket{tcp, raw}, true
}

type socket struct {
	*net.TCPConn
	raw syscall.RawConn
}

// TryWrite writes what the socket takes now.
func (s *socket) TryWrite(b []byte) (int, error) {
	w := writes.Get().(*write)
	w.b = b
	err := s.raw.Write(w.try)
	n := w.n
	if err == nil {
		err = w.err
	}
	w.b, w.n, w.err = nil, 0, nil
	writes.Put(w)
	return n, err
}

// write is one write(2), as a function that need not be allocated for each.
type write struct {
	b   []byte
	n   int
	err error
	try func(fd uintptr) bool
}

var writes = sync.Pool{New: func() any {
	w := new(write)
	w.try = func(fd uintptr) bool {
		for {
			n, err := syscall.Write(int(fd), w.b)
			switch err {
			case nil:
				w.n = n
			case syscall.EINTR:
				continue
			case syscall.EAGAIN:
			default:
				w.err = err
			}
			return true // done, whatever came of it: do not wait
		}
	}
	return w
}}
