package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"flightboard/wasm/e2e/browser"
)

// embedder is a site with one page. Its address has another host than the servers', so that it is another site.
func embedder(t *testing.T, html string) (address string) {
	t.Helper()
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		// The headers of Home Assistant's pages.
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("X-Frame-Options", "SAMEORIGIN")
		fmt.Fprint(w, "<!doctype html><title>Other</title>"+html)
	}))
	t.Cleanup(host.Close)
	return strings.Replace(host.URL, "127.0.0.1", "localhost", 1)
}

// listen notes what frames tell in window.told, by the frames' places in the page.
const listen = `window.told = []
addEventListener('message', ({ source, data }) => {
	for (let i = 0; i < frames.length; i++) if (source === frames[i]) window.told[i] = data.flightboard
})`

// The page is live in a frame of another site if the server lets that site, and is not shown otherwise. That holds as
// well in the sandboxes in which Home Assistant's webpage card shows it, with and without an origin of its own.
func TestWhoMayFrameThePage(t *testing.T) {
	const sandbox = ` sandbox="allow-forms allow-popups allow-pointer-lock allow-scripts allow-modals allow-downloads`
	for _, c := range []struct {
		name, embed, attributes string
		live                    bool
	}{
		{"nobody", "", "", false},
		{"other sites", "https://a.example,http://*.example:8123", "", false},
		{"this site", "https://a.example,HOST", "", true},
		{"everybody", "*", "", true},
		{"this site in a sandbox", "HOST", sandbox + ` allow-same-origin"`, true},
		{"this site in a sandbox without an origin", "HOST", sandbox + `"`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			byEveryBrowser(t, func(t *testing.T, r reader) {
				address := embedder(t, `<iframe src="about:blank"></iframe>`)
				flags := []string{"-feed", "none"}
				if c.embed != "" {
					flags = append(flags, "-embed", strings.Replace(c.embed, "HOST", address, 1))
				}
				s := startServer(t, flags...)
				board1(t, s)
				html := fmt.Sprintf(`<iframe src="%s/?embed"%s></iframe>`, s.url, c.attributes)
				b := r.open(t, address, browser.PageOptions{Preload: listen})
				must(t, b.Eval(soon(t), fmt.Sprintf(`void (document.body.innerHTML = %q)`, html), nil))
				if c.live {
					b.waitFor(t, `told[0]?.status === 'live' && told[0].height > 100`)
					return
				}
				if r.kind == browser.WebKit { // it has no load event then
					b.waitForMessage(t, "frame-ancestors")
				} else {
					b.waitFor(t, `new Promise(done => { document.querySelector('iframe').onload = () => done(true) })`)
				}
				var told bool
				must(t, b.Eval(soon(t), `told.length > 0`, &told))
				if _, ever := s.viewers(); told || ever != 0 {
					t.Errorf("the page is shown in a frame: %v, viewers: %d", told, ever)
				}
			})
		})
	}
}

// Two boards on a page of another site are live, share one connection, and are as high as their rows.
func TestTwoElementsOnAPageAreLive(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none", "-embed", "*")
		for i := range 30 {
			s.publish(t, flightIs(fmt.Sprint("LH", 100+i), "Frankfurt", "08:15", "expected"))
		}
		b := r.open(t, embedder(t, fmt.Sprintf(`<script src="%s/flight-board.js"></script>
			<flight-board id="a" src="%[1]s/" rows="10" title="Arrivals, ten"></flight-board>
			<flight-board id="b" src="%[1]s/" columns="flight,state" query="tz=utc"></flight-board>`, s.url)),
			browser.PageOptions{Height: 2400})
		b.waitFor(t, `['a', 'b'].every(id => document.getElementById(id).getAttribute('status') === 'live')`)
		b.waitFor(t, `document.querySelector('#b').offsetHeight > document.querySelector('#a').offsetHeight + 200`)
		var frames []struct{ Title, Src string }
		must(t, b.Eval(soon(t), `['a', 'b'].map(id => document.getElementById(id).shadowRoot.querySelector('iframe'))
			.map(({ title, src }) => ({ title, src }))`, &frames))
		if frames[0].Title != "Arrivals, ten" || frames[1].Title != "Flight arrivals" {
			t.Errorf("the frames' titles are %q and %q", frames[0].Title, frames[1].Title)
		}
		for i, want := range []string{"/?size=10&embed=", "/?tz=utc&cols=flight%2Cstate&embed="} {
			if frames[i].Src != s.url+want {
				t.Errorf("frame %d is %s, want %s", i, frames[i].Src, s.url+want)
			}
		}
		if now, ever := s.viewers(); now != 1 {
			t.Errorf("there are %d connections of %d, want 1", now, ever)
		}
	})
}

// In a page of the board's own origin a test can look into the frames: both follow each change, and the one that has
// the connection leaves it to the other.
func TestTwoElementsShareTheirConnection(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none", "-embed", "self")
		board1(t, s)
		target, err := url.Parse(s.url)
		must(t, err)
		board := httputil.NewSingleHostReverseProxy(target)
		board.FlushInterval = -1
		host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/two" {
				http.StripPrefix("/board", board).ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, `<!doctype html><title>Two</title><script src="board/flight-board.js"></script>
				<flight-board id="a"></flight-board><flight-board id="b" src="board/"></flight-board>`)
		}))
		t.Cleanup(host.Close)
		b := r.open(t, host.URL+"/two", browser.PageOptions{Height: 1600})
		const shows = `['a', 'b'].map(id => document.getElementById(id)).filter(Boolean).every(element =>
			element.getAttribute('status') === 'live' &&
			element.shadowRoot.querySelector('iframe').contentDocument.querySelector('[data-flight=I768] [data-col=state]')
				?.textContent.toLowerCase() === %q)`
		b.waitFor(t, shows, "expected")
		s.publish(t, stateIs("I768", "landing"))
		b.waitFor(t, shows, "landing")
		most := 1
		if r.kind == browser.WebKit { // a busy one tells late that the other frame connects, so this one begins to as well
			most = 2
			s.waitForOneViewer(t)
		}
		if now, ever := s.viewers(); now != 1 || ever > most {
			t.Errorf("there are %d connections of %d, want 1 of %d", now, ever, most)
		}
		must(t, b.Eval(soon(t), `document.querySelector('#a').remove()`, nil))
		s.publish(t, stateIs("I768", "landed"))
		b.waitFor(t, shows, "landed")
	})
}

// waitForMessage waits until the browser has written a message with this text to the console.
func (b *board) waitForMessage(t *testing.T, text string) {
	t.Helper()
	ctx := soon(t)
	for tick := time.NewTicker(100 * time.Millisecond); ; {
		if slices.ContainsFunc(b.Messages(), func(m browser.Message) bool { return strings.Contains(m.Text, text) }) {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the browser wrote no message with %q", text)
		}
	}
}
