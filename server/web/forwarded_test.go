package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestClientsBehindProxies(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, c := range [...]struct{ peer, header, value, want string }{
		{"203.0.113.9:5", "X-Forwarded-For", "198.51.100.7", "203.0.113.9:5"}, // nobody whom we trust
		{"10.0.0.1:5", "", "", "10.0.0.1:5"},
		{"10.0.0.1:5", "X-Forwarded-For", "198.51.100.7", "198.51.100.7:0"},
		{"[::ffff:10.0.0.1]:5", "X-Forwarded-For", "198.51.100.7", "198.51.100.7:0"},
		{"[::1]:5", "X-Forwarded-For", "2001:db8::7", "[2001:db8::7]:0"},
		{"10.0.0.1:5", "X-Forwarded-For", "192.0.2.66, 198.51.100.7, 10.1.1.1", "198.51.100.7:0"}, // the first is invented
		{"10.0.0.1:5", "X-Forwarded-For", "10.2.2.2, 10.1.1.1", "10.2.2.2:0"},
		{"10.0.0.1:5", "X-Forwarded-For", "198.51.100.7:1234", "198.51.100.7:0"},
		{"10.0.0.1:5", "X-Forwarded-For", "nonsense", "10.0.0.1:5"},
		{"10.0.0.1:5", "X-Forwarded-For", "", "10.0.0.1:5"},
		{"10.0.0.1:5", "X-Forwarded-For", "198.51.100.7, unknown", "10.0.0.1:5"},
		{"10.0.0.1:5", "Forwarded", `for=192.0.2.66, For="[2001:db8::7]:47011";proto=https;by=10.0.0.1`, "[2001:db8::7]:0"},
		{"10.0.0.1:5", "Forwarded", "for=_hidden", "10.0.0.1:5"},
		{"10.0.0.1:5", "Forwarded", "proto=https", "10.0.0.1:5"},
		{"10.0.0.1:5", "X-Forwarded-For", "fe80::1%eth0", "[fe80::1]:0"},
		{"10.0.0.1:5", "X-Forwarded-For", "::ffff:198.51.100.7", "198.51.100.7:0"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		if r.RemoteAddr = c.peer; c.header != "" {
			r.Header.Set(c.header, c.value)
		}
		got := ""
		behindProxies(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }),
			trusted).ServeHTTP(nil, r)
		if got != c.want || r.RemoteAddr != c.peer {
			t.Errorf("%s with %s: %s is %s, want %s", c.peer, c.header, c.value, got, c.want)
		}
	}
}

// Most proxies know X-Forwarded-For only, and pass on what a client sends as Forwarded: that client would choose its
// address.
func TestAClientCannotChooseItsAddress(t *testing.T) {
	for _, lines := range [][]string{{"192.0.2.66, 198.51.100.7"}, {"192.0.2.66", "198.51.100.7"}} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "10.0.0.1:5"
		r.Header["X-Forwarded-For"] = lines
		r.Header["Forwarded"] = []string{"for=127.0.0.1;proto=https;host=evil.example"}
		got, origin := "", ""
		behindProxies(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got, origin = r.RemoteAddr, Origin(r)
		}), []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}).ServeHTTP(nil, r)
		if got != "198.51.100.7:0" || origin != "http://example.com" {
			t.Errorf("the client is %s, and the origin %s", got, origin)
		}
	}
}
