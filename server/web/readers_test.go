package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventstream"
	"flightboard/server/token"
	"flightboard/server/web"
)

// guests are readers who name themselves in the cookie guest. Their sessions last an hour, or end early.
type guests struct{ watches web.Watches[string] }

func (g *guests) Reader(r *http.Request) (s web.Session, ok bool) {
	cookie, err := r.Cookie("guest")
	if err != nil {
		return s, false
	}
	watch := g.watches.Add(cookie.Value, func() bool { return false })
	return web.Session{Name: cookie.Value, Expires: time.Now().Add(time.Hour), Watch: watch}, true
}

func (g *guests) ServeHTTP(w http.ResponseWriter, r *http.Request) { w.Write([]byte("who are you?")) }

const tower = "a-token-of-the-tower"

func privateBoard() web.Options {
	return web.Options{Readers: new(guests), Page: offlineFiles(), Tokens: []token.Token{{Name: "tower", Text: tower}}}
}

func TestAPrivateBoardIsForReaders(t *testing.T) {
	bubble(t, privateBoard(), func(s *site) {
		s.append(1)
		s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		for _, path := range []string{"/events", "/events?wait=0s", "/events?lastEventId=1", "/sse", "/flights",
			"/healthz?verbose", "/", "/index.html", "/check", "/check.html?x"} {
			isPage := strings.HasPrefix(path, "/check") || path == "/" || path == "/index.html"
			for _, c := range []struct {
				reason  string
				headers []string
				admit   bool
			}{
				{"nobody", nil, false},
				{"a reader", []string{"Cookie", "guest=anna"}, true},
				{"a publisher", []string{"Authorization", "Bearer " + tower}, true},
				{"a guess", []string{"Authorization", "Bearer " + tower[1:]}, false},
				{"a reader with a guess", []string{"Authorization", "Bearer a", "Cookie", "guest=anna"}, true},
			} {
				answer := s.do("GET", path, "", append(c.headers, "Accept", "*/*")...)
				want := 200
				switch {
				case !c.admit && isPage:
					want = 303
				case !c.admit:
					want = 401
				}
				h := answer.Header
				if answer.StatusCode != want {
					t.Errorf("%s: GET %s = %s, want %d", c.reason, path, answer.Status, want)
				}
				if path != "/check" && path != "/check.html?x" && !strings.Contains(h.Get("Cache-Control"), "no-store") {
					t.Errorf("%s: GET %s: Cache-Control: %s", c.reason, path, h.Get("Cache-Control"))
				}
				if !strings.Contains(strings.Join(h.Values("Vary"), ","), "Authorization, Cookie") {
					t.Errorf("%s: GET %s varies by %q", c.reason, path, h.Values("Vary"))
				}
				if want != 200 && strings.Contains(s.text(answer), "LH1") {
					t.Errorf("%s: GET %s has a flight", c.reason, path)
				}
				if (h.Get("WWW-Authenticate") != "") != (want == 401) {
					t.Errorf("%s: GET %s wants %q", c.reason, path, h.Get("WWW-Authenticate"))
				}
				answer.Body.Close()
			}
		}
		for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/boot.js": 200, "/sign-in": 200,
			"/sw.js": 200} {
			if answer := s.do("GET", path, ""); answer.StatusCode != want {
				t.Errorf("GET %s = %s, want %d", path, answer.Status, want)
			}
		}
		if status, text := s.ask("POST", "/flights", `{"flight":"LH9"}`, "Cookie", "guest=anna"); status != 401 {
			t.Errorf("a reader publishes: %d %s", status, text)
		}
		s.wantMetrics("of these", `flightboard_refusals_total{who="viewer",reason="without-session"} 12`)
	})
}

// The addresses are relative: the site may be below a path.
func TestTheSignInPageLeadsBack(t *testing.T) {
	bubble(t, privateBoard(), func(s *site) {
		s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		for path, want := range map[string]string{"/": "", "/index.html": "", "/?q=a%26b&sort=state": "?q=a%26b&sort=state",
			"/check": "check", "/check?x=1": "check?x=1"} {
			to, err := url.Parse(s.do("GET", path, "").Header.Get("Location"))
			if err != nil || to.Host != "" || to.Path != "sign-in" || to.Query().Get("to") != want {
				t.Errorf("GET %s leads to %v, want back to %q", path, to, want)
			}
		}
	})
	for to, want := range map[string]string{"": "", "?q=1": "?q=1", "#a": "#a", "check": "check", "check?a": "check?a",
		"//evil.example": "", "https://evil.example": "", "/\\evil.example": "", "\\\\evil.example": "", "checkmate": "",
		"check/../../x": "", "javascript:alert(1)": "", "?a\r\nSet-Cookie: a=b": "", " //evil.example": "",
		"?q=" + strings.Repeat("a", 4096): ""} {
		r := httptest.NewRequest("GET", "/sign-in?to="+url.QueryEscape(to), nil)
		if got := web.ReturnTo(r); got != want {
			t.Errorf("to=%q leads to %q, want %q", to, got, want)
		}
	}
}

func TestAStreamEndsWithItsSession(t *testing.T) {
	readers := new(guests)
	o := privateBoard()
	o.Readers, o.Heartbeat = readers, 24*time.Hour
	for _, query := range []string{"", "?batch"} {
		for _, coding := range []string{"", "gzip"} {
			bubble(t, o, func(s *site) {
				bert := s.watch("/events"+query, "Cookie", "guest=bert")
				publisher := s.watch("/events"+query, "Authorization", "Bearer "+tower)
				sse := s.watch("/sse?every=1m", "Cookie", "guest=anna")
				anna := s.do("GET", "/events"+query, "", "Cookie", "guest=anna", "Accept-Encoding", coding)
				waiting := s.do("GET", "/events?wait=1m", "", "Cookie", "guest=anna")
				s.text(waiting)
				synctest.Wait()
				readers.watches.End(func(name string) bool { return name == "anna" })
				s.wantSignInAgain(sse.next)
				if text := s.plain(anna, coding); !strings.HasSuffix(text, signInAgain) {
					t.Errorf("the stream ends with %q", text)
				}
				s.append(1)
				s.append(2) // the others go on
				time.Sleep(time.Hour - time.Minute)
				for _, one := range []*watcher{bert, publisher} {
					for e := one.event(); !strings.Contains(string(e.Data), "LH2"); e = one.event() {
					}
				}
				time.Sleep(time.Minute)
				s.wantSignInAgain(bert.next)
				s.handler.SetTokens(nil)
				s.wantSignInAgain(publisher.next)
				for range 3 {
					synctest.Wait()
				}
				if n := strings.Count(s.logs.String(), `reason="the viewer's session has ended"`); n != 4 {
					t.Errorf("%d lines tell the reason, want 4:\n%s", n, s.logs)
				}
				s.wantMetrics("then", `flightboard_streams_ended_total{reason="expired"} 3`)
				if !strings.Contains(s.logs.String(), " reader=anna\n") {
					t.Errorf("the log does not name the reader:\n%s", s.logs)
				}
			})
		}
	}
}

// A request that waits is answered when the session ends.
func TestAWaitingRequestEndsWithItsSession(t *testing.T) {
	readers := new(guests)
	o := privateBoard()
	o.Readers = readers
	bubble(t, o, func(s *site) {
		head := s.append(1)
		began := time.Now()
		time.AfterFunc(20*time.Second, func() { readers.watches.End(func(string) bool { return true }) })
		answer := s.do("GET", "/events?wait=1m&lastEventId="+head.String(), "", "Cookie", "guest=anna")
		text := s.text(answer)
		if took := time.Since(began); took != 20*time.Second || strings.Contains(text, "LH") {
			t.Errorf("%s after %v, want 20s: %s", answer.Status, took, text)
		}
	})
}

// wantSignInAgain reads events up to the last one of the stream.
func (s *site) wantSignInAgain(next func() (eventstream.Event, error, bool)) {
	s.Helper()
	var last eventstream.Event
	for {
		e, err, ok := next()
		if !ok || err != nil {
			if last.Type != "closedConnection" || string(last.Data) != `{"reason":"signInAgain"}` || err != nil {
				s.Errorf("the stream ends with %s %s, error %v", last.Type, last.Data, err)
			}
			return
		}
		last = e
	}
}

// plain reads an answer, which must be whole.
func (s *site) plain(answer *http.Response, coding string) string {
	s.Helper()
	if coding == "" {
		return s.text(answer)
	}
	unpacked, err := gzip.NewReader(answer.Body)
	if err != nil {
		s.Fatal(err)
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		s.Errorf("after %q: %v", text, err)
	}
	return string(text)
}

const signInAgain = "event: closedConnection\ndata: {\"reason\":\"signInAgain\"}\n\n"

func TestPagesOfListedOriginsReadAPrivateBoardWithTheCookie(t *testing.T) {
	for _, c := range []struct {
		allowed         []string
		origin          string
		want            string
		withCredentials bool
	}{
		{[]string{"https://a.example"}, "https://a.example", "https://a.example", true},
		{[]string{"*", "https://a.example"}, "https://a.example", "https://a.example", true},
		{[]string{"*", "https://a.example"}, "https://evil.example", "*", false},
		{[]string{"*"}, "https://a.example", "*", false},
		{[]string{"*"}, "null", "*", false},
		{[]string{"null"}, "null", "", false},
		{[]string{"https://a.example"}, "https://evil.example", "", false},
	} {
		o := privateBoard()
		o.AllowOrigin = c.allowed
		oneBubble(t, o, true, func(s *site) {
			for _, request := range [][2]string{{"GET", "/events?wait=0s"}, {"OPTIONS", "/events"}, {"GET", "/flights"}} {
				for _, cookie := range []string{"guest=anna", ""} { // a page reads the status also of a refusal
					h := s.do(request[0], request[1], "", "Origin", c.origin, "Cookie", cookie).Header
					got, credentials := h.Get("Access-Control-Allow-Origin"), h.Get("Access-Control-Allow-Credentials")
					if got != c.want || credentials != map[bool]string{true: "true"}[c.withCredentials] {
						t.Errorf("%v, %s: %s: Allow-Origin %q, Allow-Credentials %q", c.allowed, c.origin, request, got, credentials)
					}
					if h.Get("Cross-Origin-Resource-Policy") != "same-origin" {
						t.Errorf("%s: other sites may load it without CORS", request)
					}
					if !strings.Contains(strings.Join(h.Values("Vary"), ","), "Origin") {
						t.Errorf("%s varies by %q", request, h.Values("Vary"))
					}
				}
			}
		})
	}
}
