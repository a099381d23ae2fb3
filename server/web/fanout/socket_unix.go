//go:build unix

package fanout

import (
	"net"
	"os"
	"syscall"
	"time"
)

// detachable reports whether detach accepts the connection.
func detachable(c net.Conn) bool {
	switch c.(type) {
	case tryConn, *net.TCPConn:
		return true
	}
	return false
}

// A socket is a descriptor. Package net would keep half a kilobyte for it, for waiting and for addresses, and its locks
// take a fifth of the time of a delivery. Only the goroutine that has the viewer may use a socket.
type socket struct {
	fd   int
	file *os.File // has fd, and can wait for it; nil: nothing had to wait yet
}

// newSocket returns a socket with a descriptor of its own for the connection.
func newSocket(c net.Conn) (tryConn, error) {
	raw, err := c.(*net.TCPConn).SyscallConn()
	if err != nil {
		return nil, err
	}
	s := new(socket)
	if controlErr := raw.Control(func(fd uintptr) {
		syscall.ForkLock.RLock()
		defer syscall.ForkLock.RUnlock()
		if s.fd, err = syscall.Dup(int(fd)); err == nil {
			syscall.CloseOnExec(s.fd)
		}
	}); controlErr != nil {
		return nil, controlErr
	}
	return s, os.NewSyscallError("dup", err)
}

// TryWrite implements tryConn.
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

// waiting returns the file with which the socket can wait. The runtime's poller keeps it until Close.
func (s *socket) waiting() *os.File {
	if s.file == nil {
		s.file = os.NewFile(uintptr(s.fd), "socket")
	}
	return s.file
}

func (s *socket) Write(b []byte) (int, error)        { return s.waiting().Write(b) }
func (s *socket) SetWriteDeadline(t time.Time) error { return s.waiting().SetWriteDeadline(t) }

func (s *socket) Close() error {
	if s.file != nil {
		return s.file.Close()
	}
	return syscall.Close(s.fd)
}
