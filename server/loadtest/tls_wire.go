package main

import (
	"crypto/tls"
	"errors"
	"io"
	"iter"
	"net"
	"time"
)

// tlsWire is another wire over TLS. It does not verify the server's certificate, which is not what is measured.
type tlsWire struct {
	wire
	carrier *tlsCarrier
	conn    *tls.Conn
	flight  func() ([]byte, bool) // continues the handshake, and returns what it sends; nil: the handshake is done
	stop    func()
	failed  error // the handshake
}

// clientTLS is the configuration of all viewers. The key exchange is one that all servers know.
var clientTLS = &tls.Config{InsecureSkipVerify: true, ServerName: "board.test", ClientSessionCache: tickets,
	CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256}}

// tickets are for session resumption, when it is on.
var tickets = &ticketCache{ClientSessionCache: tls.NewLRUClientSessionCache(1)}

type ticketCache struct {
	tls.ClientSessionCache
	on bool
}

func (c *ticketCache) Get(key string) (*tls.ClientSessionState, bool) {
	if !c.on {
		return nil, false
	}
	return c.ClientSessionCache.Get(key)
}

func (w *tlsWire) open(host string) []byte {
	request := w.wire.open(host)
	config := clientTLS.Clone()
	config.NextProtos = []string{"http/1.1"}
	if _, ok := w.wire.(*http1Wire); !ok {
		config.NextProtos = []string{"h2"}
	}
	w.carrier = &tlsCarrier{}
	w.conn = tls.Client(w.carrier, config)
	w.flight, w.stop = iter.Pull(func(send func([]byte) bool) {
		w.carrier.wait = func() bool { return send(w.carrier.sent()) }
		if w.failed = w.conn.Handshake(); w.failed == nil {
			_, w.failed = w.conn.Write(request)
		}
		w.carrier.wait = nil
	})
	hello, _ := w.flight()
	return hello
}

// plaintext is what one record has at most. The goroutine that receives is the only one that uses it.
var plaintext [16 << 10]byte

func (w *tlsWire) feed(piece []byte) ([]byte, error) {
	w.carrier.in = append(w.carrier.in, piece...)
	if w.flight != nil {
		if flight, more := w.flight(); more {
			return flight, nil
		}
		if w.flight = nil; w.failed != nil {
			return nil, w.failed
		}
	}
	for {
		n, err := w.conn.Read(plaintext[:])
		switch {
		case errors.Is(err, errNothingYet):
			return w.carrier.sent(), nil
		case err == io.EOF:
			return nil, errEnded
		case err != nil:
			return nil, err
		}
		reply, err := w.wire.feed(plaintext[:n])
		if err == nil && len(reply) > 0 {
			_, err = w.conn.Write(reply)
		}
		if err != nil {
			return nil, err
		}
	}
}

func (w *tlsWire) close() {
	if w.flight != nil {
		w.stop()
	}
	w.wire.close()
}

// A tlsCarrier is the connection below crypto/tls: what has come, and what has to be sent. A read returns errNothingYet
// when nothing has come, and crypto/tls continues with the next one. In the handshake, which could not, it waits.
type tlsCarrier struct {
	in, out []byte
	wait    func() (more bool)
}

var errNothingYet net.Error = nothingYet{}

type nothingYet struct{}

func (nothingYet) Error() string   { return "nothing has come yet" }
func (nothingYet) Timeout() bool   { return true }
func (nothingYet) Temporary() bool { return true } // or crypto/tls would return it for ever

func (c *tlsCarrier) Read(b []byte) (int, error) {
	for len(c.in) == 0 {
		switch {
		case c.wait == nil:
			return 0, errNothingYet
		case !c.wait():
			return 0, net.ErrClosed
		}
	}
	n := copy(b, c.in)
	if c.in = c.in[n:]; len(c.in) == 0 {
		c.in = nil
	}
	return n, nil
}

func (c *tlsCarrier) Write(b []byte) (int, error) {
	c.out = append(c.out, b...)
	return len(b), nil
}

// sent takes what has to be sent.
func (c *tlsCarrier) sent() []byte {
	out := c.out
	c.out = nil
	return out
}

func (c *tlsCarrier) Close() error                     { return nil }
func (c *tlsCarrier) LocalAddr() net.Addr              { return nil }
func (c *tlsCarrier) RemoteAddr() net.Addr             { return nil }
func (c *tlsCarrier) SetDeadline(time.Time) error      { return nil }
func (c *tlsCarrier) SetReadDeadline(time.Time) error  { return nil }
func (c *tlsCarrier) SetWriteDeadline(time.Time) error { return nil }
