//go:build unix

// Package proxies tests that the board is live behind proxies, with the configurations that server/README.md has. Each
// proxy is a process of its own on the loopback interface.
package proxies

import (
	"errors"
	"flag"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

var lasting = flag.Duration("for", 5*time.Second, "how `long` the viewers of TestAnEventASecond stay")

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

func contains(text, part string) bool { return strings.Contains(text, part) }

// TestAnEventASecond has viewers of each kind behind each proxy, for a minute with -for 1m. Every change arrives within
// a second, on one connection.
func TestAnEventASecond(t *testing.T) {
	for _, p := range all {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			anEventASecond(t, p.config(false))
		})
	}
	t.Run("nginx with its defaults", func(t *testing.T) {
		t.Parallel()
		anEventASecond(t, nginxDefaults(""))
	})
}

func anEventASecond(t *testing.T, start setUp) {
	s := newServer(t)
	f := start(t, s)
	type follower struct {
		name string
		*viewer
		protocol string
	}
	followers := []follower{
		{"HTTP/1.1", newViewer(t, f.plain), "HTTP/1.1"},
		{"HTTP/1.1 with gzip", newViewer(t, f.plain, "gzip"), "HTTP/1.1"},
	}
	if f.tls != "" {
		followers = append(followers,
			follower{"TLS with HTTP/2", newViewer(t, f.tls), "HTTP/2.0"},
			follower{"TLS with HTTP/2 and gzip", newViewer(t, f.tls, "gzip"), "HTTP/2.0"})
	}
	polls := newViewer(t, f.plain, "wait")
	s.publishEvery(time.Second)
	changes := int(*lasting / time.Second)
	for _, v := range followers {
		seen := v.until(func(seen tally) bool { return seen.changes == changes })
		t.Logf("%s: %d changes, the slowest after %v", v.name, seen.changes, seen.longest.Round(100*time.Microsecond))
		if seen.opened != 1 || seen.failed != 0 || seen.snapshots != 1 || seen.longest > time.Second ||
			seen.protocol != v.protocol {
			t.Errorf("%s: seen %+v; want one connection over %s with one snapshot, and each change within 1 s",
				v.name, seen, v.protocol)
		}
	}
	seen := polls.until(func(seen tally) bool { return seen.changes == changes })
	t.Logf("polling: %d changes, the slowest after %v", seen.changes, seen.longest.Round(100*time.Microsecond))
	if seen.failed != 0 || seen.snapshots != 1 || seen.longest > time.Second {
		t.Errorf("polling: seen %+v; want one snapshot, and each change within 1 s", seen)
	}
}

// TestPollingPassesWhatMutesAStream: no event of a stream gets through nginx that ignores X-Accel-Buffering.
func TestPollingPassesWhatMutesAStream(t *testing.T) {
	t.Run("nginx that ignores X-Accel-Buffering", func(t *testing.T) {
		t.Parallel()
		muted(t, nginxDefaults("proxy_ignore_headers X-Accel-Buffering;"))
	})
}

func muted(t *testing.T, start setUp) {
	s := newServer(t)
	f := start(t, s)
	streams, polls := newViewer(t, f.plain), newViewer(t, f.plain, "wait")
	s.publishEvery(time.Second)
	changes := int(*lasting / time.Second)
	seen := polls.until(func(seen tally) bool { return seen.changes == changes })
	t.Logf("polling: %d changes, the slowest after %v", seen.changes, seen.longest.Round(100*time.Microsecond))
	if seen.failed != 0 || seen.snapshots != 1 || seen.longest > time.Second {
		t.Errorf("polling: seen %+v; want one snapshot, and each change within 1 s", seen)
	}
	for {
		n, ok := streams.next(0)
		if !ok {
			break
		}
		if n.number != 0 && n.delay < time.Second && n.snapshot == "" {
			t.Errorf("the stream brought change %d after %v; so it is not muted, and this is no test", n.number, n.delay)
		}
	}
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
				if answer.StatusCode != http.StatusOK || !contains(page, `data-flight="LH1000"`) {
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
			if !contains(seen.failure, "302") || !contains(seen.failure, loginURL) || seen.opened != 0 {
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
