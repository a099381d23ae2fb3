package serve

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/metrics"
	"flightboard/server/web"
)

// writeCertificate writes a new certificate for 127.0.0.1 with this serial number, and returns the names of its files.
func writeCertificate(t *testing.T, dir string, serial int64) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(serial), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", pkcs8)
}

// startTLS starts a server with TLS and a listener that redirects to it. It returns both addresses, and its handler.
func startTLS(t *testing.T, dir string, h slog.Handler) (addr, plain string, handler *web.Handler) {
	t.Helper()
	cert, key := writeCertificate(t, dir, 1)
	logger := slog.New(h)
	certificate, err := ReadCertificate(cert, key, logger)
	if err != nil {
		t.Fatal(err)
	}
	var listeners [2]net.Listener
	for i := range listeners {
		if listeners[i], err = Listen("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	handler = web.New(eventlog.New(eventlog.Options{}), web.Options{Heartbeat: time.Second, Log: logger, HSTS: time.Hour})
	server := &Server{
		Handler: handler,
		Feeds:   func(ctx context.Context) { <-ctx.Done() }, Logger: logger,
		Certificate: certificate, Redirect: listeners[1],
	}
	ctx, end := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, listeners[0]) }()
	t.Cleanup(func() {
		end()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return listeners[0].Addr().String(), listeners[1].Addr().String(), handler
}

// anyCertificate is a client's, which has no use for the name in a test's certificate.
var anyCertificate = &tls.Config{InsecureSkipVerify: true}

func get(t *testing.T, url string, protocols *http.Protocols) *http.Response {
	t.Helper()
	client := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: anyCertificate.Clone(), Protocols: protocols},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(client.CloseIdleConnections)
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

func TestStreamsOverTLS(t *testing.T) {
	addr, _, handler := startTLS(t, t.TempDir(), slog.DiscardHandler)
	for want, protocol := range map[string]func(*http.Protocols){
		"HTTP/1.1": func(p *http.Protocols) { p.SetHTTP1(true) },
		"HTTP/2.0": func(p *http.Protocols) { p.SetHTTP2(true) },
	} {
		var protocols http.Protocols
		protocol(&protocols)
		response := get(t, "https://"+addr+"/events", &protocols)
		if response.Proto != want {
			t.Errorf("the stream comes over %s, want %s", response.Proto, want)
		}
		if got := response.Header.Get("Strict-Transport-Security"); got != "max-age=3600" {
			t.Errorf("%s: Strict-Transport-Security is %q", want, got)
		}
		if line, err := bufio.NewReader(response.Body).ReadString('\n'); !strings.HasPrefix(line, "retry:") {
			t.Errorf("%s: the stream begins with %q, %v", want, line, err)
		}
		way := map[string]string{"HTTP/1.1": `{way="sweeper-tls",http="1.1"`, "HTTP/2.0": `{way="handler",http="2"`}[want]
		var page metrics.Text
		if handler.WriteMetrics(&page); !strings.Contains(string(page.Bytes()), way+`,form="gzip"} 1`) {
			t.Errorf("%s: no viewer is counted in %s", want, way)
		}
	}
	old := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	if c, err := tls.Dial("tcp", addr, old); err == nil {
		c.Close()
		t.Error("the server speaks TLS 1.1")
	}
}

// A new certificate is that of new connections, and an open stream goes on.
func TestANewCertificateIsTaken(t *testing.T) {
	dir := t.TempDir()
	var log messages
	addr, _, _ := startTLS(t, dir, &log)
	serial := func() (*tls.Conn, int64) {
		c, err := tls.Dial("tcp", addr, anyCertificate)
		if err != nil {
			t.Fatal(err)
		}
		return c, c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	viewer, number := serial()
	defer viewer.Close()
	if number != 1 {
		t.Fatalf("the certificate has the number %d", number)
	}
	viewer.Write([]byte("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"))
	lines := bufio.NewReader(viewer)

	if err := os.WriteFile(filepath.Join(dir, "key.pem"), []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool {
		c, number := serial()
		c.Close()
		return number == 1 && strings.Contains(log.String(), "the certificate cannot be read")
	})
	writeCertificate(t, dir, 2)
	until(t, func() bool { c, number := serial(); c.Close(); return number == 2 })
	for heartbeats := 0; heartbeats < 2; { // they come after the change
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the stream of a viewer with the old certificate ended: %v", err)
		}
		if line == "event: heartbeat\n" {
			heartbeats++
		}
	}
}

// until waits until a condition holds.
func until(t *testing.T, holds func() bool) {
	t.Helper()
	for tick := time.NewTicker(50 * time.Millisecond); !holds(); {
		select {
		case <-t.Context().Done():
			t.Fatal("the condition never held")
		case <-tick.C:
		}
	}
}

func TestHTTPIsRedirected(t *testing.T) {
	addr, plain, _ := startTLS(t, t.TempDir(), slog.DiscardHandler)
	response := get(t, "http://"+plain+"/flights?q=a%20b", nil)
	want := "https://" + addr + "/flights?q=a%20b"
	if got := response.Header.Get("Location"); response.StatusCode != 308 || got != want {
		t.Errorf("%s to %q, want 308 to %q", response.Status, got, want)
	}
	posted, err := http.Post("http://"+plain+"/flights", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if posted.Body.Close(); posted.StatusCode != http.StatusForbidden {
		t.Errorf("a POST over http is answered with %s", posted.Status)
	}
}

func TestWhereHTTPIsRedirected(t *testing.T) {
	for _, c := range [...]struct{ addr, host, want string }{
		{":443", "board.example", "https://board.example/a?b"},
		{":443", "board.example:80", "https://board.example/a?b"},
		{":8443", "board.example", "https://board.example:8443/a?b"},
		{"[::]:443", "[2001:db8::1]:80", "https://[2001:db8::1]:443/a?b"},
	} {
		r, err := http.NewRequest("GET", "http://x/a?b", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = c.host
		w := recorder{header: http.Header{}}
		if Redirect(c.addr).ServeHTTP(&w, r); w.header.Get("Location") != c.want {
			t.Errorf("%s at %s: %q, want %q", c.host, c.addr, w.header.Get("Location"), c.want)
		}
	}
}

type recorder struct {
	header http.Header
	status int
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) Write(b []byte) (int, error) { return len(b), nil }
func (w *recorder) WriteHeader(status int)      { w.status = status }
