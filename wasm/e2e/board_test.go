package e2e

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/wasm/e2e/browser"
)

// A board is the page as its reader sees it.
type board struct{ *browser.Page }

// A row is a flight's row in the page.
type row struct{ Key, Origin, Flight, Arrival, State string }

// rowsScript reads the table from the top, with the first letter of states in lower case.
const rowsScript = `[...document.querySelectorAll('#flights tbody tr[data-flight]')].map(row => {
  const cell = name => row.querySelector('td[data-col=' + name + ']').textContent.trim()
  return {
    Key: row.dataset.flight, Origin: cell('origin'), Flight: cell('flight'),
    Arrival: cell('arrival').replace(/ [+−]\d$/, ''), // whether it is tomorrow's depends on when the test runs
    State: cell('state').toLowerCase(),
  }
})`

func (b *board) rows(t *testing.T) []row {
	t.Helper()
	var rows []row
	must(t, b.Eval(soon(t), rowsScript, &rows))
	return rows
}

// waitFor waits until the expression is true in the page, and logs the page if it does not become true.
func (b *board) waitFor(t *testing.T, format string, args ...any) {
	t.Helper()
	if err := b.WaitFor(soon(t), fmt.Sprintf(format, args...)); err != nil {
		var status string
		b.Eval(soon(t), `document.querySelector('#status')?.outerHTML`, &status)
		t.Fatalf("%v\nstatus: %s\nrows: %v", err, status, b.rows(t))
	}
}

// waitForStatus waits until the status line is in a state, by its name in the page.
func (b *board) waitForStatus(t *testing.T, status string) {
	t.Helper()
	b.waitFor(t, `document.querySelector('#status').dataset.status === %q`, status)
}

// waitForState waits until the flight's row shows a state, and for "" until it has no row.
func (b *board) waitForState(t *testing.T, flight, state string) {
	t.Helper()
	if state == "" {
		b.waitFor(t, `!document.querySelector('#flights tr[data-flight=%q]')`, flight)
		return
	}
	b.waitFor(t, `document.querySelector('#flights tr[data-flight=%q] td[data-col=state]')
		.textContent.trim().toLowerCase() === %q`, flight, state)
}

// mustShow waits until the page shows the server's board.
func (b *board) mustShow(t *testing.T, s *server) {
	t.Helper()
	want, err := json.Marshal(s.rows(t))
	must(t, err)
	if err := b.WaitFor(soon(t), fmt.Sprintf(`JSON.stringify(%s) === JSON.stringify(%s)`, rowsScript, want)); err != nil {
		b.mustMatch(t, s)
		t.Fatal(err)
	}
}

// mustMatch compares the rows that the page shows now with the server's board.
func (b *board) mustMatch(t *testing.T, s *server) {
	t.Helper()
	if diff := cmp.Diff(s.rows(t), b.rows(t)); diff != "" {
		t.Errorf("the page differs from the server's board (-server +page):\n%s", diff)
	}
}

// mustBe compares the rows that the page shows with these.
func (b *board) mustBe(t *testing.T, want []row) {
	t.Helper()
	if diff := cmp.Diff(want, b.rows(t)); diff != "" {
		t.Errorf("the page shows other rows (-want +page):\n%s", diff)
	}
}
