package follow

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
	"flightboard/server/web/memnet"
)

// A frozenConn loses what is written, and gets nothing, from when it is frozen: the network between is gone.
type frozenConn struct {
	net.Conn
	frozen, closed chan struct{}
	once           sync.Once
}

func (c *frozenConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	select {
	case <-c.frozen:
		<-c.closed
		return 0, io.ErrClosedPipe
	default:
		return n, err
	}
}

func (c *frozenConn) Write(b []byte) (int, error) {
	select {
	case <-c.frozen:
		return len(b), nil
	default:
		return c.Conn.Write(b)
	}
}

func (c *frozenConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// localhost returns a certificate, and a pool that trusts it.
func localhost(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, IsCA: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// Over https all requests share a connection of HTTP/2. When that is dead, the next attempt has another one.
func TestADeadConnectionIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		certificate, pool := localhost(t)
		origin := eventlog.New(eventlog.Options{})
		handler := web.New(origin, web.Options{})
		server := &http.Server{Handler: handler, TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}},
			ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
		listener := memnet.Listen(64 << 10)
		var running sync.WaitGroup
		running.Go(func() { server.ServeTLS(listener, "", "") })
		var frozen atomic.Pointer[chan struct{}] // closed: the connections that were made before are dead
		frozen.Store(new(make(chan struct{})))
		var protocol atomic.Value
		transport := newTransport()
		transport.TLSClientConfig = &tls.Config{RootCAs: pool}
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			c, err := listener.Dial(ctx, "", "")
			if err != nil {
				return nil, err
			}
			return &frozenConn{Conn: c, frozen: *frozen.Load(), closed: make(chan struct{})}, nil
		}
		f := New(eventlog.New(eventlog.Options{}), Options{Origin: &url.URL{Scheme: "https", Host: "localhost"},
			Transport: answerer(func(r *http.Request) (*http.Response, error) {
				a, err := transport.RoundTrip(r)
				if err == nil {
					protocol.Store(a.Proto)
				}
				return a, err
			}),
			Logger: slog.New(slog.DiscardHandler)})
		ctx, cancel := context.WithCancel(t.Context())
		running.Go(func() { f.Run(ctx) })
		<-f.Equal()
		time.Sleep(time.Second)
		if protocol.Load() != "HTTP/2.0" {
			t.Errorf("the protocol is %s, so this is no test", protocol.Load())
		}
		close(*frozen.Swap(new(make(chan struct{}))))
		at := logtest.Append(t, origin, logtest.Addition(1))
		within, stop := context.WithTimeout(ctx, 2*time.Minute)
		defer stop()
		if err := f.log.Reach(within, at); err != nil {
			t.Errorf("after two minutes it does not have the record; the reason is %q", trouble(f))
		}
		cancel()
		server.Close()
		listener.Close()
		transport.CloseIdleConnections()
		running.Wait()
	})
}
