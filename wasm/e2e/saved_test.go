package e2e

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"flightboard/wasm/e2e/browser"
)

var savedFile = regexp.MustCompile(`(src|href)="([\w./-]+\.(?:js|css))"`)

// saveCopy saves the page's HTML to a file as browsers do, with its style and its scripts in the same folder.
func (s *server) saveCopy(t *testing.T, html string, files bool) (url string) {
	t.Helper()
	dir := t.TempDir()
	saved := savedFile.ReplaceAllStringFunc(html, func(reference string) string {
		if !files {
			return reference
		}
		m := savedFile.FindStringSubmatch(reference)
		name := filepath.Base(m[2])
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(get(t, s.url+"/"+m[2])), 0o644))
		return m[1] + `="` + name + `"`
	})
	file := filepath.Join(dir, "Arrivals.html")
	must(t, os.WriteFile(file, []byte(saved), 0o644))
	return "file://" + file
}

func get(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	must(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(t, err)
	return string(text)
}

// A copy of the page that a reader has saved is not live, whatever the page showed when it was saved: it tells as of
// when its rows are.
func TestASavedCopyIsNotLive(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publish(t, flightIs("A123", "London", "08:15", "landed"), flightIs("I768", "Rome", "10:10", "expected"))
		sent := get(t, s.url+"/")
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.waitFor(t, `!document.querySelector('#status').dataset.asOf.endsWith('UTC')`) // the program has written it
		var shown string
		must(t, b.Eval(soon(t), `'<!doctype html>' + document.documentElement.outerHTML`, &shown))
		if !strings.Contains(shown, ">Live<") {
			t.Fatal("the page that is saved does not show Live: this test sees nothing")
		}
		var german string
		must(t, b.Eval(soon(t), `flightboard.setLanguage('de')`, nil))
		b.waitForState(t, "A123", "gelandet")
		must(t, b.Eval(soon(t), `'<!doctype html>' + document.documentElement.outerHTML`, &german))

		// What is seen in the place of the status line, with what the style adds.
		const line = `(status => [...status.childNodes].map(node => node.nodeType === 3
				? (getComputedStyle(status).fontSize === '0px' ? '' : node.data)
				: (node.checkVisibility() && getComputedStyle(node).fontSize !== '0px' ? node.textContent : '')).join('') +
			getComputedStyle(status, '::after').content.replace(/^none$/, '')
				.replace('attr(data-as-of)', status.dataset.asOf).replaceAll('"', ''))
			(document.querySelector('#status'))`
		for _, copied := range []struct {
			name     string
			html     string
			files    bool
			noScript bool
			want     string
			usable   bool // its controls are shown
		}{
			{"all of it", shown, true, false, `^Opened from disk, not live, board as of .*\d.*\d`, false},
			{"all of it in German", german, true, false, `^Von der Festplatte geöffnet, nicht live, Stand .*\d.*\d`, false},
			{"without scripts", shown, true, true, `^Not live, board as of .*\d.*\d`, false},
			{"what the server sent", sent, true, false, `^Opened from disk, not live, board as of 20\d\d-.* UTC$`, false},
			{"what the server sent, alone", sent, false, false, `^Not live, board as of 20\d\d-.* UTC$`, true},
			{"all of it, alone", shown, false, false, `^Live$`, true}, // nothing can change that; #copy tells more
		} {
			c := r.open(t, s.saveCopy(t, copied.html, copied.files), browser.PageOptions{NoScript: copied.noScript})
			var got string
			must(t, c.Eval(soon(t), line, &got))
			if !regexp.MustCompile(copied.want).MatchString(got) {
				t.Errorf("%s: the status line is %q, want %s", copied.name, got, copied.want)
			}
			var told bool
			must(t, c.Eval(soon(t), `document.querySelector('#copy').checkVisibility()`, &told))
			if told == copied.files {
				t.Errorf("%s: the sentence about copies is shown: %v, want %v", copied.name, told, !copied.files)
			}
			var usable bool
			must(t, c.Eval(soon(t),
				`[...document.querySelectorAll('.tools, .buttons')].some(e => e.checkVisibility())`, &usable))
			if usable != copied.usable {
				t.Errorf("%s: the controls are shown: %v, want %v", copied.name, usable, copied.usable)
			}
			if rows := c.rows(t); len(rows) != 2 {
				t.Errorf("%s: the rows are %v", copied.name, rows)
			}
		}
	})
}
