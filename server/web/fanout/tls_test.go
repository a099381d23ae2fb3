package fanout

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"testing"
	"time"

	"flightboard/server/web/memnet"
)

// A counter counts the writes that do not wait.
type counter struct {
	*memnet.Conn
	writes int
}

func (c *counter) TryWrite(b []byte) (int, error) {
	c.writes++
	return c.Conn.TryWrite(b)
}

type counting struct {
	*memnet.Listener
	conns chan *counter
}

func (l counting) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	counted := &counter{Conn: c.(*memnet.Conn)}
	l.conns <- counted
	return counted, nil
}

// openTLS returns both ends of a TLS connection over a network with this buffer, after the handshake.
func openTLS(t *testing.T, buffer int) (server *secure, below *counter, client *tls.Conn) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	network := counting{memnet.Listen(buffer), make(chan *counter, 1)}
	listener := tls.NewListener(BelowTLS(network), &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	done := make(chan error, 1)
	go func() {
		c, err := listener.Accept()
		if err == nil {
			server = ConnContext(t.Context(), c).Value(connKey{}).(*secure)
			err = server.Handshake()
			detach(server)
		}
		done <- err
	}()
	c, err := network.Dial(context.Background(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	client = tls.Client(c, &tls.Config{InsecureSkipVerify: true})
	if err := errors.Join(client.Handshake(), <-done); err != nil {
		t.Fatal(err)
	}
	return server, <-network.conns, client
}

func TestATickOverTLSIsOneWrite(t *testing.T) {
	server, below, client := openTLS(t, 64<<10)
	tick := bytes.Repeat([]byte("data: a tick of many records\n"), 500)
	if n, err := server.TryWrite(tick); n != len(tick) || err != nil || below.writes != 1 {
		t.Errorf("TryWrite of %d bytes = %d, %v, with %d writes; want one", len(tick), n, err, below.writes)
	}
	got := make([]byte, len(tick))
	if _, err := io.ReadFull(client, got); err != nil || !bytes.Equal(got, tick) {
		t.Errorf("the peer gets %d bytes, error %v, want the tick", len(got), err)
	}
	server.Close()
	if _, err := client.Read(got); err != io.EOF {
		t.Errorf("after Close the peer gets %v, want the end", err)
	}
}

// A write that is done in part, or stopped by its deadline, is continued in the middle of a record.
func TestAWriteOverTLSIsContinued(t *testing.T) {
	server, _, client := openTLS(t, 4<<10)
	text := make([]byte, 200_000)
	rand.Read(text)
	n, err := server.TryWrite(text)
	if n != 0 || err != nil || unacknowledged(server) == 0 {
		t.Fatalf("TryWrite to a full connection = %d, %v, and keeps %d bytes", n, err, unacknowledged(server))
	}
	deadlines := make(chan int)
	go func() {
		passed := 0
		for rest := text; len(rest) > 0; {
			server.SetWriteDeadline(time.Now().Add(time.Millisecond))
			n, err := server.Write(rest[:min(PartSize, len(rest))])
			if rest = rest[n:]; errors.Is(err, os.ErrDeadlineExceeded) {
				passed++
			} else if err != nil {
				t.Error(err)
				break
			}
			if passed == 1 { // the peer reads from now on
				passed++
				deadlines <- passed
			}
		}
		close(deadlines)
	}()
	<-deadlines
	got := make([]byte, len(text))
	if _, err := io.ReadFull(client, got); err != nil || !bytes.Equal(got, text) {
		t.Errorf("the peer gets other bytes than were written, error %v", err)
	}
	for range deadlines {
	}
}

// A connection that is full is closed at once, without the farewell for which crypto/tls would wait for five seconds.
func TestClosingAFullConnectionDoesNotWait(t *testing.T) {
	server, below, _ := openTLS(t, 4<<10)
	server.TryWrite(make([]byte, 100_000))
	writes := below.writes
	server.Close()
	if below.writes != writes {
		t.Error("something is written in the middle of a record")
	}
	if _, err := below.TryWrite([]byte("x")); err == nil {
		t.Error("the connection is open")
	}
}
