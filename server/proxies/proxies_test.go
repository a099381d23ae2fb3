//go:build unix

// Package proxies tests that the board is live behind proxies, with the configurations that server/README.md has. Each
// proxy is a process of its own on the loopback interface.
package proxies

import (
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

var lasting = flag.Duration("for", 5*time.Second, "how `long` the viewers of TestAnEventASecond stay")

// TestMain runs the cases of a test at the same time: mostly they wait.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f != nil {
		f.Value.Set("100")
	}
	os.Exit(m.Run())
}

var all = []struct {
	name   string
	config func(login bool) setUp
	cuts   bool // every stream when it reads its configuration again
}{
	{"nginx", nginx, true},
	{"HAProxy", haproxy, true},
	{"Caddy", caddy, false},
	{"Varnish", varnish, true},
}

// TestAnEventASecond has viewers of each kind behind each proxy, for a minute with -for 1m. Every change arrives within
// a second, on one connection.
func TestAnEventASecond(t *testing.T) {
	t.Parallel()
	var started sync.WaitGroup
	anEventASecond := func(name string, start setUp) {
		started.Add(1)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			f := startTogether(t, s, start, &started)
			direct := newViewer(t, s.url)
			followers := map[string]*viewer{
				"HTTP/1.1": newViewer(t, f.plain), "HTTP/1.1, gzip": newViewer(t, f.plain, "gzip"),
			}
			if f.tls != "" {
				followers["HTTP/2.0"], followers["HTTP/2.0, gzip"] = newViewer(t, f.tls), newViewer(t, f.tls, "gzip")
			}
			polls := newViewer(t, f.plain, "wait")
			s.publishEvery(time.Second)
			busy := arrive(t, "without a proxy", direct, time.Minute).longest
			for name, v := range followers {
				seen := arrive(t, name, v, busy)
				if protocol, _, _ := strings.Cut(name, ","); seen.opened != 1 || seen.protocol != protocol {
					t.Errorf("%s: seen %+v; want one connection, over %s", name, seen, protocol)
				}
			}
			arrive(t, "polling", polls, busy)
		})
	}
	for _, p := range all {
		anEventASecond(p.name, p.config(false))
	}
	anEventASecond("nginx with its defaults", nginxDefaults(""))
}

// startTogether starts a proxy, and returns when those of the other cases have started too, which keeps the machine
// busy.
func startTogether(t *testing.T, s *server, start setUp, all *sync.WaitGroup) front {
	t.Helper()
	defer all.Wait()
	defer all.Done()
	return start(t, s)
}

// arrive waits for as many changes as there are seconds in *lasting. Each has to come within a second more than busy,
// which is what the slowest took without a proxy, on a machine that may be busy.
func arrive(t *testing.T, name string, v *viewer, busy time.Duration) tally {
	t.Helper()
	changes := int(*lasting / time.Second)
	seen := v.until(func(seen tally) bool { return seen.changes == changes })
	t.Logf("%s: %d changes, the slowest after %v", name, changes, seen.longest.Round(100*time.Microsecond))
	if seen.failed != 0 || seen.snapshots != 1 || seen.longest > time.Second+busy {
		t.Errorf("%s: seen %+v; want one snapshot, and each change within 1 s", name, seen)
	}
	return seen
}

// errorPage is how a proxy answers when there is no server.
var errorPage = regexp.MustCompile(`^50[234] `)

// TestAViewerLosesNothing follows while the proxy reads its configuration again, twice, and while the server is away:
// the proxy answers with an error page.
func TestAViewerLosesNothing(t *testing.T) {
	for _, p := range all {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			f := p.config(false)(t, s)
			viewers := map[string]*viewer{
				"plain": newViewer(t, f.plain), "gzip": newViewer(t, f.plain, "gzip"), "polling": newViewer(t, f.plain, "wait"),
			}
			if f.tls != "" {
				viewers["HTTP/2"] = newViewer(t, f.tls)
			}
			s.publishEvery(50 * time.Millisecond)
			for name, v := range viewers {
				seen := v.until(func(seen tally) bool { return seen.changes >= 5 })
				if seen.snapshots != 1 {
					t.Errorf("%s: seen %+v, want one snapshot", name, seen)
				}
			}
			for range 2 {
				f.reload()
				for name, v := range viewers {
					seen := v.until(func(seen tally) bool { return (seen.opened > 0 || !p.cuts) && seen.changes > 20 })
					t.Logf("%s: while the proxy reloads: %+v", name, seen)
					if seen.snapshots != 0 {
						t.Errorf("%s: seen %+v, want no snapshot after the proxy's reload", name, seen)
					}
				}
			}
			s.stop()
			for _, v := range viewers {
				v.until(func(seen tally) bool { return errorPage.MatchString(seen.failure) })
			}
			s.start()
			for name, v := range viewers {
				seen := v.until(func(seen tally) bool { return seen.changes > 20 })
				t.Logf("%s: when the server is back: %+v", name, seen)
				if seen.snapshots != 0 || seen.opened == 0 {
					t.Errorf("%s: seen %+v, want another stream without a snapshot", name, seen)
				}
			}
		})
	}
}

// pageFile matches the address of a file in the page.
var pageFile = regexp.MustCompile(` (?:src|data-[a-z]+|href)="([^"#]+\.(?:js|css|svg|wasm))"`)

// TestAPrefix opens the page below a path: all its files are there, and its stream. Without the last slash the
// address redirects, with its query, which has what a reader has chosen.
func TestAPrefix(t *testing.T) {
	for _, p := range all {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			f := p.config(false)(t, s)
			for _, address := range []string{f.plain, f.tls} {
				if address == "" {
					continue
				}
				client := newClient(t)
				defer client.CloseIdleConnections()
				for _, query := range []string{"", "?q=rome"} {
					answer, _ := get(t, client, address+"board"+query)
					to, err := answer.Location()
					if err != nil {
						t.Fatalf("/board%s: %s, want a redirection", query, answer.Status)
					}
					if got, want := strings.TrimSuffix(to.String(), "?"), address+"board/"+query; got != want {
						t.Errorf("/board%s redirects to %s, want %s", query, got, want)
					}
				}
				answer, page := get(t, client, address+"board/")
				if answer.StatusCode != http.StatusOK || !strings.Contains(page, `data-flight="LH1000"`) {
					t.Fatalf("/board/: %s %.200s", answer.Status, page)
				}
				for _, m := range pageFile.FindAllStringSubmatch(page, -1) {
					if file, _ := get(t, client, address+"board/"+m[1]); file.StatusCode != http.StatusOK {
						t.Errorf("/board/%s: %s", m[1], file.Status)
					}
				}
				v := newViewer(t, address+"board/")
				v.until(func(seen tally) bool { return seen.snapshots == 1 })
				s.publish()
				v.until(func(seen tally) bool { return seen.changes == 1 })
			}
		})
	}
}

// TestALogin follows while the proxy redirects viewers without a session to a login page on another origin.
func TestALogin(t *testing.T) {
	for _, p := range all {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			f := p.config(true)(t, s)
			anonymous, known := newViewer(t, f.plain), newViewer(t, f.plain, "Cookie: session=1")
			seen := anonymous.until(func(seen tally) bool { return seen.failed == 3 })
			if !strings.Contains(seen.failure, "302") || !strings.Contains(seen.failure, loginURL) || seen.opened != 0 {
				t.Errorf("without a session: %+v, want 302 to %s", seen, loginURL)
			}
			known.until(func(seen tally) bool { return seen.snapshots == 1 })
			s.publish()
			known.until(func(seen tally) bool { return seen.changes == 1 })
		})
	}
}

func get(t *testing.T, client *http.Client, address string) (*http.Response, string) {
	t.Helper()
	answer, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return answer, string(text)
}
