package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// checked waits for the verdict of the page /check, and returns it and the report that "Copy as text" copies.
func (b *board) checked(t *testing.T) (level, verdict, report string) {
	t.Helper()
	must(t, b.WaitFor(soon(t), `!!document.querySelector('#verdict').dataset.level`))
	var texts []string
	must(t, b.Eval(soon(t), `[document.querySelector('#verdict').dataset.level,
		document.querySelector('#verdict').textContent + ' ' + document.querySelector('#setting').textContent,
		document.querySelector('#report textarea').value]`, &texts))
	return texts[0], texts[1], texts[2]
}

// checks has room for as many checks as run at once: they measure times.
var checks = make(chan struct{}, 4)

// TestTheCheckNamesWhatLiesBetween runs the check through boxes of several kinds. What a box does to the times and the
// headers of messages is the same in all browsers: these run in Chromium alone.
func TestTheCheckNamesWhatLiesBetween(t *testing.T) {
	all, one := browser.Kinds, []browser.Kind{browser.Chromium}
	zipped := func(h http.Header) { h.Set("Content-Encoding", "gzip") }
	for _, c := range []struct {
		kinds   []browser.Kind
		name    string
		box     box
		level   string
		verdict string // a pattern
		report  string
	}{
		{all, "nothing", box{}, "good", `^This network lets the stream through\. Over HTTP/1\.1 this browser keeps 6 streams`,
			`After a cut: it resumes where it was\nHTTP version: http/1\.1 here, HTTP/1\.1 at the server\n` +
				`Compression: gzip: \d+ bytes for \d+\nStreams at once: 6\nProxies: seen by the server: X-Forwarded-For\n` +
				`Headers taken away: nothing\nHeaders changed: nothing\nHeaders added: nothing\n`},
		{all, "buffers", box{body: whole}, "bad", `holds the stream back until it ends\..* proxy_buffering off;`, ``},
		{one, "collects", box{body: someKilobytes}, "bad",
			`until it has collected some kilobytes\..* proxy_buffering off;`, ``},
		{one, "holds the last piece", box{body: untilNext}, "bad",
			`each message back until the next one comes\. Antivirus`, ``},
		{one, "compresses and collects", box{body: compressed, response: zipped}, "bad",
			`holds the stream back until it .*compresses the stream \(gzip\).*gzip_types`, `Headers added: content-encoding`},
		{all, "compresses", box{body: flushed, response: zipped}, "warn", `gets through, but something .* compresses it`, ``},
		{one, "loses the last event ID", box{request: func(r *http.Request) { r.Header.Del("Last-Event-ID") }}, "warn",
			`after a cut it begins anew.* Let the request header Last-Event-ID through`, `begins anew: Last-Event-ID is lost`},
		{one, "strips and adds", box{response: func(h http.Header) {
			h.Set("Cache-Control", "public")
			h.Del("X-Accel-Buffering")
			h.Set("X-Box", "1")
		}}, "warn", `takes away or changes cache-control`,
			`Headers taken away: x-accel-buffering\nHeaders changed: cache-control\nHeaders added: x-box\n`},
		{all, "has a login page", box{instead: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/sse" {
				w.Header().Set("Content-Type", "text/html")
				io.WriteString(w, "<p>Who are you?")
			}
			return r.URL.Path == "/sse"
		}}, "bad", `what comes is "text/html" and not an event stream.* login`, ``},
		{all, "sends to a login page elsewhere", box{instead: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/sse" {
				http.Redirect(w, r, "http://localhost:1/login", http.StatusFound)
			}
			return r.URL.Path == "/sse"
		}}, "bad", `sends the request elsewhere, to another address\. If that is a login page`, ``},
		{all, "sends to another page", box{instead: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/sse" {
				http.Redirect(w, r, "check.html?login", http.StatusFound)
			}
			return r.URL.Path == "/sse"
		}}, "bad", `sends the request elsewhere, to http://127.0.0.1:\d+/check.html\?login\. If that is a login page`, ``},
		{all, "redirects to the stream", box{instead: func(w http.ResponseWriter, r *http.Request) bool {
			moved := r.URL.Path == "/sse" && !r.URL.Query().Has("moved")
			if moved {
				http.Redirect(w, r, "sse?moved&"+r.URL.RawQuery, http.StatusTemporaryRedirect)
			}
			return moved
		}}, "good", `lets the stream through`, ``},
		{all, "refuses", box{instead: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/sse" {
				http.Error(w, "no", http.StatusForbidden)
			}
			return r.URL.Path == "/sse"
		}}, "bad", `answers 403 to the stream\.`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			byBrowsers(t, c.kinds, func(t *testing.T, r reader) {
				checks <- struct{}{}
				defer func() { <-checks }()
				s := startServer(t, "-feed", "none")
				b := r.open(t, startBox(t, s, c.box)+"/check", browser.PageOptions{})
				level, verdict, report := b.checked(t)
				right := func() bool {
					return level == c.level && regexp.MustCompile(c.verdict).MatchString(verdict) &&
						regexp.MustCompile(c.report).MatchString(report)
				}
				for range 2 {
					if !right() { // a machine that is busy delays messages as well
						t.Logf("once more after %s: %s\n%s", level, verdict, report)
						must(t, b.Eval(soon(t), `document.querySelector('#verdict').dataset.level = ''`, &level))
						must(t, b.Click(soon(t), "#again"))
						level, verdict, report = b.checked(t)
					}
				}
				if !right() {
					t.Errorf("the verdict is %s: %s\nwant %s: %s\nThe report:\n%s\nwant %s", level, verdict, c.level, c.verdict,
						report, c.report)
				}
				if !strings.HasPrefix(report, strings.SplitAfter(verdict, ". ")[0][:20]) {
					t.Errorf("the report does not begin with the verdict: %s", report)
				}
			})
		})
	}
}

// The messages of the test stream are on the page and in the console, and the server logs both ends.
func TestTheCheckShowsTheMessages(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		b := r.open(t, s.url+"/check", browser.PageOptions{})
		level, verdict, _ := b.checked(t)
		if level != "good" {
			t.Fatalf("the verdict is %s: %s", level, verdict)
		}
		var shown []string
		must(t, b.Eval(soon(t), `[...document.querySelectorAll('#messages li')].map(li => li.firstChild.textContent.trim())`,
			&shown))
		var logged []string
		for _, m := range b.Messages() {
			if m.Level == "log" {
				logged = append(logged, m.Text)
			} else {
				t.Errorf("the console has %v", m)
			}
		}
		if len(shown) != 7 || fmt.Sprint(logged) != fmt.Sprint(append(shown, "The stream is closed.")) {
			t.Errorf("the page shows %q, the console has %q", shown, logged)
		}
		for i, text := range shown {
			want := `^Random number: \d\d?$`
			if i%6 == 0 {
				want = `^Hello, client! This is a test message\.$`
			}
			if !regexp.MustCompile(want).MatchString(text) {
				t.Errorf("message %d is %q, want %s", i, text, want)
			}
		}
		s.waitForLog(t, `msg="sse: client connects" client=\S+ resumed=true`)
		s.waitForLog(t, `msg="sse: client leaves" client=\S+ reason="the viewer went away"`)
		must(t, b.Click(soon(t), "#copy-report"))
		b.waitFor(t, `!!document.querySelector('#copied').textContent`)
		must(t, b.Click(soon(t), "#again"))
		b.waitFor(t, `document.querySelectorAll('#messages li').length < 3`)
		if level, _, _ := b.checked(t); level != "good" {
			t.Errorf("the second time: %s", level)
		}
	})
}

// A static host serves the check as check.html, which asks the server that its own setting names.
func TestTheCheckOfAStaticHost(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		dir := copyPage(t)
		file := filepath.Join(dir, "check.html")
		page, err := os.ReadFile(file)
		must(t, err)
		must(t, os.WriteFile(file, streamSetting.ReplaceAll(page, []byte("${1}"+s.url+"/events${2}")), 0o644))
		host := httptest.NewServer(http.FileServerFS(os.DirFS(dir)))
		t.Cleanup(host.Close)
		level, verdict, report := r.open(t, host.URL+"/check.html", browser.PageOptions{}).checked(t)
		if level != "good" || !strings.Contains(report, "Server: "+s.url) {
			t.Errorf("%s: %s\n%s", level, verdict, report)
		}
		s.kill()
	})
}

func TestTheCheckWithoutAServer(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		host := httptest.NewServer(http.FileServerFS(os.DirFS(pageFolder)))
		t.Cleanup(host.Close)
		level, verdict, _ := r.open(t, host.URL+"/check.html", browser.PageOptions{}).checked(t)
		if level != "bad" || !strings.Contains(verdict, "answers 404 to the stream") {
			t.Errorf("%s: %s", level, verdict)
		}
	})
}

func TestTheCheckIsAccessible(t *testing.T) {
	script := axe(t)
	for name, options := range map[string]browser.PageOptions{"desktop": {},
		"phone, dark": {Width: 390, Height: 844, Dark: true}} {
		t.Run(name, func(t *testing.T) {
			byEveryBrowser(t, func(t *testing.T, r reader) {
				s := startServer(t, "-feed", "none")
				options.Preload = script
				b := r.open(t, s.url+"/check", options)
				b.checked(t)
				b.waitFor(t, `document.documentElement.scrollWidth <= innerWidth`)
				var found []string
				must(t, b.Eval(soon(t), `axe.run(document, {
					runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
				}).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html + ': ' + n.failureSummary)))`, &found))
				for _, violation := range found {
					t.Error(violation)
				}
			})
		})
	}
}
