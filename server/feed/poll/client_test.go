package poll

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/feed/source"
)

// A reply is what the fake server answers once.
type reply = func(w http.ResponseWriter, r *http.Request)

const good = `["LH1","LH2"]`

func says(body string, headers ...string) reply { return status(http.StatusOK, body, headers...) }

func status(code int, body string, headers ...string) reply {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		if code != http.StatusNoContent && code != http.StatusNotModified {
			w.Write([]byte(body))
		}
	}
}

// unmodified answers 304 to a request with the right condition.
func unmodified(condition, value string, headers ...string) reply {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get(condition) == value {
			status(http.StatusNotModified, "", headers...)(w, r)
			return
		}
		status(http.StatusBadRequest, "")(w, r)
	}
}

func dribble(w http.ResponseWriter, r *http.Request) {
	for w.Write([]byte(" ")); r.Context().Err() == nil; time.Sleep(time.Second) {
		w.Write([]byte(" "))
		w.(http.Flusher).Flush()
	}
}

func broken(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", fmt.Sprint(len(good)))
	w.Write([]byte(good[:len(good)/2]))
}

func huge(w http.ResponseWriter, _ *http.Request) {
	w.Write([]byte("["))
	for range 65 {
		w.Write(bytes.Repeat([]byte(" "), 1<<20))
	}
	w.Write([]byte("]"))
}

func bomb(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	for range 65 {
		z.Write(bytes.Repeat([]byte(" "), 1<<20))
	}
	z.Close()
}

func silent(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// redirect redirects requests to the host first.test.
func redirect(code int, to string) reply {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "first.test" {
			says(good)(w, r)
			return
		}
		w.Header().Set("Location", to)
		w.WriteHeader(code)
	}
}

// A span is the shortest and longest time between two requests.
type span [2]time.Duration

const (
	sec  = time.Second
	mins = time.Minute
)

// TestWhatTheClientDoes has a row for each way in which a source's server may answer. The fake server gives the
// replies in turn, and the last of them for ever.
func TestWhatTheClientDoes(t *testing.T) {
	key := []string{"FAKE_KEY"}
	usual := span{60 * sec, 72 * sec}
	rarely := span{15 * mins, 17 * mins}
	for _, c := range []struct {
		reason  string
		about   source.About
		url     string
		fails   error
		replies []reply
		gaps    []span // between requests; the last is that of all others
		trouble string // a pattern; "": there is none
		rows    int    // of the last answer
		quota   int    // that is left; 0: it is not looked at
	}{
		{"a good answer, a minute apart", source.About{}, "", nil, []reply{says(good)}, []span{usual}, "", 2, -1},
		{"as often as the source says", source.About{Every: 3 * mins}, "", nil, []reply{says(good)},
			[]span{{180 * sec, 216 * sec}}, "", 2, 0},
		{"ETag", source.About{}, "", nil, []reply{says(good, "ETag", `"a"`),
			unmodified("If-None-Match", `"a"`)}, []span{usual}, "", 2, 0},
		{"Last-Modified", source.About{}, "", nil, []reply{
			says(good, "Last-Modified", "Sat, 28 Nov 2026 11:00:00 GMT"),
			unmodified("If-Modified-Since", "Sat, 28 Nov 2026 11:00:00 GMT")}, []span{usual}, "", 2, 0},
		{"304 to a request without a condition", source.About{}, "", nil, []reply{says(good), status(304, "")},
			[]span{usual, {60 * sec, 15 * mins}}, "304 Not Modified to a request without", 2, 0},
		{"max-age", source.About{}, "", nil, []reply{says(good, "Cache-Control", "public, max-age=300")},
			[]span{{300 * sec, 360 * sec}}, "", 2, 0},
		{"max-age of a 304", source.About{}, "", nil, []reply{says(good, "ETag", `"a"`),
			unmodified("If-None-Match", `"a"`, "Cache-Control", "max-age=300")},
			[]span{usual, {300 * sec, 360 * sec}}, "", 2, 0},
		{"max-age that has passed for the most part", source.About{}, "", nil,
			[]reply{says(good, "Cache-Control", "max-age=300", "Age", "180")}, []span{{120 * sec, 144 * sec}}, "", 2, 0},
		{"max-age of a day", source.About{}, "", nil, []reply{says(good, "Cache-Control", "max-age=86400")},
			[]span{{60 * mins, 72 * mins}}, "", 2, 0},
		{"Expires, by the server's own clock", source.About{}, "", nil, []reply{says(good,
			"Date", "Sat, 28 Nov 2020 11:00:00 GMT", "Expires", "Sat, 28 Nov 2020 11:04:00 GMT")},
			[]span{{240 * sec, 288 * sec}}, "", 2, 0},
		{"no-cache", source.About{}, "", nil, []reply{says(good, "Cache-Control", "max-age=300, no-cache")},
			[]span{usual}, "", 2, 0},
		{"204", source.About{}, "", nil, []reply{says(good), status(204, "")}, []span{usual},
			"204 No Content, which is", 0, 0},
		{"404", source.About{}, "", nil, []reply{says(good), status(404, "nothing")}, []span{usual},
			"404 Not Found, which is", 0, 0},
		{"204, and flights again", source.About{}, "", nil, []reply{status(204, ""), says(good)}, []span{usual}, "", 2, 0},
		{"429 with seconds", source.About{}, "", nil, []reply{status(429, "", "Retry-After", "600"), says(good)},
			[]span{{600 * sec, 660 * sec}, usual}, "", 2, 0},
		{"429 with a date of a server whose clock is wrong", source.About{}, "", nil, []reply{status(429, "",
			"Date", "Sat, 28 Nov 2020 11:00:00 GMT", "Retry-After", "Sat, 28 Nov 2020 11:10:00 GMT"), says(good)},
			[]span{{600 * sec, 660 * sec}, usual}, "", 2, 0},
		{"429 with OpenSky's header", source.About{}, "", nil,
			[]reply{status(429, "", "X-Rate-Limit-Retry-After-Seconds", "3600"), says(good)},
			[]span{{60 * mins, 66 * mins}, usual}, "", 2, 0},
		{"429 with less than the source's interval", source.About{}, "", nil,
			[]reply{status(429, "", "Retry-After", "1"), says(good)}, []span{{60 * sec, 66 * sec}, usual}, "", 2, 0},
		{"503 with seconds", source.About{}, "", nil, []reply{status(503, "", "Retry-After", "120"), says(good)},
			[]span{{120 * sec, 132 * sec}, usual}, "", 2, 0},
		{"429 without a word", source.About{}, "", nil, []reply{says(good), status(429, "")},
			[]span{usual, {60 * sec, 2 * mins}, {60 * sec, 4 * mins}, {60 * sec, 8 * mins}, {60 * sec, 15 * mins}},
			"429 Too Many", 2, 0},
		{"500", source.About{}, "", nil, []reply{says(good), status(500, "")},
			[]span{usual, {60 * sec, 2 * mins}, {60 * sec, 4 * mins}, {60 * sec, 8 * mins}, {60 * sec, 15 * mins}},
			"500 Internal Server Error$", 2, 0},
		{"401", source.About{Keys: key}, "", nil, []reply{status(401, "your key "+secret+" is wrong")}, []span{rarely},
			`401 Unauthorized: it does not accept the key in \$FAKE_KEY$`, 0, 0},
		{"403", source.About{}, "", nil, []reply{status(403, "")}, []span{rarely}, `it denies access`, 0, 0},
		{"the environment has no key", source.About{}, "", errors.New("$FAKE_KEY is not set"), nil, nil,
			`^\$FAKE_KEY is not set$`, 0, 0},
		{"a redirect", source.About{}, "http://first.test/a", nil,
			[]reply{redirect(302, "http://second.test/b")}, []span{{0, 0}, usual, {0, 0}, usual, {0, 72 * sec}}, "", 2, 0},
		{"redirects without end", source.About{}, "http://first.test/a", nil, []reply{redirect(302, "/a")},
			[]span{{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {60 * sec, 2 * mins}, {0, 15 * mins}},
			"http://first.test/a redirects more than 5 times", 0, 0},
		{"a redirect from https to http", source.About{}, "https://first.test/a", nil,
			[]reply{redirect(302, "http://first.test/b")}, []span{{60 * sec, 15 * mins}}, "from https to http", 0, 0},
		{"a redirect to nowhere", source.About{}, "http://first.test/a", nil,
			[]reply{redirect(302, "gopher://x?k="+secret)}, []span{{60 * sec, 15 * mins}}, "redirects to no URL$", 0, 0},
		{"65 MiB", source.About{}, "", nil, []reply{says(good), huge}, []span{usual, {60 * sec, 15 * mins}},
			"larger than 64 MiB", 2, 0},
		{"65 MiB of blanks, compressed", source.About{}, "", nil, []reply{says(good), bomb},
			[]span{usual, {60 * sec, 15 * mins}}, "larger than 64 MiB", 2, 0},
		{"a body that dribbles", source.About{}, "", nil, []reply{says(good), dribble},
			[]span{usual, {90 * sec, 16 * mins}}, "longer than 30s", 2, 0},
		{"no response", source.About{}, "", nil, []reply{says(good), silent}, []span{usual, {90 * sec, 16 * mins}},
			"longer than 30s", 2, 0},
		{"half a body", source.About{}, "", nil, []reply{says(good), broken}, []span{usual, {60 * sec, 15 * mins}},
			"breaks off", 2, 0},
		{"bad JSON", source.About{}, "", nil, []reply{says(good), says(`["LH1",`)}, []span{usual, {60 * sec, 15 * mins}},
			"unexpected end of JSON", 2, 0},
		{"HTML with 200", source.About{}, "", nil, []reply{says(good), says("<html>your key is " + secret)},
			[]span{usual, {60 * sec, 15 * mins}}, "a page of HTML: <html>your key is …", 2, 0},
		{"no connection", source.About{}, "http://down.test/a", nil, nil, nil,
			`^http://down.test/a: no connection: connection refused$`, 0, 0},
		{"a user in the URL", source.About{}, "http://me:" + url.QueryEscape(secret) + "@down.test/a", nil, nil, nil,
			`^http://down.test/a: no connection: connection refused$`, 0, 0},
		{"a quota a day", source.About{Quota: source.Quota{Requests: 96, Per: 24 * time.Hour}}, "", nil,
			[]reply{says(good)}, []span{{15 * mins, 19 * mins}}, "", 2, 0},
		{"a quota that is lost to errors", source.About{Quota: source.Quota{Requests: 20, Per: time.Hour}}, "", nil,
			[]reply{status(500, "")}, []span{{3 * mins, 15 * mins}, {mins, 15 * mins}}, "500", 0, 0},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
					c.replies[min(n, len(c.replies)-1)](w, r)
				})
				s := &fakeSource{about: c.about, urls: []string{"http://api.test/arrivals?a=1"}, fails: c.fails,
					secret: http.Header{"X-Api-Key": {secret}}, query: url.Values{"key": {secret}}}
				if c.url != "" {
					s.urls[0] = c.url
				}
				f := start(t, s, Options{Client: server.client})
				most := 20
				if strings.Contains(c.reason, "65 MiB") { // takes a while
					most = 3
				}
				for range 80 {
					if time.Sleep(mins); server.count() >= most {
						break
					}
				}
				f.stop()
				for i, gap := range server.gaps() {
					want := c.gaps[min(i, len(c.gaps)-1)]
					if gap < want[0] || gap > want[1] {
						t.Errorf("gap %d is %v, want %v to %v", i, gap, want[0], want[1])
					}
				}
				now := f.Status()
				if c.trouble == "" && now.Trouble != "" || !regexp.MustCompile(c.trouble).MatchString(now.Trouble) {
					t.Errorf("trouble %q, want %q", now.Trouble, c.trouble)
				}
				if now.Rows != c.rows || c.quota != 0 && now.Quota != c.quota {
					t.Errorf("%d rows and a quota of %d, want %d and %d", now.Rows, now.Quota, c.rows, c.quota)
				}
				if want := min(1, len(c.replies)); len(server.asked) < 2*want {
					t.Errorf("it was asked %d times", len(server.asked))
				}
				for _, text := range []string{fmt.Sprintf("%+v", now), f.logged.String()} {
					for _, form := range []string{secret, url.QueryEscape(secret)} {
						if strings.Contains(text, form) {
							t.Errorf("the key comes to light: %s", text)
						}
					}
				}
				if n := strings.Count(f.logged.String(), "gives no answer"); n > 1 || n == 0 && c.trouble != "" {
					t.Errorf("the trouble is logged %d times:\n%s", n, f.logged)
				}
			})
		})
	}
}
