package e2e

import (
	"fmt"
	"strconv"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// keys is an expression for the keys of the rows, from the top.
const keys = `[...document.querySelectorAll('#flights tbody tr[data-flight]')].map(row => row.dataset.flight).join(' ')`

func (b *board) waitForRows(t *testing.T, want string) {
	t.Helper()
	b.waitFor(t, `%s === %q`, keys, want)
}

// four publishes four flights.
func four(t *testing.T, s *server) {
	t.Helper()
	s.publish(t, flightIs("A123", "London", "08:15", "expected"), flightIs("D654", "Berlin", "08:45", "landed"),
		flightIs("A987", "São Paulo", "09:30", ""), flightIs("I768", "Rome", "10:10", "landing"))
}

// openFour opens the board of four flights, and returns when it shows them.
func (r reader) openFour(t *testing.T) (*server, *board) {
	t.Helper()
	s := startServer(t, "-feed", "none")
	four(t, s)
	b := r.open(t, s.url, browser.PageOptions{})
	b.waitForStatus(t, "live")
	b.waitForRows(t, "A123 D654 A987 I768")
	return s, b
}

func TestAReaderSearchesSortsAndGoesBack(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s, b := r.openFour(t)

		must(t, b.Click(soon(t), "#flights th[data-col=origin] button"))
		b.waitForRows(t, "D654 A123 I768 A987")
		b.waitFor(t, `document.querySelector('th[data-col=origin]').ariaSort === 'ascending' &&
			location.search === '?sort=origin'`)
		must(t, b.Click(soon(t), "#flights th[data-col=origin] button"))
		b.waitForRows(t, "A987 I768 A123 D654")
		b.waitFor(t, `location.search === '?sort=-origin'`)
		must(t, b.Click(soon(t), "#flights th[data-col=origin] button"))
		b.waitForRows(t, "A123 D654 A987 I768")
		must(t, b.Eval(soon(t), `void history.back()`, nil))
		b.waitForRows(t, "A987 I768 A123 D654")

		must(t, b.Click(soon(t), "#search"))
		must(t, b.Type(soon(t), "sao"))
		b.waitForRows(t, "A987")
		b.waitFor(t, `location.search === '?sort=-origin&q=sao' &&
			document.querySelector('#found').textContent === '1 flight'`)
		must(t, b.Type(soon(t), "x"))
		b.waitFor(t, `document.querySelector('#none').checkVisibility() &&
			document.querySelector('#none').textContent === 'No rows found'`)

		must(t, b.Navigate(soon(t), s.url+"/?q=l&sort=-flight&size=5"))
		b.waitForStatus(t, "live")
		b.waitForRows(t, "I768 D654 A987 A123")
		b.waitFor(t, `document.querySelector('#search').value === 'l' && document.querySelector('#size').value === '5'`)
	})
}

// The back button undoes one choice at a time; a search is one choice, however many letters it has.
func TestTheBackButtonUndoesTheLastWish(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		four(t, s)
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		entries := func(want int) {
			t.Helper()
			var got int
			if must(t, b.Eval(soon(t), `history.length`, &got)); got != want {
				t.Errorf("the history has %d entries, want %d", got, want)
			}
		}
		var n int
		must(t, b.Eval(soon(t), `history.length`, &n))
		must(t, b.Click(soon(t), "#flights th[data-col=origin] button"))
		b.waitFor(t, `location.search === '?sort=origin'`)
		must(t, b.Click(soon(t), "#search"))
		must(t, b.Type(soon(t), "sao"))
		b.waitFor(t, `location.search === '?sort=origin&q=sao'`)
		entries(n + 2)
		must(t, b.Click(soon(t), "#columns summary"))
		b.waitFor(t, `document.querySelectorAll('#columns li').length === 11`)
		must(t, b.Click(soon(t), "#columns input[type=search][name=flight]"))
		must(t, b.Type(soon(t), "a9"))
		b.waitFor(t, `location.search === '?sort=origin&q=sao&flight=a9'`)
		entries(n + 3)
		must(t, b.Click(soon(t), "#columns input[type=checkbox][name=state]"))
		b.waitFor(t, `!document.querySelector('td[data-col=state]') && location.search.includes('&cols=')`)
		entries(n + 4)

		must(t, b.Eval(soon(t), `void history.back()`, nil))
		b.waitFor(t, `document.querySelector('td[data-col=state]') && !localStorage.getItem('flightboard.columns')`)
		b.waitFor(t, `document.querySelector('#columns input[type=checkbox][name=state]').checked`)
		must(t, b.Eval(soon(t), `void history.back()`, nil))
		b.waitFor(t, `location.search === '?sort=origin&q=sao' &&
			document.querySelector('#columns input[type=search][name=flight]').value === ''`)
		must(t, b.Eval(soon(t), `void history.back()`, nil))
		b.waitForRows(t, "D654 A123 I768 A987")
		b.waitFor(t, `location.search === '?sort=origin' && document.querySelector('#search').value === ''`)
		must(t, b.Eval(soon(t), `void history.back()`, nil))
		b.waitForRows(t, "A123 D654 A987 I768")

		// The columns that the browser remembers are in the address at once.
		must(t, b.Eval(soon(t), `localStorage.setItem('flightboard.columns', 'origin,flight')`, nil))
		must(t, b.Navigate(soon(t), s.url))
		b.waitForStatus(t, "live")
		b.waitFor(t, `!document.querySelector('td[data-col=state]') && location.search === '?cols=origin%%2Cflight'`)
		must(t, b.Click(soon(t), "#columns summary"))
		b.waitFor(t, `document.querySelectorAll('#columns li').length === 11`)
		must(t, b.Click(soon(t), "#columns input[type=checkbox][name=state]"))
		b.waitFor(t, `!!document.querySelector('td[data-col=state]')`)
		must(t, b.Eval(soon(t), `void history.back()`, nil))
		b.waitFor(t, `!document.querySelector('td[data-col=state]') &&
			localStorage.getItem('flightboard.columns') === 'origin,flight'`)
	})
}

func TestAReaderTurnsPages(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		var flights []string
		for i := range 47 {
			flights = append(flights, flightIs("F"+strconv.Itoa(100+i), "Rome", fmt.Sprintf("10:%02d", i), ""))
		}
		s.publish(t, flights...)
		b := r.open(t, s.url, browser.PageOptions{})
		first := func(key string, rows int) {
			t.Helper()
			b.waitFor(t, `(keys => keys[0] === %q && keys.length === %d)((%s).split(' '))`, key, rows, keys)
		}
		b.waitForStatus(t, "live")
		first("F100", 20)
		b.waitFor(t, `document.querySelector('#pages').textContent === '3' && document.querySelector('#previous').disabled`)
		must(t, b.Click(soon(t), "#next"))
		first("F120", 20)
		must(t, b.Click(soon(t), "#next"))
		first("F140", 7)
		b.waitFor(t, `document.querySelector('#next').disabled && location.search === '?page=3'`)
		must(t, b.Eval(soon(t), `void history.back()`, nil))
		first("F120", 20)
		// In one step, because Firefox restores the scroll position some time after it has gone back.
		must(t, b.Eval(soon(t), `(size => {
			scrollTo({ top: 0, behavior: 'instant' });
			size.value = '5';
			size.dispatchEvent(new Event('change'))
		})(document.querySelector('#size'))`, nil))
		first("F120", 5)
		must(t, b.Navigate(soon(t), s.url+"/?page=3"))
		first("F140", 7)
		must(t, b.Navigate(soon(t), s.url+"/?size=7"))
		first("F100", 20)
		b.waitFor(t, `document.querySelector('#size').value === '20' && location.search === ''`)
		must(t, b.Eval(soon(t), `(page => {
			page.value = '999'
			page.dispatchEvent(new Event('change'))
		})(document.querySelector('#page'))`, nil))
		first("F140", 7)
		b.waitFor(t, `document.querySelector('#page').value === '3' && location.search === '?page=3'`)
		must(t, b.Navigate(soon(t), s.url+"/?size=all"))
		first("F100", 47)

		// Another size keeps the row that is seen first in view.
		seen := func(key string) {
			t.Helper()
			b.waitFor(t, `(box => box.bottom > 0 && box.top < innerHeight)(
				document.querySelector('[data-flight=%s]').getBoundingClientRect())`, key)
		}
		must(t, b.Eval(soon(t), `document.querySelector('[data-flight=F133]').scrollIntoView({ behavior: 'instant' })`, nil))
		must(t, b.Eval(soon(t), `(size => {
			size.value = '5'
			size.dispatchEvent(new Event('change'))
		})(document.querySelector('#size'))`, nil))
		first("F130", 5)
		b.waitFor(t, `new URLSearchParams(location.search).get('page') === '7'`)
		seen("F133")
		must(t, b.Eval(soon(t), `(size => {
			size.value = 'all'
			size.dispatchEvent(new Event('change'))
		})(document.querySelector('#size'))`, nil))
		first("F100", 47)
		seen("F130")
	})
}

func TestRowsHoldStillWhileTheyAreRead(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s, b := r.openFour(t)
		must(t, b.Eval(soon(t), `getSelection().selectAllChildren(document.querySelector('td'))`, nil))
		b.waitFor(t, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
		s.publish(t, leaves("D654"), flightIs("B1", "Oslo", "08:20", ""), flightIs("B2", "Oslo", "11:20", ""),
			stateIs("I768", "landed"))
		b.waitForState(t, "I768", "landed")
		b.waitFor(t, `document.querySelector('#waiting').textContent === '3 changes waiting'`)
		b.waitForRows(t, "A123 D654 A987 I768")
		must(t, b.Click(soon(t), "#waiting"))
		b.waitForRows(t, "A123 B1 A987 I768 B2")
		b.waitFor(t, `document.querySelector('#waiting').hidden`)
		must(t, b.Eval(soon(t), `getSelection().selectAllChildren(document.querySelector('td'))`, nil))
		b.waitFor(t, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
		s.publish(t, leaves("B2"))
		b.waitFor(t, `document.querySelector('#waiting').textContent === '1 change waiting'`)
		must(t, b.Eval(soon(t), `getSelection().removeAllRanges()`, nil))
		b.waitForRows(t, "A123 B1 A987 I768")

		for i, selects := range []string{ // also what begins before the table
			`getSelection().selectAllChildren(document.body)`,
			`getSelection().setBaseAndExtent(document.querySelector('h1'), 0, document.querySelector('td').firstChild, 2)`,
			`getSelection().setBaseAndExtent(document.querySelector('#pager'), 0, document.querySelector('td').firstChild, 2)`,
		} {
			must(t, b.Eval(soon(t), selects, nil))
			b.waitFor(t, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
			s.publish(t, flightIs("C"+strconv.Itoa(i), "Oslo", "12:20", ""))
			b.waitFor(t, `document.querySelector('#waiting').textContent === '1 change waiting'`)
			must(t, b.Eval(soon(t), `getSelection().selectAllChildren(document.querySelector('h1'))`, nil))
			b.waitFor(t, `document.querySelector('#waiting').hidden && !!document.querySelector('[data-flight=C%d]')`, i)
		}
	})
}

func TestAColumnIsHiddenFilteredAndRemembered(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		four(t, s)
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		must(t, b.Click(soon(t), "#columns summary"))
		b.waitFor(t, `document.querySelectorAll('#columns li').length === 11`)
		must(t, b.Click(soon(t), "#columns input[type=checkbox][name=state]"))
		b.waitFor(t, `!document.querySelector('td[data-col=state]') && document.querySelector('th[data-col=state]').hidden`)
		must(t, b.Click(soon(t), "#columns input[type=search][name=origin]"))
		must(t, b.Type(soon(t), "ro"))
		b.waitForRows(t, "I768")
		b.waitFor(t, `new URLSearchParams(location.search).get('origin') === 'ro'`)

		// The edge of a column moves by keys as well.
		must(t, b.Navigate(soon(t), s.url))
		b.waitForStatus(t, "live")
		b.waitFor(t, `!document.querySelector('td[data-col=state]')`)
		must(t, b.Eval(soon(t), `document.querySelector('th[data-col=origin] .edge').focus()`, nil))
		var before, after float64
		must(t, b.Eval(soon(t), `document.querySelector('th[data-col=flight]').offsetWidth`, &before))
		must(t, b.Eval(soon(t), `document.querySelector('th[data-col=flight] .edge').focus()`, nil))
		for range 3 {
			must(t, b.Press(soon(t), "ArrowLeft"))
		}
		must(t, b.Eval(soon(t), `document.querySelector('th[data-col=flight]').offsetWidth`, &after))
		if after >= before {
			t.Errorf("after three steps to the left the column is %v wide, want less than %v", after, before)
		}
		b.waitFor(t, `localStorage.getItem('flightboard.widths').includes('flight:')`)
	})
}

func TestKeysAndPaper(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		var flights []string
		for i := range 30 {
			flights = append(flights, flightIs("F"+strconv.Itoa(100+i), "Rome", fmt.Sprintf("10:%02d", i), ""))
		}
		s.publish(t, flights...)
		b := r.open(t, s.url, browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.waitFor(t, `document.querySelectorAll('#flights tbody tr').length === 20 &&
			document.querySelector('#pages').textContent === '2'`)
		must(t, b.Type(soon(t), "n"))
		b.waitFor(t, `document.querySelector('tbody tr').dataset.flight === 'F120'`)
		must(t, b.Type(soon(t), "2"))
		must(t, b.Type(soon(t), "2"))
		b.waitFor(t, `document.querySelector('tbody tr').dataset.flight === 'F129'`)
		must(t, b.Type(soon(t), "?"))
		b.waitFor(t, `document.querySelector('dialog').open`)
		must(t, b.Eval(soon(t), `document.querySelector('dialog button').focus()`, nil))
		must(t, b.Type(soon(t), "s")) // the keys of the page behind it rest
		must(t, b.Press(soon(t), "Escape"))
		b.waitFor(t, `!document.querySelector('dialog').open`)
		b.waitForStatus(t, "live")
		must(t, b.Eval(soon(t), `void dispatchEvent(new Event('beforeprint'))`, nil))
		b.waitFor(t, `document.querySelectorAll('#flights tbody tr').length === 30 &&
			document.querySelector('#printed').textContent.startsWith('Printed ')`)
		must(t, b.Eval(soon(t), `void dispatchEvent(new Event('afterprint'))`, nil))
		b.waitFor(t, `document.querySelectorAll('#flights tbody tr[data-flight]').length === 20`)
		must(t, b.Type(soon(t), "/"))
		b.waitFor(t, `document.activeElement.id === 'search'`)
	})
}
