package e2e

import (
	"fmt"
	"strconv"
	"testing"

	"flightboard/wasm/e2e/browser"
)

// at is an expression for what has the focus: a flight's cell, a header, or a control by its ID.
const at = `((active, row) => row?.dataset.flight ??
	(active.closest('th') && 'th ' + active.closest('th').dataset.col) ?? (active.id || active.tagName.toLowerCase()))(
	document.activeElement, document.activeElement.closest('tbody tr'))`

func (b *board) waitForFocus(t *testing.T, when, want string) {
	t.Helper()
	if err := b.WaitFor(soon(t), fmt.Sprintf(`%s === %q`, at, want)); err != nil {
		var got string
		b.Eval(soon(t), at, &got)
		t.Errorf("after %s the focus is at %q, want %q", when, got, want)
	}
}

// focusState gives the focus to the cell of a flight's state, which can have it if it has a tooltip.
func (b *board) focusState(t *testing.T, flight string) {
	t.Helper()
	state := fmt.Sprintf(`document.querySelector('tr[data-flight=%s] [data-col=state]')`, flight)
	must(t, b.Eval(soon(t), state+`.focus()`, nil))
	b.waitForFocus(t, "focus()", flight)
}

// publishWithTooltips publishes flights F100, F101, … whose states can have the focus.
func (s *server) publishWithTooltips(t *testing.T, n int) {
	t.Helper()
	flights := make([]string, n)
	for i := range flights {
		flights[i] = object{"flight": "F" + strconv.Itoa(100+i), "origin": "Rome", "state": "landed", "word": "gelandet",
			"arrival": fmt.Sprintf("%d:%02d", 10+i/60, i%60)}.String()
	}
	s.publish(t, flights...)
}

// clocks lets tests set both of the page's clocks forward (window.ahead, in milliseconds).
const clocks = diary + `
const elapsed = Performance.prototype.now
Performance.prototype.now = function () { return elapsed.call(this) + window.ahead }
`

// A reader at the keyboard keeps their place: the focus stays at the flight while its row moves, and it never falls to
// the body when the flight or a control goes.
func TestTheFocusStaysAtItsFlight(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none", "-heartbeat", "1s")
		s.publishWithTooltips(t, 25)
		b := r.open(t, s.url+"/?size=10", browser.PageOptions{Preload: clocks})
		b.waitForStatus(t, "live")

		b.focusState(t, "F103")
		must(t, b.Type(soon(t), "2"))
		must(t, b.Type(soon(t), "2"))
		b.waitFor(t, `document.querySelector('th[data-col=flight]').ariaSort === 'descending'`)
		// The page of the sorted board does not have the flight: the focus goes to the row in its place.
		b.waitForFocus(t, "sorting it to another page", "F121")
		must(t, b.Type(soon(t), "2"))
		b.waitFor(t, `!document.querySelector('th[aria-sort]')`)
		must(t, b.Eval(soon(t), `(size => { size.value = 'all'; size.dispatchEvent(new Event('change')) })(
			document.querySelector('#size'))`, nil))
		b.waitFor(t, `document.querySelectorAll('#flights tr[data-flight]').length === 25`)
		b.focusState(t, "F103")
		must(t, b.Type(soon(t), "2"))
		must(t, b.Type(soon(t), "2"))
		b.waitFor(t, `document.querySelector('tbody tr[data-flight]').dataset.flight === 'F124'`)
		b.waitForFocus(t, "sorting", "F103")

		// Rows move when nothing has been pressed for a minute.
		must(t, b.Type(soon(t), "2"))
		b.waitFor(t, `document.querySelector('tbody tr[data-flight]').dataset.flight === 'F100'`)
		must(t, b.Eval(soon(t), `void (window.ahead += 61_000)`, nil))
		s.publish(t, object{"event": "flightStateUpdate",
			"data": object{"flight": "F103", "arrival": "10:59"}}.String())
		b.waitFor(t, `[...document.querySelectorAll('tbody tr[data-flight]')].at(-1).dataset.flight === 'F103'`)
		b.waitForFocus(t, "a change that moves it", "F103")
		must(t, b.Press(soon(t), "ArrowDown")) // the reader is still there
		s.publish(t, leaves("F103"))
		b.waitFor(t, `document.querySelector('#waiting').textContent === '1 change waiting'`)
		must(t, b.Eval(soon(t), `void (window.ahead += 61_000)`, nil))
		s.publish(t, stateIs("F110", "arrived"))
		b.waitForState(t, "F103", "")
		b.waitForFocus(t, "its removal", "F124")
		b.waitFor(t, `document.querySelectorAll('#flights tbody tr').length === 24`) // it has faded
		b.waitForFocus(t, "its removal", "F124")
		s.publish(t, leaves("F100"))
		b.waitForState(t, "F100", "")
		b.waitForFocus(t, "another's removal", "F124")
	})
}

// A control that goes gives its focus to the one beside it.
func TestTheFocusNeverFallsToTheBody(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none", "-heartbeat", "1s")
		s.publishWithTooltips(t, 25)
		b := r.openWithDiary(t, s.url+"/?origin=ro")
		press := func(selector, want string) {
			t.Helper()
			must(t, b.Eval(soon(t), fmt.Sprintf(`document.querySelector(%q).focus()`, selector), nil))
			must(t, b.Press(soon(t), "Enter"))
			b.waitForFocus(t, "Enter at "+selector, want)
		}
		press("#next", "previous")
		press("#previous", "next")

		// Single keys do the same while a row has the focus.
		b.focusState(t, "F105")
		must(t, b.Type(soon(t), "n"))
		b.waitForFocus(t, "another page", "F124")
		must(t, b.Type(soon(t), "b"))
		b.waitFor(t, `!!document.querySelector('tr[data-flight=F100]')`)
		var body bool
		must(t, b.Eval(soon(t), `document.activeElement === document.body`, &body))
		if body {
			t.Error("back on the first page the focus is at the body")
		}

		b.waitFor(t, `!!document.querySelector('.filters button')`)
		press(".filters button", "summary")

		b.focusState(t, "F105")
		s.publish(t, leaves("F101"))
		b.waitFor(t, `document.querySelector('#waiting').textContent === '1 change waiting'`)
		press("#waiting", "stop")

		s.kill()
		b.waitForEntry(t, `m.Retry`)
		b.waitFor(t, `document.querySelector('#retry').checkVisibility()`)
		press("#retry", "stop")
	})
}

// Sorting changes the rows under a reader who has scrolled, and not where they are.
func TestSortingDoesNotScroll(t *testing.T) {
	byEveryBrowser(t, func(t *testing.T, r reader) {
		s := startServer(t, "-feed", "none")
		s.publishWithTooltips(t, 50)
		b := r.open(t, s.url+"/?size=all", browser.PageOptions{})
		b.waitForStatus(t, "live")
		b.waitFor(t, `document.querySelectorAll('#flights tr[data-flight]').length === 50`)
		for _, focus := range []string{"", "F120", "F100"} {
			if focus != "" {
				b.focusState(t, focus)
			}
			var before, after float64
			must(t, b.Eval(soon(t), `(scrollTo({ top: 777, behavior: 'instant' }), scrollY)`, &before))
			for _, first := range []string{"F100", "F149", "F100"} { // ascending, descending, the board's order
				must(t, b.Type(soon(t), "2"))
				b.waitFor(t, `document.querySelector('tbody tr[data-flight]').dataset.flight === %q`, first)
				b.waitFor(t, twoFrames)
				must(t, b.Eval(soon(t), `scrollY`, &after))
				if before < 700 || after != before {
					t.Errorf("focus %q: sorting scrolls from %v to %v", focus, before, after)
				}
			}
		}
	})
}
