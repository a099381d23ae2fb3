package e2e

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// A stream that the browser does not let the page read is not a server that cannot be reached.
func TestAStreamThatTheBrowserBlocksIsToldApart(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		host := staticHost(t, s.url+"/events")
		policed := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", "connect-src 'self'")
			host.Config.Handler.ServeHTTP(w, r)
		}))
		t.Cleanup(policed.Close)
		mixed := httptest.NewUnstartedServer(staticHost(t, "http://stream.invalid/events").Config.Handler)
		mixed.Config.ErrorLog = log.New(io.Discard, "", 0) // of connections that a browser ends for the certificate
		mixed.StartTLS()
		t.Cleanup(mixed.Close)
		for url, cause := range map[string]string{
			policed.URL: "this page's security policy blocks the stream",
			mixed.URL:   "browsers do not let a page with https read a stream with http",
		} {
			b := r.open(t, url, browser.PageOptions{Preload: diary, AnyCertificate: true})
			entries := b.waitForEntry(t, fmt.Sprintf(`m.Status === 'reconnecting' && m.Line.endsWith(%q)`, "; "+cause))
			mustNotBeLive(t, entries)
			b.forget(t)
			b.retry(t)
			b.waitForEntry(t, fmt.Sprintf(`m.Status === 'reconnecting' && m.Line.endsWith(%q)`, "; "+cause))
		}
	})
}
