package view

import (
	"strings"
	"testing"
	"time"

	"flightboard/timetable"
)

// The page brings rows that are marked for the server's day. The first drawing marks them for the reader's, whose clock
// may be on another day: midnight has passed since, or one of the two clocks is wrong.
func TestTheFirstDrawingMarksTheDaysOfAdoptedRows(t *testing.T) {
	flights := []timetable.Flight{
		{Number: "OD1", Arrival: "09:10", Expected: "09:20", Dated: "2026-11-19T09:10:00Z"},
		{Number: "OD0", Arrival: "2026-11-20T09:10:00Z", Expected: "2026-11-21T00:10:00Z"},
		{Number: "NEXT", Arrival: "2026-11-21T09:10:00Z"},
	}
	var b timetable.Board
	b.Apply(&timetable.Change{Kind: timetable.KindReplace, Board: flights})
	noon := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	today := Airport.Today(&b, noon.Unix())
	for _, later := range []int64{0, 1, -1} {
		m := newModel()
		m.load(flights)
		for i, day := range []int64{today - 1, today + 1, 0} { // with which a day begins; NEXT is of the same day as OD0
			m.rows[i].begins = day
			for c := range m.columns.All() {
				m.rows[i].cells[c] = Airport.On(today).Text(&flights[i], c)
			}
		}
		var s Sheet
		s.Adopt(flights, m.columns, today)
		s.Tick(noon.AddDate(0, 0, int(later)), m)
		s.Draw(&b, timetable.Delta{}, m)
		for i := range flights {
			for c := range m.columns.All() {
				if want := Airport.On(today+later).Text(&flights[i], c); m.rows[i].cells[c] != want {
					t.Errorf("%d days after the page, the %s of %s is %q, want %q", later, c, m.rows[i].key, m.rows[i].cells[c], want)
				}
			}
		}
		if later == 0 && len(m.transcript) != 0 {
			t.Errorf("rows that are right already are drawn: %q", m.transcript)
		}
	}
}

// The reader asks for more rows than the page has brought, as a tall wall does. Those that the first snapshot adds
// are no news; a flight that enters later is.
func TestRowsThatThePageHasNotBroughtAreNoNews(t *testing.T) {
	flights := []timetable.Flight{{Number: "A1", Arrival: "09:10"}, {Number: "B2", Arrival: "09:20"}}
	var b timetable.Board
	b.Apply(&timetable.Change{Kind: timetable.KindReplace, Board: flights[:1]})
	m := newModel()
	m.load(flights[:1])
	var s Sheet
	s.Adopt(flights[:1], m.columns, 0)
	s.Ask(Query{Size: 40})
	s.Draw(&b, timetable.Delta{}, m)
	d := b.Apply(&timetable.Change{Kind: timetable.KindReplace, Board: flights})
	s.Forget()
	s.Draw(&b, d, m)
	if got := strings.Join(m.transcript, "\n"); !strings.Contains(got, "B2") || strings.Contains(got, "highlight") {
		t.Errorf("the first snapshot is drawn as\n%s\nwant B2 without a highlight", got)
	}
	m.transcript = nil
	d = b.Apply(&timetable.Change{Kind: timetable.KindPut, Flight: timetable.Flight{Number: "C3", Arrival: "09:30"}})
	s.Draw(&b, d, m)
	if got := strings.Join(m.transcript, "\n"); !strings.Contains(got, "highlight") {
		t.Errorf("a new flight is drawn as\n%s\nwant a highlight", got)
	}
}
