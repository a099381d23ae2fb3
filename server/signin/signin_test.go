package signin

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/token"
)

const anna, bert = "the-token-of-anna", "the-token-of-bert"

func newTokens(log *strings.Builder) *Tokens {
	logger := slog.New(slog.DiscardHandler)
	if log != nil {
		logger = slog.New(slog.NewTextHandler(log, nil))
	}
	tokens := []token.Token{{Name: "anna", Text: anna}, {Name: "bert", Text: bert}}
	return New(tokens, Options{Session: 24 * time.Hour, Log: logger})
}

// post posts a form; headers are given in pairs.
func post(t *Tokens, path, text string, headers ...string) *http.Response {
	body := strings.NewReader(url.Values{"token": {text}}.Encode())
	r := httptest.NewRequest("POST", "http://board.example"+path, body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	t.ServeHTTP(w, r)
	return w.Result()
}

// as returns a request with what a browser has after an answer.
func as(answer *http.Response) *http.Request {
	r := httptest.NewRequest("GET", "/events", nil)
	for _, cookie := range answer.Cookies() {
		r.AddCookie(cookie)
	}
	return r
}

func TestSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		tokens := newTokens(&log)
		answer := post(tokens, "/sign-in?to=%3Fq%3Drome", anna, "Origin", "http://board.example")
		if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "./?q=rome" {
			t.Errorf("signing in is answered %s, %v", answer.Status, answer.Header)
		}
		c := answer.Cookies()[0]
		if !c.HttpOnly || c.Secure || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 24*60*60 || c.Path != "" {
			t.Errorf("the cookie is %v", c)
		}
		s, ok := tokens.Reader(as(answer))
		if !ok || s.Name != "anna" || !s.Expires.Equal(time.Now().Add(24*time.Hour)) {
			t.Errorf("the session is %v, %t", s, ok)
		}
		for _, headers := range [][]string{{"Origin", "https://board.example"},
			{"Origin", "https://elsewhere.example", "Sec-Fetch-Site", "same-origin"}} { // a proxy has changed the Host
			if one := post(tokens, "/sign-in", anna, headers...); !one.Cookies()[0].Secure {
				t.Errorf("with %s the cookie is %v", headers, one.Cookies())
			}
		}
		time.Sleep(24*time.Hour - time.Second)
		if _, ok := tokens.Reader(as(answer)); !ok {
			t.Error("the session ends too early")
		}
		time.Sleep(time.Second)
		if s, ok := tokens.Reader(as(answer)); ok {
			t.Errorf("the session %v has not ended", s)
		}
		if strings.Contains(log.String(), anna) || strings.Contains(log.String(), c.Value) {
			t.Errorf("the log has a secret: %s", log.String())
		}
	})
}

func TestTheFormRejects(t *testing.T) {
	tokens := newTokens(nil)
	for _, c := range []struct {
		reason, text string
		headers      []string
		status       int
	}{
		{"a wrong token", anna + "a", nil, http.StatusForbidden},
		{"no token", "", nil, http.StatusForbidden},
		{"a name", "anna:" + anna, nil, http.StatusForbidden},
		{"a form of another site", anna, []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"one that is old enough not to say so", anna, []string{"Origin", "https://evil.example"}, http.StatusForbidden},
		{"a form that is too long", strings.Repeat("a", mostForm) + "&token=" + anna, nil, http.StatusForbidden},
	} {
		answer := post(tokens, "/sign-in", c.text, c.headers...)
		if answer.StatusCode != c.status || len(answer.Cookies()) > 0 {
			t.Errorf("%s: %s, %v", c.reason, answer.Status, answer.Cookies())
		}
	}
}

// Somebody who tries tokens is slowed down. Others are not, nor is the right one after a while.
func TestAttemptsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a attempts
		for i := range mostAtOnce {
			if wait := a.take("192.0.2.1:1", time.Now()); wait != 0 {
				t.Errorf("attempt %d waits %v", i, wait)
			}
		}
		if wait := a.take("192.0.2.1:2", time.Now()); wait != attemptEvery {
			t.Errorf("one more waits %v, want %v", wait, attemptEvery)
		}
		if wait := a.take("192.0.2.2:1", time.Now()); wait != 0 {
			t.Errorf("another client waits %v", wait)
		}
		for i := range mostAtOnce {
			a.take("[2001:db8::"+string(rune('1'+i%9))+"]:1", time.Now())
		}
		if a.take("[2001:db8::ffff]:1", time.Now()) == 0 || a.take("[2001:db8:0:1::1]:1", time.Now()) != 0 {
			t.Error("the addresses of an IPv6 /64 are not one client")
		}
		time.Sleep(attemptEvery)
		if wait := a.take("192.0.2.1:1", time.Now()); wait != 0 {
			t.Errorf("after a while it waits %v", wait)
		}
		for i := range 3 * mostClients {
			a.take("10."+string(rune('0'+i%10))+".0.1:1", time.Now())
			a.take(httptest.NewRequest("GET", "/", nil).RemoteAddr, time.Now())
		}
		if len(a.next) > mostClients {
			t.Errorf("%d clients are remembered", len(a.next))
		}
	})
	tokens := newTokens(nil)
	for range 2 * mostAtOnce { // a class at a school
		if answer := post(tokens, "/sign-in", anna); len(answer.Cookies()) != 1 {
			t.Fatalf("a right token is answered %s", answer.Status)
		}
	}
	for range mostAtOnce {
		post(tokens, "/sign-in", "wrong")
	}
	answer := post(tokens, "/sign-in", anna)
	if answer.StatusCode != http.StatusTooManyRequests || answer.Header.Get("Retry-After") == "" ||
		len(answer.Cookies()) > 0 {
		t.Errorf("too many attempts are answered %s, %v", answer.Status, answer.Header)
	}
}

func TestSignOut(t *testing.T) {
	tokens := newTokens(nil)
	answer, other := post(tokens, "/sign-in", anna), post(tokens, "/sign-in", anna)
	ended := false
	s, _ := tokens.Reader(as(answer))
	defer s.Watch(func() { ended = true })()
	goes := post(tokens, "/sign-out", "", "Cookie", as(answer).Header.Get("Cookie"), "Sec-Fetch-Site", "cross-site")
	if _, ok := tokens.Reader(as(answer)); !ok || ended || goes.StatusCode != http.StatusForbidden {
		t.Errorf("another site signs a reader out: %s", goes.Status)
	}
	goes = post(tokens, "/sign-out", "", "Cookie", as(answer).Header.Get("Cookie"))
	if c := goes.Cookies(); len(c) != 1 || c[0].MaxAge != -1 || goes.Header.Get("Location") != "sign-in" ||
		goes.Header.Get("Clear-Site-Data") != `"cache"` {
		t.Errorf("signing out is answered %s, %v", goes.Status, goes.Header)
	}
	if _, ok := tokens.Reader(as(answer)); ok || !ended {
		t.Errorf("the cookie is valid: %t; the streams have ended: %t", ok, ended)
	}
	if _, ok := tokens.Reader(as(other)); !ok {
		t.Error("another session of the reader has ended")
	}
}

func TestRemovingATokenEndsItsSessions(t *testing.T) {
	tokens := newTokens(nil)
	byCookie, bearer := as(post(tokens, "/sign-in", anna)), httptest.NewRequest("GET", "/events", nil)
	bearer.Header.Set("Authorization", "Bearer "+anna)
	berts := as(post(tokens, "/sign-in", bert))
	ended := map[string]int{}
	for name, r := range map[string]*http.Request{"cookie": byCookie, "bearer": bearer, "bert": berts} {
		s, ok := tokens.Reader(r)
		if !ok {
			t.Fatalf("%s may not read", name)
		}
		defer s.Watch(func() { ended[name]++ })()
		s.Watch(func() { ended[name] += 100 })() // its stream has ended before
	}
	tokens.Set([]token.Token{{Name: "bert", Text: bert}, {Name: "anna", Text: "another-of-anna's"}})
	tokens.Set([]token.Token{{Name: "bert", Text: bert}})
	if ended["cookie"] != 1 || ended["bearer"] != 1 || ended["bert"] != 0 {
		t.Errorf("ended are %v", ended)
	}
	for _, r := range []*http.Request{byCookie, bearer} {
		if s, ok := tokens.Reader(r); ok {
			t.Errorf("%s may read", s.Name)
		}
	}
	if s, ok := tokens.Reader(berts); !ok || s.Name != "bert" {
		t.Errorf("bert has %v, %t", s, ok)
	}
}

// A session that ends after its request was admitted, and before its stream has begun, ends the stream.
func TestASessionEndsBeforeItsStreamBegins(t *testing.T) {
	bearer := httptest.NewRequest("GET", "/events", nil)
	bearer.Header.Set("Authorization", "Bearer "+anna)
	for reason, end := range map[string]func(*Tokens, *http.Request){
		"the token is removed": func(t *Tokens, _ *http.Request) { t.Set([]token.Token{{Name: "bert", Text: bert}}) },
		"the reader signs out": func(t *Tokens, r *http.Request) {
			post(t, "/sign-out", "", "Cookie", r.Header.Get("Cookie"))
		},
	} {
		for _, r := range []*http.Request{as(post(newTokens(nil), "/sign-in", anna)), bearer} {
			tokens, ended := newTokens(nil), false
			s, ok := tokens.Reader(r)
			end(tokens, r)
			s.Watch(func() { ended = true })()
			if signsOut := reason == "the reader signs out"; !ok || ended == (signsOut && r == bearer) {
				t.Errorf("%s: the stream of %s ends: %v", reason, s.Name, ended)
			}
		}
	}
}

// A cookie that the server has not signed is none, whatever is changed in it.
func TestForgedCookies(t *testing.T) {
	tokens := newTokens(nil)
	good := post(tokens, "/sign-in", anna).Cookies()[0].Value
	forged := []string{"", "a", good[:len(good)-1], good + "A", strings.ToLower(good)}
	for i := range good {
		other := byte('A')
		if good[i] == other {
			other = 'B'
		}
		forged = append(forged, good[:i]+string(other)+good[i+1:])
	}
	for _, text := range forged {
		r := httptest.NewRequest("GET", "/", nil)
		r.AddCookie(&http.Cookie{Name: cookieName, Value: text})
		if s, ok := tokens.Reader(r); ok {
			t.Errorf("%q is a session of %s", text, s.Name)
		}
		r.AddCookie(&http.Cookie{Name: cookieName, Value: good}) // of the same host, below another path
		if _, ok := tokens.Reader(r); !ok {
			t.Errorf("beside %q the good one does not count", text)
		}
	}
}

func TestThePage(t *testing.T) {
	tokens := newTokens(nil)
	for _, c := range []struct {
		reason string
		r      *http.Request
		want   []string
		never  string
	}{
		{"nobody", httptest.NewRequest("GET", "/sign-in", nil), []string{`type="password"`, "data-forget"}, "Sign out"},
		{"a reader", as(post(tokens, "/sign-in", anna)), []string{"<bdi>anna</bdi>", `action="sign-out"`, `href="./"`},
			"data-forget"},
	} {
		c.r.URL.Path = "/sign-in"
		w := httptest.NewRecorder()
		tokens.ServeHTTP(w, c.r)
		for _, want := range c.want {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: the page lacks %s:\n%s", c.reason, want, w.Body)
			}
		}
		if strings.Contains(w.Body.String(), c.never) {
			t.Errorf("%s: the page has %s:\n%s", c.reason, c.never, w.Body)
		}
	}
	for path, want := range map[string]int{"page.js": 200, "page.css": 200, "page.html": 404, "": 404} {
		w := httptest.NewRecorder()
		if tokens.ServeHTTP(w, httptest.NewRequest("GET", "/sign-in/"+path, nil)); w.Code != want {
			t.Errorf("GET /sign-in/%s = %d, want %d", path, w.Code, want)
		}
	}
}
