package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// television is a screen of 1080p.
var television = browser.PageOptions{Width: 1920, Height: 1080, Preload: quick}

// quick lets pages turn ten times as fast, and the page look for a new release sooner when its clock is set forward
// (window.later). It counts the screens that are kept on, and requests to fill the screen.
const quick = `
window.later = window.locks = window.filled = 0
const now = Date.now, set = setInterval
Date.now = () => now() + window.later
window.setInterval = (f, pause) => set(f, pause > 30_000 ? pause / 600 : pause / 10)
Element.prototype.requestFullscreen = async () => { window.filled++ }
Object.defineProperty(navigator, 'wakeLock', { value: { request: async () => {
  window.locks++
  return window.lock = { released: false }
} } })
`

// A layout is what is measured of a page on a wall.
type layout struct {
	Rows, Whole  int     // rows, and those that are wholly in the window
	Height, Type float64 // of the first row, and of its text, in pixels
	Scrolls      bool    // the document is larger than the window
	Cut          string  // cells of short texts that are cut
	Reachable    string  // controls that can be seen and pressed
	Cursor       string
}

const layoutScript = `(() => {
  const rows = [...document.querySelectorAll('#flights tbody tr[data-flight]')]
  const box = element => element.getBoundingClientRect()
  const root = document.documentElement
  const controls = [...document.querySelectorAll('button, input, select, summary, a, dialog, .edge')]
  return {
    Rows: rows.length, Whole: rows.filter(row => box(row).top >= 0 && box(row).bottom <= innerHeight).length,
    Height: box(rows[0]).height, Type: parseFloat(getComputedStyle(rows[0].cells[0]).fontSize),
    Scrolls: root.scrollHeight > innerHeight || root.scrollWidth > innerWidth,
    Cut: rows.flatMap(row => [...row.cells]).filter(cell => !/origin|airline|remark/.test(cell.dataset.col) &&
      (cell.scrollWidth > cell.clientWidth || box(cell).right > innerWidth)).map(cell => cell.textContent).join(' '),
    Reachable: controls.filter(control => box(control).width > 0 &&
      getComputedStyle(control).pointerEvents !== 'none').map(control => control.outerHTML).join(' '),
    Cursor: getComputedStyle(root).cursor,
  }
})()`

// mustHang waits for the board on the wall, and checks that all of its rows are in the window, and nothing else is
// reachable.
func (b *board) mustHang(t *testing.T) (l layout) {
	t.Helper()
	b.waitForStatus(t, "live")
	b.waitFor(t, `getComputedStyle(document.documentElement).cursor === 'none' &&
		getComputedStyle(document.documentElement).getPropertyValue('--rows') !== ''`)
	must(t, b.Eval(soon(t), layoutScript, &l))
	if l.Whole != l.Rows || l.Scrolls || l.Height < 48 || l.Cut != "" || l.Reachable != "" || l.Cursor != "none" {
		t.Errorf("the board is %+v, want all rows in the window, each of 48 pixels or more, and nothing else", l)
	}
	return l
}

// publishMany publishes n flights of a day, F100, F101, …, in the board's order.
func (s *server) publishMany(t *testing.T, n int) {
	t.Helper()
	flights := make([]string, n)
	for i := range flights {
		flights[i] = flightIs(fmt.Sprintf("F%d", 100+i), "Rome", fmt.Sprintf("%02d:%02d", 6+i/60, i%60), "expected")
	}
	s.publish(t, flights...)
}

// place waits until the foot shows a page's place, and returns the first and the last of its rows then: pages turn
// fast.
func (b *board) place(t *testing.T, place string) (shown string) {
	t.Helper()
	b.waitFor(t, `document.querySelector('#place').textContent === %q && (rows => {
		window.shown = rows[0].dataset.flight + ' ' + rows.length + ' ' + rows.at(-1).dataset.flight
		return true
	})([...document.querySelectorAll('#flights tbody tr[data-flight]')])`, place)
	must(t, b.Eval(soon(t), `window.shown`, &shown))
	return shown
}

// A television shows twenty rows, and turns its pages. Its address stays as it was written.
func TestAWallTurnsItsPages(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishMany(t, 45)
		b := r.open(t, s.url+"?kiosk&rotate=10s", television)
		b.mustHang(t)
		var before, after string
		must(t, b.Eval(soon(t), `location.search`, &before))
		for _, page := range []struct{ place, want string }{
			{"2/3", "F120 20 F139"}, {"3/3", "F140 5 F144"}, {"1/3", "F100 20 F119"}, {"2/3", "F120 20 F139"},
		} {
			if got := b.place(t, page.place); got != page.want {
				t.Errorf("page %s has %s, want %s", page.place, got, page.want)
			}
		}
		b.place(t, "3/3")
		s.publish(t, leaves("F140"), leaves("F141"), leaves("F142"), leaves("F143"), leaves("F144"))
		b.place(t, "1/2")
		b.place(t, "2/2")
		b.place(t, "1/2")
		must(t, b.Eval(soon(t), `location.search`, &after))
		if after != before || !strings.Contains(after, "kiosk") || strings.Contains(after, "page") {
			t.Errorf("the address %s becomes %s", before, after)
		}
	})
}

// One page does not turn, and takes no place for its number.
func TestOnePageDoesNotTurn(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishMany(t, 12)
		b := r.open(t, s.url+"?kiosk&rows=12&rotate=3s", television)
		b.mustHang(t)
		must(t, b.Eval(soon(t), `void (window.turned = 0, document.addEventListener('turn', () => { turned++ }))`, nil))
		b.waitFor(t, `turned > 3`)
		if got := b.place(t, ""); got != "F100 12 F111" {
			t.Errorf("the page has %s", got)
		}
		s.publishMany(t, 13)
		if got := b.place(t, "2/2"); got != "F112 1 F112" {
			t.Errorf("the second page has %s", got)
		}
	})
}

// Each page is shown in each language in turn, by the page's setLanguage.
func TestAWallTakesTurnsWithItsLanguages(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishMany(t, 30)
		b := r.open(t, s.url+"?kiosk&rotate=4s&lang=en,he", television)
		b.mustHang(t)
		must(t, b.Eval(soon(t), `void (window.shown = [], Object.assign(flightboard, {
			languages: ['en', 'he'],
			setLanguage: async tag => { shown.push(tag) },
		}), document.addEventListener('turn', event => shown.push(event.detail.page)))`, nil))
		b.waitFor(t, `/2 he 2 en 1 he 1 en 2 he 2 en 1/.test(shown.join(' '))`)
	})
}

// Keys and the pointer change nothing, except that they may fill the screen.
func TestNothingOnAWallCanBeOperated(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishWithTooltips(t, 25)
		b := r.open(t, s.url+"?kiosk&rotate=60m", television)
		b.mustHang(t)
		for _, key := range []string{"Tab", "Tab", "ArrowDown"} {
			must(t, b.Press(soon(t), key))
		}
		must(t, b.Type(soon(t), "/n1?s"))
		must(t, b.Click(soon(t), "#flights th[data-col=origin]"))
		must(t, b.Click(soon(t), "#flights td[data-col=state]"))
		var got string
		must(t, b.Eval(soon(t), `[document.activeElement.localName, document.querySelector('dialog[open]'), scrollY,
			getSelection().isCollapsed, window.filled, document.querySelector('#status').dataset.status,
			document.querySelector('#waiting').hidden].join(' ')`, &got))
		if want := "body  0 true 0 live true"; got != want {
			t.Errorf("after keys and clicks the page is at %q, want %q", got, want)
		}
		if rows := b.place(t, "1/2"); rows != "F100 20 F119" {
			t.Errorf("the rows are %s", rows)
		}
		s.publish(t, leaves("F100")) // the pointer is over the table, and holds no rows
		b.waitFor(t, `document.querySelector('#flights tbody tr[data-flight]').dataset.flight === 'F101'`)
		must(t, b.Type(soon(t), "f"))
		must(t, b.Eval(soon(t), `void document.documentElement.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))`,
			nil))
		b.waitFor(t, `window.filled === 2`)
	})
}

// A lamp shows the connection. When it is bad for a while a sentence fills the head; when it is well again the lamp
// comes back, and nobody has to do anything.
func TestAWallTellsAnOutageAndRecovers(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		flags := []string{"-feed", "none", "-heartbeat", "1s", "-log", t.TempDir()}
		s := startServer(t, flags...)
		s.publishMany(t, 5)
		b := r.open(t, s.url+"?kiosk", television)
		b.mustHang(t)
		const lamp = `(status => status.offsetWidth < 60 && status.offsetHeight < 60 &&
			parseFloat(getComputedStyle(status).fontSize) === 0)(document.querySelector('#status'))`
		b.waitFor(t, lamp)
		s.kill()
		b.waitFor(t, `(status => status.offsetWidth >= innerWidth - 8 && parseFloat(getComputedStyle(status).fontSize) > 32 &&
			/^Reconnecting, board as of \d\d:\d\d:\d\d \(\d+ s\)$/.test(status.innerText.trim()))(
			document.querySelector('#status'))`)
		b.waitFor(t, `getComputedStyle(document.querySelector('h1')).opacity === '0'`)
		s = s.restart(t, flags...)
		s.publish(t, stateIs("F103", "landed"))
		b.waitForState(t, "F103", "landed")
		b.waitForStatus(t, "live")
		b.waitFor(t, lamp)
		b.mustShow(t, s)
		b.mustHang(t)
	})
}

// The screen stays on, also after the page was hidden, which ends that.
func TestAWallKeepsItsScreenOn(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishMany(t, 5)
		b := r.open(t, s.url+"?kiosk&rotate=60m", television)
		b.mustHang(t)
		b.waitFor(t, `window.locks === 1`)
		must(t, b.Eval(soon(t), `void document.dispatchEvent(new Event('visibilitychange'))`, nil))
		b.waitFor(t, `window.locks === 1`)
		must(t, b.Eval(soon(t), `void (lock.released = true, document.dispatchEvent(new Event('visibilitychange')))`, nil))
		b.waitFor(t, `window.locks === 2`)
	})
}

// What cannot be used of an address is told, and has its default.
func TestAWallTellsWhatItCannotUse(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishMany(t, 45)
		b := r.open(t, s.url+"?kiosk&rows=0&rotate=banana", television)
		b.mustHang(t)
		b.waitFor(t, `document.querySelectorAll('#flights tbody tr[data-flight]').length === 20`) // not on the third page
		b.waitFor(t, `document.querySelector('.notice').textContent ===
			'rows=0: rows is a number from 1 to 60. The board has as many rows as fit on the screen. ' +
			'rotate=banana: rotate is a time from 3s to 60m. The pages turn every 15 seconds.'`)
	})
}

// A program that cannot run is loaded again when the server has one that can.
func TestAWallLoadsAFailedProgramAgain(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		dir := copyPage(t)
		program := filepath.Join(dir, "built", "app.wasm")
		whole, err := os.ReadFile(program)
		must(t, err)
		for _, ending := range []string{".br", ".gz"} {
			must(t, os.Remove(program+ending))
		}
		must(t, os.WriteFile(program, whole[:1000], 0o644))
		s := startServer(t, "-feed", "none", "-www", dir)
		s.publishMany(t, 5)
		b := r.open(t, s.url+"?kiosk", television)
		b.waitForStatus(t, "failed")
		b.waitFor(t, `document.documentElement.hasAttribute('data-lost')`)
		must(t, os.WriteFile(program, whole, 0o644))
		must(t, b.Eval(soon(t), `void (window.old = true)`, nil))
		must(t, b.Eval(soon(t), `void (later = 60_000)`, nil))
		b.waitForReload(t, `window.old`)
		b.mustHang(t)
		b.mustShow(t, s)
	})
}

// A program that does not hear any more that pages turn has failed, although the page still says that it is live.
func TestAWallNoticesThatItsProgramHangs(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishMany(t, 25)
		b := r.open(t, s.url+"?kiosk&rotate=5s", television)
		b.mustHang(t)
		must(t, b.Eval(soon(t), `void addEventListener('turn', event => event.stopImmediatePropagation(), true)`, nil))
		b.waitForStatus(t, "failed")
		b.waitFor(t, `document.querySelector('#status').innerText.trim() ===
			'No live updates: the program of this page does not answer.'`)
		must(t, b.Eval(soon(t), `void (window.old = true, later = 60_000)`, nil))
		b.waitForReload(t, `window.old`)
		b.mustHang(t)
		b.mustShowPage(t, s, 20)
	})
}

// mustShowPage waits until the page shows the first n flights of the server's board.
func (b *board) mustShowPage(t *testing.T, s *server, n int) {
	t.Helper()
	want, err := json.Marshal(s.rows(t)[:n])
	must(t, err)
	b.waitFor(t, `JSON.stringify(%s) === JSON.stringify(%s)`, rowsScript, want)
}

// The wall's files are requested again if they do not arrive.
func TestAWallRequestsItsFilesAgain(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishMany(t, 5)
		var rejected sync.Map
		url := startBox(t, s, box{instead: func(w http.ResponseWriter, r *http.Request) bool {
			_, again := rejected.LoadOrStore(r.URL.Path, true)
			if again || !strings.HasPrefix(r.URL.Path, "/kiosk.") {
				return false
			}
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return true
		}})
		b := r.open(t, url+"?kiosk", television)
		b.mustHang(t)
	})
}

// A new release is taken although a pointer moves over the wall and a text is selected.
func TestAWallIsNeverInUse(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		p := startProxy(t, s)
		s.publishMany(t, 5)
		b := r.open(t, p.url+"?kiosk", television)
		b.mustHang(t)
		p.cut()
		b.waitForStatus(t, "reconnecting")
		next := startServer(t, "-feed", "none", "-www", pageFolder) // names its program as another release does
		next.publishMany(t, 5)
		p.mend(next)
		b.waitForStatus(t, "live")
		must(t, b.Eval(soon(t), `void (window.old = true, getSelection().selectAllChildren(document.querySelector('h1')),
			setInterval(() => document.body.dispatchEvent(new PointerEvent('pointermove', { bubbles: true })), 100),
			later = 6_000_000)`, nil))
		b.waitForReload(t, `window.old`)
		b.mustHang(t)
		b.mustShow(t, next)
	})
}

// WebKit's driver cannot run scripts before the page's, so there the board only has to hang.
func TestAWallInWebKit(t *testing.T) {
	t.Parallel()
	s := startServer(t, "-feed", "none", "-heartbeat", "1s")
	s.publishMany(t, 45)
	b := reader{kind: browser.WebKit}.open(t, s.url+"?kiosk&rotate=3s", browser.PageOptions{Width: 1280, Height: 900})
	l := b.mustHang(t)
	b.place(t, "2/3")
	b.shoot(t, "live.png")
	s.kill()
	b.waitFor(t, `document.documentElement.hasAttribute('data-lost')`)
	b.shoot(t, "lost.png")
	t.Logf("the board is %+v", l)
}
