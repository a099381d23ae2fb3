package poll

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/feed/source"
)

// TestSecretsGoToTheirHostOnly looks at what each host is sent.
func TestSecretsGoToTheirHostOnly(t *testing.T) {
	const first = "http://first.test/a?x=1"
	moved := func(code int, to string) reply { return status(code, "", "Location", to) }
	for _, c := range []struct {
		reason string
		url    string
		reply  reply // of first.test/a; all others answer well
		body   string
		want   []string // method, host, path, header, key in the query, body
	}{
		{"no redirect", first, says(good), "", []string{"GET first.test/a H K "}},
		{"on the same host", first, moved(301, "/b?x=1"), "", []string{"GET first.test/a H K ", "GET first.test/b H K "}},
		{"to https on the same host", first, moved(301, "https://first.test/b"), "",
			[]string{"GET first.test/a H K ", "GET first.test/b H K "}},
		{"to another port", first, moved(302, "http://first.test:81/b"), "",
			[]string{"GET first.test/a H K ", "GET first.test:81/b - - "}},
		{"to another host", first, moved(302, "http://second.test/b?x=1"), "",
			[]string{"GET first.test/a H K ", "GET second.test/b - - "}},
		{"to another host, which repeats the query", first, moved(307, "//second.test/b?key="+url.QueryEscape(secret)), "",
			[]string{"GET first.test/a H K ", "GET second.test/b - - "}},
		{"to another host and back", first, moved(302, "http://second.test/back"), "",
			[]string{"GET first.test/a H K ", "GET second.test/back - - ", "GET first.test/c - - "}},
		{"a POST that moves", first, moved(308, "/b"), "{}",
			[]string{"POST first.test/a H K {}", "POST first.test/b H K {}"}},
		{"a POST whose answer is elsewhere", first, moved(303, "/b"), "{}",
			[]string{"POST first.test/a H K {}", "GET first.test/b H K "}},
		{"a page", first, says(good, "Next", "/b"), "", []string{"GET first.test/a H K ", "GET first.test/b H K "}},
		{"a page on another host", first, says(good, "Next", "http://second.test/b"), "",
			[]string{"GET first.test/a H K ", "GET second.test/b - - "}},
		{"a page without encryption", "https://first.test/a", says(good, "Next", "http://first.test/b"), "",
			[]string{"GET first.test/a H K "}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
					switch r.URL.Path {
					case "/a":
						c.reply(w, r)
					case "/back":
						moved(302, "http://first.test/c")(w, r)
					default:
						says(good)(w, r)
					}
				})
				s := &fakeSource{urls: []string{c.url}, body: c.body,
					secret: http.Header{"X-Api-Key": {secret}}, query: url.Values{"key": {secret}}}
				f := start(t, s, Options{Client: server.client})
				time.Sleep(10 * time.Second)
				f.stop()
				var saw []string
				for i, r := range server.seen {
					header, query := "-", "-"
					if r.Header.Get("X-Api-Key") == secret {
						header = "H"
					}
					if r.URL.Query().Get("key") == secret {
						query = "K"
					}
					saw = append(saw, fmt.Sprint(r.Method, " ", r.Host, r.URL.Path, " ", header, " ", query, " ", server.bodies[i]))
				}
				if fmt.Sprintf("%q", saw) != fmt.Sprintf("%q", c.want) {
					t.Errorf("the hosts saw\n%q, want\n%q", saw, c.want)
				}
			})
		})
	}
}

// TestToken follows an access token through its life.
func TestToken(t *testing.T) {
	t.Setenv("FAKE_ID", "me")
	t.Setenv("FAKE_SECRET", secret)
	at, _ := url.Parse("http://login.test/token")
	about := source.About{Token: &source.Token{URL: at, ID: "FAKE_ID", Secret: "FAKE_SECRET"}, Keys: []string{"FAKE_ID"}}
	for _, c := range []struct {
		reason  string
		token   func(n int) reply
		refuses int // which token the source refuses, counted from 1
		want    string
		trouble string
	}{
		{"it is kept until it expires", func(int) reply { return says(`{"access_token":"T%d","expires_in":"600"}`) }, 0,
			"t111111111t2222", ""},
		{"it is renewed when it is refused", func(int) reply { return says(`{"access_token":"T%d","expires_in":7200}`) }, 1,
			"t1t2222222222222", ""},
		{"the id is wrong", func(int) reply { return status(401, `{"error":"`+secret+`"}`) }, 0, "t",
			"http://login.test/token answers 401 Unauthorized: it does not accept the keys in $FAKE_ID and $FAKE_SECRET"},
		{"nonsense", func(int) reply { return says("<html>") }, 0, "t", "without an access_token"},
		{"all are refused", func(int) reply { return says(`{"access_token":"T%d","expires_in":7200}`) }, -1, "t1t2",
			"it does not accept the keys"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, saw := 0, ""
				server := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
					if r.Host == "login.test" {
						n++
						saw += "t"
						c.token(n)(number{w, n}, r)
						return
					}
					token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer T")
					saw += token
					if c.refuses < 0 || token == fmt.Sprint(c.refuses) {
						status(401, "")(w, r)
						return
					}
					says(good)(w, r)
				})
				s := &fakeSource{about: about, urls: []string{"http://api.test/"}}
				f := start(t, s, Options{Client: server.client})
				time.Sleep(14 * mins)
				f.stop()
				// Intervals are random: the number of requests with a token is so, too.
				if short, want := squeeze(saw), squeeze(c.want); short != want {
					t.Errorf("the hosts saw %s, want %s", short, want)
				}
				if got := f.Status().Trouble; !strings.Contains(got, c.trouble) || c.trouble == "" && got != "" {
					t.Errorf("trouble %q, want %q", got, c.trouble)
				}
				if strings.Contains(f.logged.String()+f.Status().Trouble, secret) {
					t.Error("the key comes to light")
				}
				if want := "client_secret=" + url.QueryEscape(secret); !strings.Contains(server.bodies[0], want) {
					t.Errorf("the first request has %s", server.bodies[0])
				}
			})
		})
	}
}

// number writes a number in place of %d.
type number struct {
	http.ResponseWriter
	n int
}

func (w number) Write(p []byte) (int, error) {
	return w.ResponseWriter.Write([]byte(strings.ReplaceAll(string(p), "%d", fmt.Sprint(w.n))))
}

// squeeze replaces each run of a character by one.
func squeeze(text string) (short string) {
	for i := range len(text) {
		if i == 0 || text[i] != text[i-1] {
			short += text[i : i+1]
		}
	}
	return short
}
