package web_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"sync"
	"testing"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/eventstream"
	"flightboard/server/web"
	"flightboard/server/web/fanout"
	"flightboard/server/web/memnet"
)

// encrypted is the network of a site that speaks TLS.
type encrypted struct{ *memnet.Listener }

var anyName = &tls.Config{InsecureSkipVerify: true}

func (e encrypted) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := e.Listener.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return tls.Client(c, anyName), nil
}

// speakTLS returns a listener for the server's side of TLS connections.
func speakTLS(t *testing.T, l net.Listener) net.Listener {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.NewListener(fanout.BelowTLS(l), &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
}

// TestManyViewersOverTLS has a thousand viewers on real sockets, and every tenth reads nothing until all is appended,
// which is more than its socket holds. All of them get all events, in order.
func TestManyViewersOverTLS(t *testing.T) {
	const viewers, events = 1000, 200
	log := eventlog.New(eventlog.Options{})
	handler := web.New(log, web.Options{})
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { handler.Run(ctx) })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler, ConnContext: handler.ConnContext}
	running.Go(func() { server.Serve(speakTLS(t, smallBuffers{listener})) })
	defer running.Wait()
	defer func() { server.Close(); stop() }()

	appended := make(chan struct{})
	var arrived, all sync.WaitGroup
	arrived.Add(viewers)
	handshakes := make(chan struct{}, 16) // at a time
	for i := range viewers {
		all.Go(func() {
			handshakes <- struct{}{}
			c, err := tls.Dial("tcp", listener.Addr().String(), anyName)
			if <-handshakes; err != nil {
				arrived.Done()
				t.Error(err)
				return
			}
			defer c.Close()
			c.NetConn().(*net.TCPConn).SetReadBuffer(4 << 10)
			fmt.Fprintf(c, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
			answer, err := http.ReadResponse(bufio.NewReader(c), nil)
			if arrived.Done(); err != nil {
				t.Error(err)
				return
			}
			if i%10 == 0 {
				<-appended
			}
			if err := inOrder(answer.Body, events); err != nil {
				t.Errorf("viewer %d: %v", i, err)
			}
		})
	}
	arrived.Wait()
	for n := range events {
		logtest.Append(t, log, logtest.Addition(n))
	}
	close(appended)
	all.Wait()
}

// smallBuffers accepts connections that the kernel accepts few bytes for.
type smallBuffers struct{ net.Listener }

func (l smallBuffers) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		tcp.SetWriteBuffer(4 << 10)
	}
	return c, err
}

// inOrder reads a snapshot and the events after it, up to the one that completes the number.
func inOrder(body io.Reader, events int) error {
	var at eventlog.Position
	flights := 0
	for e, err := range eventstream.Read(body) {
		if err != nil {
			return err
		}
		now, _ := eventlog.ParsePosition(e.ID)
		switch {
		case e.Type == "flightSnapshot":
			flights = bytes.Count(e.Data, []byte(`"flight"`))
		case e.Type != "flightAddition":
			continue
		case now != at+1:
			return fmt.Errorf("event %v comes after %v", now, at)
		default:
			flights++
		}
		if at = now; flights == events {
			return nil
		}
	}
	return io.ErrUnexpectedEOF
}
