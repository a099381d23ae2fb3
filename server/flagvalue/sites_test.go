package flagvalue

import (
	"strings"
	"testing"
)

func TestSites(t *testing.T) {
	for _, c := range []struct{ reason, text, want string }{
		{"one", "https://a.example", "https://a.example"},
		{"several", "https://a.example, http://b.example:8123 https://c.example",
			"https://a.example http://b.example:8123 https://c.example"},
		{"a slash at the end, as copied from an address bar", "https://a.example/", "https://a.example"},
		{"capitals", "HTTPS://A.Example", "https://a.example"},
		{"all subdomains", "https://*.a.example", "https://*.a.example"},
		{"any port", "http://localhost:*", "http://localhost:*"},
		{"an address", "http://192.168.1.5:8123", "http://192.168.1.5:8123"},
		{"the server's own pages", "self", "'self'"},
		{"as in a policy", "'self'", "'self'"},
		{"everybody", "*", "*"},
	} {
		var s Sites
		if err := s.Set(c.text); err != nil || strings.Join(s, " ") != c.want {
			t.Errorf("%s: Set(%q) = %q, %v, want %s", c.reason, c.text, s, err, c.want)
		}
	}
}

func TestSitesThatAreNone(t *testing.T) {
	for _, c := range []struct{ reason, text, want string }{
		{"nothing", " ,", "want at least one site"},
		{"no scheme", "a.example", `site 1, "a.example": want an origin with its scheme`},
		{"the second", "https://a.example,b", `site 2, "b": want an origin`},
		{"none is the default", "none", `site 1, "none": want an origin`},
		{"another scheme", "ftp://a.example", "want https or http, not ftp"},
		{"a path", "https://a.example/board", "want no path"},
		{"a query", "https://a.example?x", "want no path"},
		{"a user", "https://me@a.example", "want no user"},
		{"no host", "https://", `"" is no host`},
		{"a star elsewhere", "https://a.*.example", "is no host"},
		{"another directive", "https://a.example;script-src", "is no host"},
		{"a new line", "https://a.example\nX: y", "is no host"},
		{"IPv6", "http://[::1]:8123", "browsers take no IPv6 address"},
		{"letters that are not ASCII", "https://flüge.example", "is no host"},
		{"no port", "https://a.example:http", `"http" is no port`},
	} {
		var s Sites
		if err := s.Set(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Set(%q) = %v, want %s", c.reason, c.text, err, c.want)
		}
	}
}
