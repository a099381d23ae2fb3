package openid

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"
)

func TestSignIn(t *testing.T) {
	for reason, alter := range map[string]func(f *fakeProvider, o *Options){
		"a client with a secret": nil,
		"a public client":        func(f *fakeProvider, o *Options) { f.secret, o.Secret = "", "" },
		"with an address":        func(_ *fakeProvider, o *Options) { o.Site = site + "/" },
	} {
		t.Run(reason, func(t *testing.T) {
			bubble(t, alter, func(b *board) {
				if b.isReader() {
					t.Fatal("a stranger may read")
				}
				answer := b.get("/?q=rome&sort=state")
				b.at(answer, 200, site+"/?q=rome&sort=state")
				if !b.isReader() {
					t.Error("who has signed in may not read")
				}
				b.at(b.get("/sign-in?to=check"), 200, site+"/sign-in?to=check") // not asked again
				if text := b.text(b.get("/sign-in?to=check")); !strings.Contains(text, "<bdi>anna@example.com</bdi>") ||
					!strings.Contains(text, `href="./check"`) || !strings.Contains(text, `action="sign-out"`) {
					t.Errorf("the page of a reader is %s", text)
				}
				if !strings.Contains(b.logs.String(), "msg=sign-in reader=anna@example.com client=127.0.0.1:1") {
					t.Errorf("the log does not name the reader:\n%s", b.logs)
				}
				if b.provider.query.Has("prompt") {
					t.Error("the provider has to ask its user")
				}
				b.get("/sign-in?other")
				if b.provider.query.Get("prompt") != "login" {
					t.Errorf("another user cannot sign in: %v", b.provider.query)
				}
			})
		})
	}
}

func TestTheCookies(t *testing.T) {
	bubble(t, func(f *fakeProvider, _ *Options) { f.lifetime = 10*time.Minute + time.Second/2 }, func(b *board) {
		started, to := b.once("GET", "/sign-in?to=check")
		_, back := b.once("GET", to.String())
		ended, home := b.once("GET", back.String())
		if home.String() != site+"/check" {
			t.Errorf("the reader comes to %s", home)
		}
		for _, answer := range []*http.Response{started, ended} {
			for _, cookie := range answer.Cookies() {
				if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "" ||
					cookie.Domain != "" || cookie.MaxAge == 0 || cookie.MaxAge > 15*60 {
					t.Errorf("the cookie is %s", cookie)
				}
				if cookie.Name == sessionCookie && cookie.MaxAge > 600 {
					t.Errorf("the session's cookie outlives the ID token: %s", cookie)
				}
			}
			if answer.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("Cache-Control: %s", answer.Header.Get("Cache-Control"))
			}
		}
		if cookies := ended.Cookies(); len(cookies) != 2 || cookies[0].MaxAge != -1 || cookies[1].Name != sessionCookie {
			t.Errorf("at the end the cookies are %v: want none of the attempt, and a session", cookies)
		}
	})
	bubble(t, func(f *fakeProvider, o *Options) { // loopback, for developers
		o.Site = "http://board.example/"
		f.back = []string{o.Site + "sign-in"}
	}, func(b *board) {
		if answer, _ := b.once("GET", "/sign-in"); answer.Cookies()[0].Secure {
			t.Error("a browser that uses http does not keep the cookie")
		}
	})
}

// Several tabs may sign in at once, and a browser is not filled with cookies.
func TestManyTabsSignIn(t *testing.T) {
	bubble(t, nil, func(b *board) {
		var all []*url.URL
		for range mostTabs + 3 {
			_, to := b.once("GET", "/sign-in?to=check")
			all = append(all, to)
		}
		cookies := b.browser.Jar.Cookies(&url.URL{Scheme: "https", Host: "board.example", Path: "/sign-in"})
		if len(cookies) != mostTabs {
			t.Errorf("the browser has %d cookies, want %d", len(cookies), mostTabs)
		}
		for _, to := range all[len(all)-2:] {
			b.at(b.do(b.browser, "GET", to.String()), 200, site+"/check")
		}
		b.at(b.do(b.browser, "GET", all[0].String()), 200, site+"/") // forgotten, but somebody has signed in
	})
}

func TestIDTokensThatDoNotCount(t *testing.T) {
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for reason, alter := range map[string]func(f *fakeProvider){
		"another nonce":      func(f *fakeProvider) { f.alter = func(c claims) { c["nonce"] = "other" } },
		"no nonce":           func(f *fakeProvider) { f.alter = func(c claims) { delete(c, "nonce") } },
		"no subject":         func(f *fakeProvider) { f.alter = func(c claims) { delete(c, "sub") } },
		"another audience":   func(f *fakeProvider) { f.alter = func(c claims) { c["aud"] = "another-client" } },
		"no audience":        func(f *fakeProvider) { f.alter = func(c claims) { delete(c, "aud") } },
		"another issuer":     func(f *fakeProvider) { f.alter = func(c claims) { c["iss"] = "https://id.example" } },
		"no issuer":          func(f *fakeProvider) { f.alter = func(c claims) { delete(c, "iss") } },
		"expired":            func(f *fakeProvider) { f.lifetime = -time.Second },
		"without expiry":     func(f *fakeProvider) { f.alter = func(c claims) { delete(c, "exp") } },
		"for another party":  func(f *fakeProvider) { f.alter = func(c claims) { c["azp"] = "another-client" } },
		"no signature":       func(f *fakeProvider) { f.forge = unsigned },
		"no token":           func(f *fakeProvider) { f.forge = func(string, string) string { return "" } },
		"no JWT":             func(f *fakeProvider) { f.forge = func(string, string) string { return "a.b.c" } },
		"a stranger's key":   func(f *fakeProvider) { f.forge = signedBy(stranger, "") },
		"an unknown key":     func(f *fakeProvider) { f.forge = signedBy(stranger, "other") },
		"altered afterwards": func(f *fakeProvider) { f.forge = altered(f) },
		"the client's secret": func(f *fakeProvider) {
			f.forge = func(kid, payload string) string { return signedWithSecret(kid, payload, secret) }
		},
	} {
		t.Run(reason, func(t *testing.T) {
			bubble(t, func(f *fakeProvider, _ *Options) { alter(f) }, func(b *board) {
				answer := b.get("/?q=rome")
				text := b.text(answer)
				if answer.StatusCode != http.StatusForbidden || !strings.Contains(text, `href="sign-in?to=%3Fq%3Drome"`) {
					t.Errorf("the answer is %s: %s", answer.Status, text)
				}
				if b.isReader() {
					t.Error("its user may read")
				}
				if !strings.Contains(b.logs.String(), "the provider's answer does not count") {
					t.Errorf("the log has no reason:\n%s", b.logs)
				}
				b.provider.alter, b.provider.forge, b.provider.lifetime = nil, nil, time.Hour
				b.at(b.get("/?q=rome"), 200, site+"/?q=rome") // the next attempt counts
			})
		})
	}
}

func signedBy(key *ecdsa.PrivateKey, kid string) func(kid, payload string) string {
	return func(own, payload string) string {
		if kid != "" {
			own = kid
		}
		return oidctest.SignIDToken(key, own, oidc.ES256, payload)
	}
}

func altered(f *fakeProvider) func(kid, payload string) string {
	return func(kid, payload string) string {
		parts := strings.Split(oidctest.SignIDToken(f.key, kid, oidc.ES256, payload), ".")
		parts[1] = encode([]byte(strings.Replace(payload, "anna", "bert", 1)))
		return strings.Join(parts, ".")
	}
}

// A sign-in counts only in the browser that has begun it, once, and not for ever.
func TestOnlyTheBrowserThatBeganMayEnd(t *testing.T) {
	bubble(t, nil, func(b *board) {
		jar := b.browser.Jar
		_, to := b.once("GET", "/sign-in")
		_, back := b.once("GET", to.String())
		for reason, address := range map[string]string{
			"another state": strings.Replace(back.String(), "state=", "state=A", 1),
			"no state":      site + "/sign-in?state&code=" + back.Query().Get("code"),
		} {
			if answer, _ := b.once("GET", address); answer.StatusCode != http.StatusBadRequest || b.isReader() {
				t.Errorf("%s: %s", reason, answer.Status)
			}
		}
		b.browser.Jar = b.newBrowser().Jar
		if answer, _ := b.once("GET", back.String()); answer.StatusCode != http.StatusBadRequest || b.isReader() {
			t.Errorf("another browser: %s", answer.Status)
		}
		b.get("/sign-in") // which now has an attempt of its own
		if b.browser.Jar = b.newBrowser().Jar; b.isReader() {
			t.Error("a browser without cookies may read")
		}
		b.once("GET", "/sign-in")
		if answer, _ := b.once("GET", back.String()); answer.StatusCode != http.StatusBadRequest || b.isReader() {
			t.Errorf("another browser with an attempt: %s", answer.Status)
		}

		b.browser.Jar = jar
		attempt := jar.Cookies(back)[0]
		b.at(b.do(b.browser, "GET", back.String()), 200, site+"/")
		b.browser.Jar = b.newBrowser().Jar
		b.browser.Jar.SetCookies(back, []*http.Cookie{attempt}) // and now it is somebody's who has copied it
		if answer, _ := b.once("GET", back.String()); answer.StatusCode != http.StatusForbidden || b.isReader() {
			t.Errorf("a code counts twice: %s", answer.Status)
		}
		if !strings.Contains(b.logs.String(), "400 Bad Request invalid_grant") {
			t.Errorf("the log does not tell what the provider has answered:\n%s", b.logs)
		}

		_, to = b.once("GET", "/sign-in")
		cookies := b.browser.Jar.Cookies(back)
		time.Sleep(attemptTime)
		b.browser.Jar.SetCookies(back, cookies) // the server need not rely on browsers
		_, back = b.once("GET", to.String())
		if answer, _ := b.once("GET", back.String()); answer.StatusCode != http.StatusBadRequest || b.isReader() {
			t.Errorf("an attempt counts after %v: %s", attemptTime, answer.Status)
		}
	})
}

func TestTheWayBackIsOfThisSite(t *testing.T) {
	bubble(t, nil, func(b *board) {
		for _, to := range []string{"//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)",
			"\t//evil"} {
			b.browser.Jar = b.newBrowser().Jar
			b.at(b.get("/sign-in?to="+url.QueryEscape(to)), 200, site+"/")
		}
	})
}

func TestTheProviderRefuses(t *testing.T) {
	for code, alter := range map[string]func(f *fakeProvider, o *Options){
		"access_denied": func(f *fakeProvider, _ *Options) { f.refuses = "access_denied" },
	} {
		bubble(t, alter, func(b *board) {
			answer := b.get("/check")
			text := b.text(answer)
			if answer.StatusCode != http.StatusForbidden || b.isReader() || !strings.Contains(text, "has refused") {
				t.Errorf("%s: %s", code, answer.Status)
			}
			if !strings.Contains(text, `href="sign-in?to=check"`) || strings.Contains(text, code) {
				t.Errorf("the page is %s", text)
			}
			if !strings.Contains(b.logs.String(), "error="+code) || strings.Contains(b.logs.String(), "\nlevel=ERROR") {
				t.Errorf("the log is\n%s", b.logs)
			}
		})
	}
	bubble(t, nil, func(b *board) { // RFC 9207
		_, to := b.once("GET", "/sign-in")
		_, back := b.once("GET", to.String())
		answer := b.do(b.browser, "GET", back.String()+"&iss=https%3A%2F%2Fother.example")
		if answer.StatusCode != http.StatusForbidden || b.isReader() {
			t.Errorf("an answer of another provider: %s", answer.Status)
		}
	})
}

func TestKeysAreRotated(t *testing.T) {
	bubble(t, nil, func(b *board) {
		for range 3 {
			b.browser.Jar = b.newBrowser().Jar
			b.at(b.get("/"), 200, site+"/")
			b.browser.Jar = b.newBrowser().Jar
			b.at(b.get("/"), 200, site+"/") // with the same key
			old, kid := b.provider.key, b.provider.kid
			b.provider.rotate()
			b.browser.Jar = b.newBrowser().Jar
			b.at(b.get("/"), 200, site+"/")
			b.provider.forge = func(_, payload string) string { return signedBy(old, string(rune('0'+kid)))("", payload) }
			b.browser.Jar = b.newBrowser().Jar
			if answer := b.get("/"); answer.StatusCode != http.StatusForbidden {
				t.Errorf("a key that is gone counts: %s", answer.Status)
			}
			b.provider.forge = nil
		}
	})
}

func TestTheProviderIsAway(t *testing.T) {
	const document = "/.well-known/openid-configuration"
	bubble(t, func(f *fakeProvider, _ *Options) { f.isAway = true }, func(b *board) {
		for range 3 {
			answer := b.get("/?q=rome")
			h := answer.Header
			if answer.StatusCode != http.StatusServiceUnavailable || h.Get("Retry-After") != "10" ||
				h.Get("Refresh") != "10; url=sign-in?to=%3Fq%3Drome" || !strings.Contains(b.text(answer), "does not answer") {
				t.Errorf("the answer is %s %v", answer.Status, h)
			}
		}
		if n := b.provider.asked[document]; n != 1 {
			t.Errorf("the provider was asked %d times at once, want 1", n)
		}
		b.provider.isAway = false
		time.Sleep(askAgain)
		b.at(b.get("/sign-in?to=%3Fq%3Drome"), 200, site+"/?q=rome")
		if n := b.provider.asked[document]; n != 2 {
			t.Errorf("the provider was asked %d times, want 2", n)
		}

		// Who has signed in may read, also if the provider goes away.
		b.provider.isAway = true
		if !b.isReader() {
			t.Error("a reader may not read without the provider")
		}
		b.browser.Jar = b.newBrowser().Jar
		b.provider.isAway = false
		_, to := b.once("GET", "/sign-in")
		_, back := b.once("GET", to.String())
		b.provider.isAway = true
		if answer, _ := b.once("GET", back.String()); answer.StatusCode != http.StatusServiceUnavailable || b.isReader() {
			t.Errorf("the provider goes away in the middle: %s", answer.Status)
		}
		b.provider.isAway = false
		b.at(b.get("/"), 200, site+"/")
	})
}

// A reader who does not wait for the provider does not make others wait longer.
func TestAReaderLeavesWhileTheProviderIsAsked(t *testing.T) {
	bubble(t, func(f *fakeProvider, _ *Options) { f.isAway = true }, func(b *board) {
		time.Sleep(askAgain)
		b.provider.isAway, b.provider.takes = false, time.Second
		impatient := b.newBrowser()
		impatient.Timeout = time.Second / 2
		if answer, err := impatient.Get(site + "/sign-in"); err == nil {
			t.Errorf("the answer comes at once: %s", answer.Status)
		}
		time.Sleep(time.Second)
		b.at(b.get("/"), 200, site+"/")
	})
}

func TestTheServerStopsWhileTheProviderIsAway(t *testing.T) {
	bubble(t, func(f *fakeProvider, o *Options) {
		o.HTTP = &http.Client{Transport: stuck{}}
	}, func(b *board) { synctest.Wait() })
}

// stuck answers never.
type stuck struct{}

func (stuck) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}
