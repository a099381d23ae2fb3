package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
)

func TestWithoutATokenPublishingIsClosed(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		s.append(1)
		for _, request := range [][2]string{{"POST", "/flights"}, {"DELETE", "/flights/LH1"}} {
			status, text := s.ask(request[0], request[1], `{"flight":"BA2"}`)
			want := `{"errors":[{"error":"publishing is closed: give the server a token, by -token-file or ` +
				`$FLIGHTBOARD_TOKENS, or -open-door"}]}`
			if status != http.StatusForbidden || text != want {
				t.Errorf("%s %s = %d %s\nwant 403 %s", request[0], request[1], status, text, want)
			}
		}
		status, _ := s.ask("POST", "/flights", `{"flight":"BA2"}`, "Authorization", "Bearer ")
		if status != http.StatusForbidden {
			t.Errorf("POST with an empty token = %d, want 403", status)
		}
		if diff := cmp.Diff([]string{"LH1"}, s.numbers()); diff != "" {
			t.Errorf("the board afterwards (-want +got):\n%s", diff)
		}
	})
}

// An empty token in the options is a mistake of the program; it must not admit requests without a token.
func TestAnEmptyTokenIsNone(t *testing.T) {
	bubble(t, web.Options{Tokens: tokens("")}, func(s *site) {
		for _, header := range []string{"Bearer ", "Bearer", "Bearer  "} {
			if status, _ := s.ask("POST", "/flights", `{"flight":"BA2"}`, "Authorization", header); status != 401 {
				t.Errorf("Authorization: %q = %d, want 401", header, status)
			}
		}
	})
}

// A proxy on this machine connects from a loopback address to a loopback host, for everybody on the Internet.
func TestWithoutATokenRequestsWithASignOfAProxyAreRejected(t *testing.T) {
	for _, header := range []string{
		"Forwarded: for=203.0.113.7", "Forwarded:", "Via: 1.1 proxy", "CDN-Loop: cdn.example", // the standards'
		"X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: localhost", "X-Forwarded-Proto: https", "X-Forwarded-Port: 443",
		"X-Forwarded-Server: web1", "X-Forwarded-By: me", "x-forwarded-anything: 1", "X-Forwarded: 1",
		"X-Real-IP: 203.0.113.7",
		"X-Client-IP: 203.0.113.7", "Client-IP: 203.0.113.7", "X-Cluster-Client-IP: 203.0.113.7",
		"True-Client-IP: 203.0.113.7",
		"CF-Connecting-IP: 203.0.113.7", "CF-Ray: 1", "Fastly-Client-IP: 203.0.113.7", "X-Azure-ClientIP: 203.0.113.7",
		"X-ProxyUser-Ip: 203.0.113.7", "X-Remote-Addr: 203.0.113.7", "X-Original-URL: /", "X-Original-Host: board.example",
		"X-Envoy-External-Address: 203.0.113.7", "X-Envoy-Expected-Rq-Timeout-Ms: 15000", "X-Request-Start: t=1",
		"X-Queue-Start: 1",
		"X-Varnish: 1", "X-Amzn-Trace-Id: Root=1", "X-Scheme: https", "Front-End-Https: on", "Tailscale-User-Login: a",
		"Proxy-Connection: keep-alive", "Client-Cert: :MII:", "Early-Data: 1", "Surrogate-Capability: a=ESI/1.0",
	} {
		name, value, _ := strings.Cut(header, ":")
		status, text := publishDirectly(t, func(r *http.Request) { r.Header[name] = []string{strings.TrimSpace(value)} })
		if status != http.StatusForbidden || !strings.Contains(text, "not through a proxy: give the server a token") {
			t.Errorf("with %q: %d %s, want 403", header, status, text)
		}
	}
}

func TestWithoutATokenOtherMachinesAreRejected(t *testing.T) {
	for _, c := range []struct {
		reason  string
		prepare func(*http.Request)
		status  int
	}{
		{"a program", func(*http.Request) {}, 200},
		{"over IPv6", func(r *http.Request) { r.RemoteAddr = "[::1]:1" }, 200},
		{"over IPv4 on a socket that takes both", func(r *http.Request) { r.RemoteAddr = "[::ffff:127.0.0.1]:1" }, 200},
		{"curl's headers, and tracing", func(r *http.Request) {
			r.Header = http.Header{"User-Agent": {"curl/8"}, "Accept": {"*/*"}, "Expect": {"100-continue"},
				"Content-Type": {"application/x-www-form-urlencoded"}, "Idempotency-Key": {"k"}, "X-Request-Id": {"1"},
				"Traceparent": {"00"}, "X-Requested-With": {"me"}}
		}, 200},
		{"another machine", func(r *http.Request) { r.RemoteAddr = "203.0.113.7:1" }, 403},
		{"another machine that says it is this one", func(r *http.Request) {
			r.RemoteAddr, r.Host = "192.168.1.7:1", "127.0.0.1"
		}, 403},
		{"an address that is none", func(r *http.Request) { r.RemoteAddr = "@" }, 403},
		{"HTTP/1.0, which nginx speaks by default", func(r *http.Request) {
			r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/1.0", 1, 0
		}, 403},
		{"no host", func(r *http.Request) { r.Host = "" }, 403},
		{"the host that a proxy was asked for", func(r *http.Request) { r.Host = "board.example" }, 403},
	} {
		if status, text := publishDirectly(t, c.prepare); status != c.status {
			t.Errorf("%s: %d %s, want %d", c.reason, status, text, c.status)
		}
	}
}

// publishDirectly publishes a flight as a program on this machine does without a token. prepare may change the request.
func publishDirectly(t *testing.T, prepare func(*http.Request)) (status int, text string) {
	t.Helper()
	log := eventlog.New(eventlog.Options{})
	body := strings.NewReader(`{"flight":"BA2"}`)
	r := httptest.NewRequestWithContext(t.Context(), "POST", "http://localhost:5000/flights", body)
	r.RemoteAddr = "127.0.0.1:1"
	prepare(r)
	w := httptest.NewRecorder()
	web.New(log, web.Options{OpenDoor: true}).ServeHTTP(w, r)
	if n := len(logtest.Board(log)); (n == 1) != (w.Code == http.StatusOK) {
		t.Errorf("answered %d, and the board holds %d flights", w.Code, n)
	}
	return w.Code, w.Body.String()
}

func TestRejectedPublishersAreLoggedInSums(t *testing.T) {
	const token = "a-token-that-nobody-may-see"
	oneBubble(t, web.Options{Tokens: tokens(token)}, false, func(s *site) {
		s.ask("POST", "/flights", "{}", "Authorization", "Bearer "+token) // is admitted; its body is wrong
		time.Sleep(time.Second)
		s.ask("POST", "/flights", "{}", "Authorization", "Bearer tried") // the first is logged at once
		time.Sleep(time.Second)
		for range 5 { // the others are summed up
			s.ask("POST", "/flights", "{}", "Authorization", "Bearer tried")
			s.ask("DELETE", "/flights/LH1", "")
			s.ask("POST", "/flights", "{}", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
		}
		time.Sleep(time.Minute) // without denials there is no line
		s.ask("POST", "/flights", "{}")
		synctest.Wait()
		var got []string
		for line := range strings.Lines(s.logs.String()) {
			clock, line, _ := strings.Cut(strings.TrimSpace(line), " level=")
			if strings.HasPrefix(line, `INFO msg="publisher is answered"`) {
				continue
			}
			line, address, _ := strings.Cut(line, " last=")
			if address == "" {
				t.Errorf("a line without an address: %s", line)
			}
			at, err := time.Parse("time="+time.RFC3339, clock)
			if err != nil {
				t.Error(err)
			}
			got = append(got, at.UTC().Format("04:05 ")+line)
		}
		want := []string{
			`00:01 WARN msg="publishers were refused" wrong-token=1`,
			`00:11 WARN msg="publishers were refused" another-site=5 without-token=5 wrong-token=5`,
			`01:02 WARN msg="publishers were refused" without-token=1`,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the log (-want +got):\n%s", diff)
		}
		if strings.Contains(s.logs.String(), token) || strings.Contains(s.logs.String(), "tried") {
			t.Errorf("the log holds a token: %s", s.logs)
		}
	})
}
