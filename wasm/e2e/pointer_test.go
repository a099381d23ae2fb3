package e2e

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"flightboard/wasm/e2e/browser"
)

const twoFrames = `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`

// The edge of a column follows the mouse and the finger, and a later visit has the widths.
func TestAColumnIsResizedByMouseAndFinger(t *testing.T) {
	t.Parallel()
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		four(t, s)
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		width := func(column string) (w float64) {
			t.Helper()
			must(t, b.Eval(soon(t), `document.querySelector('th[data-col=`+column+`]').offsetWidth`, &w))
			return w
		}
		for _, finger := range []bool{false, true} {
			before, other := width("flight"), width("arrival")
			err := b.Drag(soon(t), "th[data-col=flight] .edge", -40, finger)
			if finger && errors.Is(err, errors.ErrUnsupported) {
				t.Run("finger", func(t *testing.T) { t.Skip(err) })
				continue
			}
			must(t, err)
			b.waitFor(t, `document.querySelector('th[data-col=flight]').offsetWidth <= %v`, before-30)
			if after := width("flight"); after < before-50 {
				t.Errorf("finger %v: the column is %v wide after 40 less than %v", finger, after, before)
			}
			if !finger && width("arrival") < other-2 {
				t.Errorf("the next column was %v wide and is %v", other, width("arrival"))
			}
		}
		narrow := width("flight")
		must(t, b.Navigate(soon(t), s.url))
		b.waitForStatus(t, "live")
		if again := width("flight"); again > narrow+10 || again < narrow-10 {
			t.Errorf("on a later visit the column is %v wide, want %v", again, narrow)
		}
		must(t, b.Drag(soon(t), "th[data-col=origin] .edge", 500, false))
		for column, want := range map[string]string{"origin": ">", "flight": "<"} {
			b.waitFor(t, `Math.sign(document.querySelector('th[data-col='+%q+']').offsetWidth - 100) === ('>' === %q ? 1 : -1)`,
				column, want)
		}
		b.waitFor(t, `document.documentElement.scrollWidth <= innerWidth`)
		b.waitFor(t, `location.search === ''`) // no edge has sorted
		must(t, b.Eval(soon(t),
			`document.querySelector('.edge').dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))`, nil))
		b.waitFor(t, `!document.querySelector('[data-fixed], th[style*=width]') && !localStorage['flightboard.widths']`)
	})
}

// Rows stay where they are while the pointer or the focus is in the table, and move when it leaves.
func TestRowsHoldStillUnderThePointerAndTheFocus(t *testing.T) {
	t.Parallel()
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s, b := r.openFour(t)

		must(t, b.Point(soon(t), "tr[data-flight=A987] td"))
		b.waitFor(t, twoFrames)
		s.publish(t, leaves("D654"), stateIs("I768", "landed"))
		b.waitForState(t, "I768", "landed")
		b.waitFor(t, `document.querySelector('#waiting').textContent === '1 change waiting'`)
		b.waitForRows(t, "A123 D654 A987 I768")
		must(t, b.Point(soon(t), "h1"))
		b.waitForRows(t, "A123 A987 I768")

		must(t, b.Eval(soon(t), `document.querySelector('th[data-col=origin] button').focus()`, nil))
		b.waitFor(t, twoFrames)
		s.publish(t, leaves("A123"))
		b.waitFor(t, `document.querySelector('#waiting').textContent === '1 change waiting'`)
		b.waitForRows(t, "A123 A987 I768")
		must(t, b.Eval(soon(t), `document.activeElement.blur()`, nil))
		b.waitForRows(t, "A987 I768")
	})
}

// A removed row loses its key, fades, and is deleted; with and without reduced motion.
func TestARowThatLeavesFades(t *testing.T) {
	t.Parallel()
	for _, reduced := range []bool{false, true} {
		t.Run("reduced motion "+strconv.FormatBool(reduced), func(t *testing.T) {
			byEveryBrowser(t, func(t *testing.T, r reader) {
				s := startServer(t, "-feed", "none")
				four(t, s)
				b := r.open(t, s.url, browser.PageOptions{ReducedMotion: reduced})
				b.waitForStatus(t, "live")
				b.waitForRows(t, "A123 D654 A987 I768")
				s.publish(t, leaves("D654"))
				b.waitFor(t, `document.querySelector('tr.left:not([data-flight])')?.cells[1].textContent === 'D654'`)
				b.waitForRows(t, "A123 A987 I768")
				b.waitFor(t, `document.querySelectorAll('#flights tbody tr').length === 3`)
			})
		})
	}
}

// A removed row also fades if it was inserted just before, and collapses only when the pointer has left the table.
func TestARowThatFadesKeepsItsPlaceUnderThePointer(t *testing.T) {
	t.Parallel()
	const top = `document.querySelector('tr[data-flight=I768]').getBoundingClientRect().top`
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s, b := r.openFour(t)
		s.publish(t, flightIs("B1", "Oslo", "09:00", ""))
		b.waitFor(t, `document.querySelector('tr.entered[data-flight=B1]') !== null`)
		s.publish(t, leaves("B1"))
		b.waitFor(t, `document.querySelector('tr.left') !== null`)
		must(t, b.Point(soon(t), "tr[data-flight=A123] td"))
		var before, after float64
		must(t, b.Eval(soon(t), top, &before))
		b.waitFor(t, `new Promise(done => setTimeout(() =>
			done(getComputedStyle(document.querySelector('tr.left')).opacity === '0'), 2600))`)
		must(t, b.Eval(soon(t), top, &after))
		if before != after {
			t.Errorf("under the pointer the row has moved from %v to %v", before, after)
		}
		must(t, b.Point(soon(t), "h1"))
		b.waitFor(t, `document.querySelectorAll('#flights tbody tr').length === 4`)
	})
}

// The column menu is closed by Escape and by a press elsewhere. The last column cannot be hidden.
func TestTheColumnsPanelCloses(t *testing.T) {
	t.Parallel()
	byEveryBrowser(t, func(t *testing.T, r reader) {
		_, b := r.openFour(t)
		for _, away := range []func() error{
			func() error { return b.Press(soon(t), "Escape") },
			func() error { return b.Click(soon(t), "h1") },
		} {
			must(t, b.Click(soon(t), "#columns summary"))
			b.waitFor(t, `document.querySelector('#columns[open] input') !== null`)
			must(t, b.Eval(soon(t), `document.querySelector('#columns [type=search]').focus()`, nil))
			must(t, away())
			b.waitFor(t, `!document.querySelector('#columns[open]')`)
		}
		must(t, b.Eval(soon(t), `document.querySelectorAll('#columns [type=checkbox]').forEach(box => box.click())`, nil))
		b.waitFor(t, `document.querySelectorAll('#flights th[data-col]:not([hidden])').length === 1 &&
			document.querySelector('#columns [name=state]').checked`)
	})
}

// The CSV file has the rows of all pages of the query.
func TestTheFileHasWhatIsShown(t *testing.T) {
	t.Parallel()
	// The test does not depend on whether the browser may save files.
	const watch = `addEventListener('DOMContentLoaded', () => {
	  const create = URL.createObjectURL
	  URL.createObjectURL = blob => { window.saved = blob; return create.call(URL, blob) }
	  HTMLAnchorElement.prototype.click = function () { window.savedAs = this.download }
	})`
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publish(t, flightIs("A123", "London", "08:15", "landed"), flightIs("B1", `"Rome", Italy`, "09:15", ""),
			flightIs("C2", "=Oslo", "10:15", ""))
		b := r.open(t, s.url+"/?size=5&sort=-flight&cols=flight,origin,arrival", browser.PageOptions{Preload: watch})
		b.waitForStatus(t, "live")
		b.waitForRows(t, "C2 B1 A123")
		must(t, b.Click(soon(t), "#csv"))
		var got string
		b.waitFor(t, `window.savedAs === 'arrivals.csv'`)
		must(t, b.Eval(soon(t), `saved.text()`, &got))
		want := "Origin,Flight,Arrival\r\n'=Oslo,C2,10:15\r\n\"\"\"Rome\"\", Italy\",B1,09:15\r\nLondon,A123,08:15\r\n"
		if got != want {
			t.Errorf("the file is %q, want %q", got, want)
		}
	})
}

// All pages are printed; afterwards the screen shows its page again. Where a driver does not print, TestKeysAndPaper
// fires the events beforeprint and afterprint.
func TestPaperGetsAllPages(t *testing.T) {
	t.Parallel()
	byEveryBrowser(t, paperGetsAllPages)
}

func paperGetsAllPages(t *testing.T, r reader) {
	const watch = `addEventListener('afterprint', () => {
		const rows = document.querySelectorAll('#flights tbody tr[data-flight]').length
		window.paper = rows + document.querySelector('#printed').textContent.slice(0, 8)
	})`
	s := startServer(t, "-feed", "none")
	var flights []string
	for i := range 30 {
		flights = append(flights, flightIs("F"+strconv.Itoa(100+i), "Rome", fmt.Sprintf("10:%02d", i), ""))
	}
	s.publish(t, flights...)
	b := r.open(t, s.url, browser.PageOptions{Preload: watch})
	b.waitForStatus(t, "live")
	b.waitFor(t, `document.querySelectorAll('#flights tbody tr').length === 20 &&
		document.querySelector('#pages').textContent === '2'`)
	_, err := b.Print(soon(t))
	must(t, err)
	b.waitFor(t, `window.paper === '30Printed '`)
	b.waitFor(t, `document.querySelectorAll('#flights tbody tr[data-flight]').length === 20`)
}

// The page has one live region, which announces a loss at once.
func TestALossIsHeardOnce(t *testing.T) {
	t.Parallel()
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		four(t, s)
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.waitFor(t, `[...document.querySelectorAll('[role=status], [role=log], [role=timer], [aria-live], output')]
			.map(e => e.id).join() === 'spoken'`)
		s.publish(t, stateIs("A123", "landed"))
		b.waitForState(t, "A123", "landed")
		b.waitFor(t, `document.querySelector('#spoken').textContent === ''`)
		must(t, b.Eval(soon(t), `(spoken => {
			window.announced = ''
			new MutationObserver(() => { window.announced += spoken.textContent + '|' })
				.observe(spoken, { childList: true, characterData: true, subtree: true })
		})(document.querySelector('#spoken'))`, nil))
		s.kill()
		b.waitFor(t, `/^Reconnecting, board as of [0-9:]+\|$/.test(window.announced)`)
		b.waitFor(t, `/in [2-9] s/.test(document.querySelector('#status').textContent)`) // it has counted meanwhile
		var announced string
		must(t, b.Eval(soon(t), `window.announced`, &announced))
		if strings.Count(announced, "|") != 1 {
			t.Errorf("the announcements are %q, want the loss once", announced)
		}
	})
}

// A flight's tooltip is shown by the keyboard, and Esc hides it.
func TestANoteIsReachedByTheKeyboard(t *testing.T) {
	t.Parallel()
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		four(t, s)
		s.publish(t, object{"event": "flightStateUpdate",
			"data": object{"flight": "A123", "word": "Gelandet", "feed": "tower"}}.String())
		const state = `document.querySelector('tr[data-flight=A123] td[data-col=state]')`
		var brought string
		must(t, r.open(t, s.url, browser.PageOptions{NoScript: true}).Eval(soon(t), state+".title + "+state+".tabIndex",
			&brought))
		if want := "in the feed “Gelandet”, from tower0"; brought != want {
			t.Errorf("the server's row is %q, want %q", brought, want)
		}
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.waitFor(t, state+`.title === 'in the feed “Gelandet”, from tower'`)
		must(t, b.Eval(soon(t), `document.querySelector('th[data-col=state] .edge').focus()`, nil))
		must(t, b.Press(soon(t), "Tab"))
		b.waitFor(t, `document.activeElement === `+state+` &&
			/Gelandet|attr\(title\)/.test(getComputedStyle(document.activeElement, '::after').content)`)
		must(t, b.Press(soon(t), "Escape"))
		b.waitFor(t, `document.activeElement === document.body`)
	})
}
