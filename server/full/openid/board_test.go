package openid

import (
	"bufio"
	"context"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
	"flightboard/server/web"
	"flightboard/server/web/memnet"
)

const site = "https://board.example"

// A board is a server in a bubble, behind a proxy that ends TLS, and a browser that reaches it and the provider.
type board struct {
	*testing.T
	provider *fakeProvider
	readers  *Readers
	log      *eventlog.Log
	logs     *lockedBuilder
	network  *memnet.Listener
	browsing context.Context
	browser  *http.Client
}

type lockedBuilder struct {
	mu sync.Mutex
	strings.Builder
}

func (b *lockedBuilder) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Builder.Write(text)
}

// bubble runs a test against a board. Alter, which may be nil, alters its provider and options.
func bubble(t *testing.T, alter func(f *fakeProvider, o *Options), test func(b *board)) {
	synctest.Test(t, func(t *testing.T) {
		b := &board{T: t, provider: newFakeProvider(t), log: eventlog.New(eventlog.Options{}), logs: new(lockedBuilder),
			network: memnet.Listen(64 << 10)}
		o := Options{Issuer: issuer, Client: clientID, Secret: secret, HTTP: &http.Client{Transport: b.provider},
			Log: slog.New(slog.NewTextHandler(b.logs, nil))}
		if alter != nil {
			alter(b.provider, &o)
		}
		running, stop := context.WithCancel(t.Context())
		b.readers = New(running, o)
		handler := web.New(b.log, web.Options{Readers: b.readers, Log: o.Log, Proxies: []netip.Prefix{
			netip.MustParsePrefix("127.0.0.1/32")}, AllowOrigin: []string{"https://wall.board.example"},
			Page: fstest.MapFS{"index.html": {Data: []byte("<tbody></tbody>")}, "check.html": {Data: []byte("<p>")}}})
		server := &http.Server{Handler: handler, ConnContext: handler.ConnContext}
		go handler.Run(running)
		go server.Serve(b.network)
		synctest.Wait()
		var leave context.CancelFunc
		b.browsing, leave = context.WithCancel(t.Context())
		b.browser = b.newBrowser()
		test(b)
		for _, one := range b.provider.secrets() {
			if strings.Contains(b.logs.String(), one) {
				t.Errorf("the log has %q:\n%s", one, b.logs)
			}
		}
		leave()
		synctest.Wait()
		server.Close()
		stop()
		time.Sleep(time.Second)
	})
}

// newBrowser returns a browser with no cookies.
func (b *board) newBrowser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	return &http.Client{Jar: jar, Transport: &proxy{b.provider,
		&http.Transport{DialContext: b.network.Dial, DisableKeepAlives: true}}}
}

// A proxy sends requests to the board, by HTTP and with the scheme that the browser used, and those to the provider.
type proxy struct{ provider, board http.RoundTripper }

func (p *proxy) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != "board.example" {
		return p.provider.RoundTrip(r)
	}
	inner := r.Clone(r.Context())
	inner.Header.Set("X-Forwarded-Proto", r.URL.Scheme)
	inner.URL.Scheme = "http"
	answer, err := p.board.RoundTrip(inner)
	if err == nil {
		answer.Request = r
	}
	return answer, err
}

// do sends a request of a browser, with headers in pairs.
func (b *board) do(browser *http.Client, method, address string, headers ...string) *http.Response {
	b.Helper()
	r, err := http.NewRequestWithContext(b.browsing, method, address, nil)
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := browser.Do(r)
	if err != nil {
		b.Fatalf("%s %s: %v", method, address, err)
	}
	b.Cleanup(func() { answer.Body.Close() })
	return answer
}

func (b *board) get(path string, headers ...string) *http.Response {
	b.Helper()
	return b.do(b.browser, "GET", site+path, headers...)
}

// once sends a request and does not follow a redirect. It returns the address that the answer leads to.
func (b *board) once(method, path string, headers ...string) (*http.Response, *url.URL) {
	b.Helper()
	browser := *b.browser
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if !strings.HasPrefix(path, "https:") {
		path = site + path
	}
	answer := b.do(&browser, method, path, headers...)
	to, err := answer.Location()
	if err != nil {
		return answer, new(url.URL)
	}
	return answer, to
}

// isReader reports whether the browser may read.
func (b *board) isReader() bool {
	b.Helper()
	return b.get("/flights").StatusCode == http.StatusOK
}

// at fails the test if an answer is not that of this address.
func (b *board) at(answer *http.Response, status int, address string) {
	b.Helper()
	if answer.StatusCode != status || answer.Request.URL.String() != address {
		b.Errorf("the browser is at %s: %s, want %s: %d\n%s", answer.Request.URL, answer.Status, address, status, b.logs)
	}
}

func (b *board) text(answer *http.Response) string {
	b.Helper()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

// watch returns a function that waits for the next event of a stream.
func (b *board) watch(headers ...string) func() (eventstream.Event, error, bool) {
	b.Helper()
	answer := b.get("/events", headers...)
	if answer.StatusCode != http.StatusOK {
		b.Fatalf("GET /events = %s", answer.Status)
	}
	next, stop := iter.Pull2(eventstream.Read(bufio.NewReader(answer.Body)))
	b.Cleanup(stop)
	return next
}
