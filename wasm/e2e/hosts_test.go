package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"flightboard/wasm/e2e/browser"
)

var streamSetting = regexp.MustCompile(`(<meta name="flightboard-stream" content=")[^"]*(")`)

// staticHost serves the page's folder as a static web server does, on its own origin. The page's one setting, the
// stream's address, is changed.
func staticHost(t *testing.T, stream string) *httptest.Server {
	t.Helper()
	return staticHostOf(t, stream, func(page string) string { return page })
}

// staticHostOf is staticHost for a page that is changed further.
func staticHostOf(t *testing.T, stream string, change func(page string) string) *httptest.Server {
	t.Helper()
	dir := copyPage(t)
	index := filepath.Join(dir, "index.html")
	page, err := os.ReadFile(index)
	must(t, err)
	if !streamSetting.Match(page) {
		t.Fatal("index.html has no setting for the stream's address")
	}
	page = streamSetting.ReplaceAll(page, []byte("${1}"+stream+"${2}"))
	must(t, os.WriteFile(index, []byte(change(string(page))), 0o644))
	host := httptest.NewServer(http.FileServerFS(os.DirFS(dir)))
	t.Cleanup(host.Close)
	return host
}

func TestAStaticPageReadsTheStreamOfAnotherOrigin(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		p := startProxy(t, s)
		s.publish(t, flightIs("A123", "London", "08:15", ""), flightIs("I768", "Rome", "10:10", "expected"))
		b := r.open(t, staticHost(t, p.url+"/events").URL, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.mustShow(t, s)

		// Resuming sends the last event ID to the other origin too.
		p.cut()
		b.waitForStatus(t, "reconnecting")
		s.publish(t, stateIs("I768", "landed"))
		p.mend(s)
		b.waitForStatus(t, "live")
		b.mustShow(t, s)
		s.waitForLog(t, `msg="viewer arrives" .*resumed=true`)
	})
}

func TestAServerOfAnotherOriginMayRefuse(t *testing.T) {
	byEveryReader(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none", "-allow-origin", "https://board.example")
		b := r.open(t, staticHost(t, s.url+"/events").URL, browser.PageOptions{})
		b.waitFor(t, `!['connecting', 'live'].includes(document.querySelector('#status').dataset.status)`)
		if rows := b.rows(t); len(rows) != 6 {
			t.Errorf("the page shows %v, want the six flights that it brings", rows)
		}
	})
}

func TestWithoutScriptThePageIsTheBoard(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publish(t, flightIs("A123", "London", "08:15", "landed"), flightIs("I768", "Rome", "10:10", "expected"))
		b := r.open(t, s.url, browser.PageOptions{NoScript: true})
		b.mustMatch(t, s)
	})
}

func TestWithoutItsWebAssemblyThePageSaysSo(t *testing.T) {
	damages := map[string]func(t *testing.T, module string){
		"missing": func(t *testing.T, module string) { must(t, os.Remove(module)) },
		"broken":  func(t *testing.T, module string) { must(t, os.WriteFile(module, []byte("\x00asm?"), 0o644)) },
	}
	for name, damage := range damages {
		for _, kind := range browser.Kinds {
			t.Run(name+" in "+string(kind), func(t *testing.T) {
				skipInWebKit(t, kind)
				t.Parallel()
				dir := copyPage(t)
				damage(t, filepath.Join(dir, "built", "app.wasm"))
				s := startServer(t, "-feed", "none", "-www", dir)
				s.publish(t, flightIs("A123", "London", "08:15", "landed"))
				b := reader{kind: kind}.open(t, s.url, browser.PageOptions{})
				b.waitFor(t, `/webassembly/i.test(document.querySelector('#status').textContent)`)
				b.mustMatch(t, s)
			})
		}
	}
}
