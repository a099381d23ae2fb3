package view

import (
	"math/rand/v2"
	"testing"
	"time"

	"flightboard/timetable"
)

// Whatever comes, and however it is sorted, exactly the first rows of days are marked.
func TestTheFirstRowsOfDaysAreMarked(t *testing.T) {
	orders := [][]Key{nil, {{timetable.FieldArrival, false}}, {{timetable.FieldExpected, true}},
		{{timetable.FieldOrigin, false}}}
	marked := 0
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 17))
		start := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
		now := start
		var board timetable.Board
		var sheet Sheet
		m := newModel()
		for range 60 {
			c := timetable.Change{Kind: timetable.KindAdd, Flight: timetable.Flight{
				Number: string([]byte{'A' + byte(random.IntN(12)), '1'}),
				Origin: string([]byte{'a' + byte(random.IntN(26))}),
			}}
			at := func() string {
				return start.Add(time.Duration(random.IntN(72)-24) * time.Hour).Format(time.RFC3339)
			}
			if random.IntN(4) > 0 {
				c.Flight.Arrival = at()
			}
			if random.IntN(4) == 0 {
				c.Flight.Expected = at()
			}
			sum := board.Apply(&c)
			if random.IntN(10) == 0 {
				sheet.Ask(Query{Sort: orders[random.IntN(len(orders))], Size: 5})
			}
			now = now.Add(time.Duration(random.IntN(60)) * time.Minute)
			sheet.Tick(now, m)
			sheet.Draw(&board, sum, m)
			q, zone, before := sheet.Query(), sheet.list.zone, int64(0)
			for i, f := range sheet.list.page {
				day := zone.dayOf(f, q.dayOrder())
				want := zone.begins(day, before)
				if m.rows[i].begins != want {
					t.Fatalf("seed %d: with %s begins day %d, want %d", seed, f.Number, m.rows[i].begins, want)
				}
				if before = day; want != 0 {
					marked++
				}
			}
		}
	}
	if marked < 1000 {
		t.Errorf("only %d marks were seen", marked)
	}
}

// The board's day is not computed in each drawing, and is always what it would be if it were. The board's flights are
// years before the clock, so that they decide its day; some are of a time near it.
func TestTheSheetHasTheBoardsDay(t *testing.T) {
	days := make(map[int64]bool)
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 18))
		now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
		start := now.AddDate(-3, 0, 0)
		var board timetable.Board
		var sheet Sheet
		was := int64(0)
		for range 200 {
			c := timetable.Change{Flight: timetable.Flight{Number: string([]byte{'A' + byte(random.IntN(8)), '1'})}}
			switch random.IntN(8) {
			case 0:
				c.Kind = timetable.KindRemove
			case 1, 2:
				c.Kind, c.Flight.Arrival = timetable.KindAdd, start.AddDate(0, 0, random.IntN(3)).Format(time.RFC3339)
				if seed%5 == 0 && random.IntN(9) == 0 {
					c.Flight.Arrival = now.Format(time.RFC3339)
				}
			case 3, 4:
				c.Flight.Arrival = start.AddDate(0, 0, random.IntN(3)).Format(time.RFC3339)
			default:
				c.Flight.State = "landed"
			}
			sum := board.Apply(&c)
			now = now.Add(time.Duration(random.IntN(20)) * time.Minute)
			sheet.Tick(now, nothing{})
			sheet.Draw(&board, sum, nothing{})
			if was = Airport.On(was).Today(&board, now.Unix()); sheet.list.zone.today != was {
				t.Fatalf("seed %d: after %+v the day is %d, want %d", seed, c, sheet.list.zone.today, was)
			}
			days[was] = true
		}
	}
	if len(days) < 5 {
		t.Errorf("only the days %v were seen", days)
	}
}

// Rows of several days, as HTML: the board's day, which is the first, has no mark.
func TestTheDateOfAnotherDayIsInTheHTML(t *testing.T) {
	zone := Airport.On(20412) // 2025-11-20
	day, date := zone.Begins(&timetable.Flight{Arrival: "2025-11-20T23:50:00Z"}, 0)
	if day != 20412 || date != "" {
		t.Errorf("the first flight of today is of day %d, and begins %q", day, date)
	}
	day, date = zone.Begins(&timetable.Flight{Arrival: "2025-11-21T00:10:00Z"}, day)
	if day != 20413 || date != "Friday 21 November" {
		t.Errorf("the first flight of tomorrow is of day %d, and begins %q", day, date)
	}
	if _, date = zone.Begins(&timetable.Flight{Arrival: "2025-11-21T00:20:00Z"}, day); date != "" {
		t.Errorf("the second flight of tomorrow begins %q", date)
	}
	if _, date = Airport.Begins(&timetable.Flight{Arrival: "2025-11-21T00:20:00Z"}, 0); date != "" {
		t.Errorf("on a board whose day is not known a flight begins %q", date)
	}
}
