package web

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestOrigin(t *testing.T) {
	const proxy, stranger = "10.0.0.1:5", "203.0.113.9:5"
	for _, c := range [...]struct {
		reason, peer  string
		tls           bool
		name, value   string
		name2, value2 string
		want          string
	}{
		{"its own", stranger, false, "", "", "", "", "http://board.example"},
		{"with TLS", stranger, true, "", "", "", "", "https://board.example"},
		{"no proxy of ours", stranger, false, "X-Forwarded-Proto", "https", "X-Forwarded-Host", "evil.example",
			"http://board.example"},
		{"a proxy without a report", proxy, false, "", "", "", "", "http://board.example"},
		{"a proxy by TLS", proxy, true, "X-Forwarded-For", "192.0.2.1", "", "", "https://board.example"},
		{"its scheme", proxy, false, "X-Forwarded-Proto", "HTTPS", "", "", "https://board.example"},
		{"its host as well", proxy, false, "X-Forwarded-Proto", "https, http", "X-Forwarded-Host", "a.example:8443, b",
			"https://a.example:8443"},
		{"the standard header", proxy, false, "Forwarded",
			`for=1.2.3.4;Proto=https;host="a.example:8443", for=10.0.0.2;proto=http`, "X-Forwarded-Host", "b.example",
			"https://a.example:8443"},
		{"a host that the client sent, before the proxy's", proxy, false, "X-Forwarded-For", "192.0.2.1",
			"X-Forwarded-Host", "evil.example, board.example", "http://board.example"},
		{"two proxies", proxy, false, "X-Forwarded-For", "192.0.2.66, 192.0.2.1, 10.0.0.2", "X-Forwarded-Proto",
			"http, https, http", "https://board.example"},
		{"another scheme", proxy, false, "X-Forwarded-Proto", "javascript", "", "", "http://board.example"},
		{"a path in the host", proxy, false, "X-Forwarded-Host", "a.example/b", "", "", "http://board.example"},
	} {
		r := httptest.NewRequest("GET", "http://board.example/", nil)
		if r.RemoteAddr = c.peer; c.tls {
			r.TLS = new(tls.ConnectionState)
		}
		r.Header.Set(c.name, c.value)
		r.Header.Set(c.name2, c.value2)
		got := ""
		behindProxies(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = Origin(r) }),
			[]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}).ServeHTTP(nil, r)
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.reason, got, c.want)
		}
	}
}
