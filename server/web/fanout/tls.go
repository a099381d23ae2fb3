package fanout

import (
	"bytes"
	"crypto/tls"
	"net"
	"sync"
	"time"
)

// BelowTLS returns a listener for connections on which a [tls.Listener] speaks TLS. Of those that it accepts a pool can
// take over TLS connections.
func BelowTLS(l net.Listener) net.Listener { return belowListener{l} }

type belowListener struct{ net.Listener }

func (l belowListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil && detachable(c) {
		return &below{Conn: c}, nil
	}
	return c, err
}

// A below is the connection below a TLS connection.
type below struct {
	net.Conn
	records *[]byte // if not nil, gets what TLS writes
}

func (b *below) Write(p []byte) (int, error) {
	if b.records != nil {
		*b.records = append(*b.records, p...)
		return len(p), nil
	}
	return b.Conn.Write(p)
}

// A secure is a TLS connection that can be written to without waiting. It encrypts at most PartSize bytes into memory,
// and writes the records with one system call. A TLS connection could not continue after a write that was done in part,
// so the rest of the records is kept.
type secure struct {
	*tls.Conn
	below   *below
	tryConn tryConn // carries the records; nil until detach
	sealed  int     // bytes whose records are not all written: the first of the next call
	rest    []byte  // of these records
}

// recordBuffers are shared, because a connection needs one only during a write.
var recordBuffers = sync.Pool{New: func() any { return new([]byte) }}

// seal makes write, a method of the TLS connection, append its records.
func (c *secure) seal(records *[]byte, write func() error) error {
	c.below.records = records
	err := write()
	c.below.records = nil
	return err
}

// TryWrite implements tryConn.
func (c *secure) TryWrite(b []byte) (n int, err error) {
	records := recordBuffers.Get().(*[]byte)
	defer recordBuffers.Put(records)
	for n < len(b) {
		part := b[n:min(n+PartSize, len(b))]
		*records = (*records)[:0]
		if err := c.seal(records, func() error { _, err := c.Conn.Write(part); return err }); err != nil {
			return n, err
		}
		written, err := c.tryConn.TryWrite(*records)
		if written < len(*records) || err != nil {
			c.sealed, c.rest = len(part), bytes.Clone((*records)[written:])
			return n, err
		}
		n += len(part)
	}
	return n, nil
}

// Write writes at most PartSize bytes. After an error that is about a deadline, or fewer bytes than were passed to
// TryWrite, the next call must begin with the bytes that were not written.
func (c *secure) Write(b []byte) (n int, err error) {
	if c.sealed == 0 {
		part := b[:min(PartSize, len(b))]
		var records []byte
		if err := c.seal(&records, func() error { _, err := c.Conn.Write(part); return err }); err != nil {
			return 0, err
		}
		c.sealed, c.rest = len(part), records
	}
	written, err := c.tryConn.Write(c.rest)
	if c.rest = c.rest[written:]; err != nil {
		return 0, err
	}
	n, c.sealed, c.rest = c.sealed, 0, nil
	return n, nil
}

func (c *secure) SetWriteDeadline(t time.Time) error { return c.tryConn.SetWriteDeadline(t) }

// Close tells the peer that nothing follows, if the connection accepts that without waiting.
func (c *secure) Close() error {
	var records []byte
	if c.sealed == 0 && c.seal(&records, c.CloseWrite) == nil {
		c.tryConn.TryWrite(records)
	}
	return c.tryConn.Close()
}

// lowest returns the connection that carries the bytes of c.
func lowest(c tryConn) tryConn {
	if c, ok := c.(*secure); ok {
		return c.tryConn
	}
	return c
}

// unacknowledged returns the number of bytes that were given to a connection and its peer has not acknowledged, as far
// as they are known. If they become fewer, the peer reads, even if the kernel accepts no more yet.
func unacknowledged(c tryConn) int {
	n := int(queuedBytes(lowest(c)))
	if c, ok := c.(*secure); ok {
		n += len(c.rest)
	}
	return n
}
