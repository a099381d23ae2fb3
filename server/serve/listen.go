package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// Listen listens on a TCP address, or returns the socket that systemd has opened for its port. It fails with an
// [AddrError] unless another program uses the address.
func Listen(addr string) (net.Listener, error) {
	sockets, err := inherit()
	if err != nil {
		return nil, err
	}
	if listener := sockets.take(addr); listener != nil {
		return listener, nil
	}
	listener, err := withoutProbes.Listen(context.Background(), "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another program; choose another address, as in -addr localhost:5001 "+
			"(on macOS AirPlay Receiver holds port 5000; it can be switched off in the system settings)", addr)
	}
	if err != nil {
		return nil, &AddrError{err}
	}
	return listener, nil
}

// withoutProbes sets no keep-alive, which takes four system calls for a connection. Heartbeats and timeouts end the
// connections whose peers have gone.
var withoutProbes = net.ListenConfig{KeepAlive: -1}

// An AddrError is about an address that no program could listen on.
type AddrError struct{ Err error }

func (e *AddrError) Error() string { return e.Err.Error() }

func (e *AddrError) Unwrap() error { return e.Err }
