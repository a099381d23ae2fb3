package e2e

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
)

// startTLS starts a proxy that ends TLS, and speaks HTTP/2 with browsers. It returns its URL.
func startTLS(t *testing.T, s *server) string {
	t.Helper()
	target, err := url.Parse(s.url)
	must(t, err)
	p := httputil.NewSingleHostReverseProxy(target)
	p.FlushInterval = -1
	p.ErrorLog = log.New(io.Discard, "", 0) // of viewers that leave
	front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("%s comes over %s", r.URL, r.Proto)
		}
		p.ServeHTTP(w, r)
	}))
	front.EnableHTTP2 = true
	front.Config.ErrorLog = p.ErrorLog
	front.StartTLS()
	t.Cleanup(front.Close)
	t.Cleanup(front.CloseClientConnections)
	return front.URL
}

// Over HTTP/2, where a page could have a hundred streams, the tabs share one as well.
func TestTabsShareAStreamOverHTTP2(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publish(t, flightIs("A123", "London", "08:15", ""), flightIs("I768", "Rome", "10:10", "expected"))
		u := r.user(t, startTLS(t, s))
		tabs := []*tab{u.open(t), u.open(t), u.open(t)}
		for _, b := range tabs {
			b.mustShow(t, s)
			b.waitForStatus(t, "live")
		}
		s.waitForOneViewer(t)
		tabs[0].close(t)
		s.publish(t, stateIs("I768", "landed"))
		for _, b := range tabs[1:] {
			b.mustShow(t, s)
			b.waitForStatus(t, "live")
		}
		s.waitForOneViewer(t)
	})
}
