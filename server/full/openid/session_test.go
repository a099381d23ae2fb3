package openid

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog/logtest"
)

func signedWithSecret(kid, payload, secret string) string {
	text := encode([]byte(`{"alg":"HS256","kid":"`+kid+`"}`)) + "." + encode([]byte(payload))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return text + "." + encode(mac.Sum(nil))
}

// The stream of a reader ends when the ID token expires, and says so. After another sign-in it goes on where it was.
func TestAStreamEndsWithTheIDTokenAndGoesOn(t *testing.T) {
	bubble(t, func(_ *fakeProvider, o *Options) { o.Session = 24 * time.Hour }, func(b *board) {
		began := time.Now()
		b.at(b.get("/"), 200, site+"/")
		logtest.Append(b.T, b.log, logtest.Addition(1))
		next := b.watch()
		var id string
		for range 2 {
			e, err, ok := next()
			if err != nil || !ok {
				t.Fatalf("the stream ends: %v", err)
			}
			if e.ID != "" {
				id = e.ID
			}
		}
		var last string
		for e, err, ok := next(); ok; e, err, ok = next() {
			if err != nil {
				t.Fatal(err)
			}
			last = e.Type + " " + string(e.Data)
		}
		if took := time.Since(began); took != time.Hour || last != `closedConnection {"reason":"signInAgain"}` {
			t.Errorf("after %v the stream ends with %s", took, last)
		}
		if b.isReader() {
			t.Error("the session outlives the ID token")
		}
		logtest.Append(b.T, b.log, logtest.Addition(2))
		b.at(b.get("/sign-in?to=%3Fq%3Drome"), 200, site+"/?q=rome")
		again := b.watch("Last-Event-ID", id, "Origin", "https://wall.board.example")
		for {
			e, err, ok := again()
			if err != nil || !ok {
				t.Fatalf("the stream ends: %v", err)
			}
			if strings.Contains(string(e.Data), "LH1") {
				t.Errorf("a flight is sent again: %s %s", e.Type, e.Data)
			}
			if e.Type == "flightAddition" && strings.Contains(string(e.Data), "LH2") {
				break
			}
		}
		h := b.get("/flights", "Origin", "https://wall.board.example").Header
		if h.Get("Access-Control-Allow-Origin") != "https://wall.board.example" ||
			h.Get("Access-Control-Allow-Credentials") != "true" {
			t.Errorf("a page of a listed origin may not read with the cookie: %v", h)
		}
	})
}

func TestASessionEndsBeforeTheIDToken(t *testing.T) {
	bubble(t, func(_ *fakeProvider, o *Options) { o.Session = 10 * time.Minute }, func(b *board) {
		b.get("/")
		cookies := b.browser.Jar.Cookies(&url.URL{Scheme: "https", Host: "board.example", Path: "/"})
		time.Sleep(10*time.Minute - time.Second)
		if !b.isReader() {
			t.Error("the session ends too early")
		}
		time.Sleep(time.Second)
		b.browser.Jar.SetCookies(&url.URL{Scheme: "https", Host: "board.example"}, cookies) // browsers forget it
		if b.isReader() {
			t.Error("the session lasts longer than -session")
		}
	})
}

func TestSignOut(t *testing.T) {
	for _, noLogout := range []bool{false, true} {
		bubble(t, func(f *fakeProvider, _ *Options) { f.noLogout = noLogout }, func(b *board) {
			began := time.Now()
			b.get("/")
			next := b.watch()
			thief := b.newBrowser()
			home := &url.URL{Scheme: "https", Host: "board.example", Path: "/"}
			thief.Jar.SetCookies(home, b.browser.Jar.Cookies(home))
			answer, _ := b.once("POST", "/sign-out", "Sec-Fetch-Site", "cross-site")
			if answer.StatusCode != 403 || !b.isReader() {
				t.Errorf("a page of another site signs a reader out: %s", answer.Status)
			}
			answer = b.do(b.browser, "POST", site+"/sign-out", "Sec-Fetch-Site", "same-origin")
			b.at(answer, 200, site+"/sign-out") // a redirect would need the provider's hosts in form-action
			text, refresh := b.text(answer), answer.Header.Get("Refresh")
			if !strings.Contains(answer.Header.Get("Content-Security-Policy"), "form-action 'self';") ||
				!strings.Contains(text, "data-forget") || noLogout != (refresh == "") {
				t.Errorf("the answer is %v\n%s", answer.Header, text)
			}
			if !noLogout {
				b.at(b.do(b.browser, "GET", strings.TrimPrefix(refresh, "1; url=")), 200, site+"/sign-in/out")
				text = b.text(b.get("/sign-in/out"))
				if !strings.Contains(text, `href="../sign-in"`) || !strings.Contains(text, `"../sign-in/page.css"`) ||
					!strings.Contains(text, `"../sign-in/page.js"`) {
					t.Errorf("the page is %s", text)
				}
			}
			if asked := b.provider.asked["/logout"]; asked != map[bool]int{false: 1}[noLogout] {
				t.Errorf("the provider's session ends %d times", asked)
			}
			if b.isReader() || b.do(thief, "GET", site+"/flights").StatusCode != http.StatusUnauthorized {
				t.Error("a session outlives the sign-out")
			}
			var last string
			for e, _, ok := next(); ok; e, _, ok = next() {
				last = string(e.Data)
			}
			if took := time.Since(began); last != `{"reason":"signInAgain"}` || took != 0 {
				t.Errorf("after %v the stream ends with %s", took, last)
			}
			b.at(b.get("/"), 200, site+"/")
			time.Sleep(2 * time.Hour)
			b.get("/")
			b.do(b.browser, "POST", site+"/sign-out", "Sec-Fetch-Site", "same-origin")
			if n := b.readers.ended.Len(); n != 1 {
				t.Errorf("%d sessions are remembered, want 1: the other one has expired", n)
			}
		})
	}
}

// Nothing but the server's own cookie is a session.
func TestForgedCookies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bubbleless := Options{Issuer: issuer, Client: clientID, Secret: secret}
		p := &Readers{Options: bubbleless, seal: newSeal(bubbleless)}
		good := p.seal.close(sessionCookie, p.begin("anna", time.Now().Add(time.Hour)))
		forged := []string{"", "a", good[1:], good[:len(good)-1], good + "A",
			p.seal.close(attemptCookie+"AAAAAAAA", session{Name: "anna", Expires: time.Now().Add(time.Hour)})}
		for _, o := range []Options{{Issuer: issuer, Client: clientID}, {Issuer: issuer, Client: clientID},
			{Issuer: issuer, Client: clientID, Secret: "another"}, {Issuer: issuer, Client: "another", Secret: secret},
			{Issuer: "https://other.example", Client: clientID, Secret: secret},
			{Issuer: issuer, Client: clientID, Secret: secret, Allow: Allow{[]rule{{"groups", "tower"}}}}} {
			forged = append(forged, newSeal(o).close(sessionCookie, p.begin("anna", time.Now().Add(time.Hour))))
		}
		for i := range good {
			other := byte('A')
			if good[i] == other {
				other = 'B'
			}
			forged = append(forged, good[:i]+string(other)+good[i+1:])
		}
		reads := func(text string) bool {
			r := httptest.NewRequest("GET", "/", nil)
			r.AddCookie(&http.Cookie{Name: sessionCookie, Value: "x"}) // of the same host, below another path
			r.AddCookie(&http.Cookie{Name: sessionCookie, Value: text})
			s, ok := p.Reader(r)
			return ok && s.Name == "anna"
		}
		for _, text := range forged {
			if reads(text) {
				t.Errorf("%q is a session", text)
			}
		}
		if !reads(good) {
			t.Error("the server's own is none")
		}
		p.seal = newSeal(bubbleless) // the server starts again
		if !reads(good) {
			t.Error("the session ends with the server, although the client has a secret")
		}
		p.seal = newSeal(Options{Issuer: issuer, Client: clientID})
		public := p.seal.close(sessionCookie, p.begin("anna", time.Now().Add(time.Hour)))
		if p.seal = newSeal(Options{Issuer: issuer, Client: clientID}); reads(public) {
			t.Error("anybody has the key of a public client")
		}
	})
}

func TestAllow(t *testing.T) {
	for _, c := range []struct {
		rules string
		user  claims
		want  bool
	}{
		{"", claims{"sub": "1"}, true},
		{"anna@example.com", claims{"email": "Anna@Example.com", "email_verified": true}, true},
		{"anna@example.com", claims{"email": "anna@example.com", "email_verified": "true"}, true},
		{"anna@example.com", claims{"email": "anna@example.com", "email_verified": false}, false},
		{"anna@example.com", claims{"email": "anna@example.com"}, false},
		{"anna@example.com", claims{"email": "joanna@example.com", "email_verified": true}, false},
		{"anna.kiss@example.com", claims{"email": "anna.\u212ai\u017f\u017f@example.com", "email_verified": true}, false},
		{"email=anna@example.com", claims{"email": "anna@example.com"}, false},
		{"email=anna@example.com", claims{"email": "anna@example.com", "email_verified": true}, true},
		{"@example.com", claims{"email": "bert@example.com", "email_verified": true}, true},
		{"@example.com", claims{"email": "bert@evil-example.com", "email_verified": true}, false},
		{"@example.com", claims{"email": "bert@example.com@evil.com", "email_verified": true}, false},
		{"@example.com", claims{"email": `"bert@evil.com"@example.com`, "email_verified": true}, true},
		{"@example.com", claims{"sub": "1"}, false},
		{"groups=tower", claims{"groups": []any{"apron", "tower"}}, true},
		{"groups=tower", claims{"groups": []any{"towers", 1.0, map[string]any{}}}, false},
		{"groups=tower", claims{"groups": "tower"}, true},
		{"groups=tower", claims{"groups": map[string]any{"tower": true}}, false},
		{"groups=tower", claims{}, false},
		{"staff=true", claims{"staff": true}, true},
		{"staff=true", claims{"staff": false}, false},
		{"https://example.com/?a=b=tower", claims{"https://example.com/?a=b": "tower"}, true},
		{"a=b, @example.com", claims{"email": "bert@example.com", "email_verified": true}, true},
		{"a=b, @example.com", claims{"a": "c"}, false},
	} {
		var a Allow
		if c.rules != "" {
			if err := a.Set(c.rules); err != nil {
				t.Fatal(err)
			}
		}
		if a.allows(c.user) != c.want {
			t.Errorf("-oidc-allow %q, %v: %v, want %v", c.rules, c.user, !c.want, c.want)
		}
		if strings.TrimPrefix(strings.ReplaceAll(c.rules, ", ", ","), "email=") != a.String() {
			t.Errorf("%q is %q", c.rules, a.String())
		}
	}
	for _, wrong := range []string{"", "anna", "=a", "a=", ",", "@example.com,", "email=anna"} {
		if new(Allow).Set(wrong) == nil {
			t.Errorf("-oidc-allow %q is no error", wrong)
		}
	}
	bubble(t, func(_ *fakeProvider, o *Options) { o.Allow.Set("bert@example.com") }, func(b *board) {
		answer := b.get("/?q=rome")
		text := b.text(answer)
		if answer.StatusCode != http.StatusForbidden || b.isReader() || !strings.Contains(text, "you may not read") ||
			!strings.Contains(text, `href="sign-in?other=&amp;to=%3Fq%3Drome"`) {
			t.Errorf("%s: %s", answer.Status, text)
		}
		if !strings.Contains(b.logs.String(), "reader=anna@example.com") {
			t.Errorf("the log does not tell who it was:\n%s", b.logs)
		}
	})
}
