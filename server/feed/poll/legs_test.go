package poll

import (
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/feed/source"
	"flightboard/timetable"
)

var discard = slog.New(slog.DiscardHandler)

// A step is what happens at a time of the day: an answer, a report that is posted, or another life of the server.
type step struct {
	at   string // with +1 on the next day
	does string // "rows: " and rows, "post: " and JSON, "restart", "nothing"
	want string // on the board
}

func TestLegs(t *testing.T) {
	for _, c := range []struct {
		reason string
		about  source.About
		steps  []step
	}{
		{"a flight comes, and leaves", source.About{}, []step{
			{"10:00", "rows: A1 12:00", "A1 2026-11-28T12:00 12:00 scheduled"},
			{"11:00", "rows: A1 12:00 exp=12:10 expected", "A1 2026-11-28T12:00 12:00 expected 12:10"},
			{"12:15", "rows: A1 12:00 exp=12:10 landed=12:12 landed", "A1 2026-11-28T12:00 12:00 landed 12:12"},
			{"12:29", "rows: A1 12:00 landed=12:12 arrived=12:20 arrived", "A1 2026-11-28T12:00 12:00 arrived 12:12"},
			{"12:31", "rows: A1 12:00 landed=12:12 arrived=12:20 arrived", ""},
			{"12:32", "rows: A1 12:00 landed=12:12 arrived=12:20 on_belt", ""},
			{"21:00", "rows: A1 12:00 landed=12:12 arrived=12:20 finished", ""}}},
		{"numbers that come twice", source.About{}, []step{
			{"10:00", "rows: A1 12:00, A1 22:00", "A1 2026-11-28T12:00 12:00 scheduled; A1 2026-11-28T22:00 22:00 scheduled"},
			{"11:00", "rows: A1 22:00 exp=22:10, A1 12:00 gate=B7",
				"A1 2026-11-28T12:00 12:00 scheduled B7; A1 2026-11-28T22:00 22:00 expected 22:10"}}},
		{"from two airports at one time", source.About{}, []step{
			{"10:00", "rows: A1 12:00 from=ATL, A1 12:00 from=SEA",
				"A1 2026-11-28T12:00 12:00 scheduled; A1 2026-11-28T12:00 SEA 12:00 scheduled"}}},
		{"rows that come twice are one", source.About{}, []step{
			{"10:00", "rows: A1 12:00 from=ATL, A1 12:00 from=ATL, A1 12:00", "A1 2026-11-28T12:00 12:00 scheduled"}}},
		{"of two with other values the newer one counts", source.About{}, []step{
			{"10:00", "rows: A1 12:00 gate=1 stamp=09:00, A1 12:00 gate=2 stamp=09:01",
				"A1 2026-11-28T12:00 12:00 scheduled 2"}}},
		{"the source's own ID", source.About{}, []step{
			{"10:00", "rows: A1 12:00 id=77", "77 12:00 scheduled"},
			{"10:01", "rows: A1 21:00 id=77", "77 21:00 scheduled"},
			{"10:02", "rows: A2 21:00 id=77", "77 21:00 scheduled"}}},
		{"an ID that two legs have", source.About{}, []step{
			{"10:00", "rows: A1 12:00 id=77, A2 12:10 id=77",
				"A1 2026-11-28T12:00 12:00 scheduled; A2 2026-11-28T12:10 12:10 scheduled"}}},
		{"IDs that change with each answer", source.About{}, []step{
			{"10:00", "rows: A1 12:00 id=1, A2 12:10 id=2", "1 12:00 scheduled; 2 12:10 scheduled"},
			{"10:01", "rows: A2 12:10 id=1 gate=7, A1 12:00 id=2", "1 12:00 scheduled; 2 12:10 scheduled 7"}}},
		{"an ID that is that of the number", source.About{}, []step{
			{"10:00", "rows: A1 12:00 id=A1", "A1 12:00 scheduled"},
			{"12:10", "rows: A1 12:00 id=A1 landed=12:05", "A1 12:00 landed 12:05"},
			{"12:11", "rows: A1 12:00+1 id=A1", "A1 12:00 landed 12:05; A1 2026-11-29T12:00 12:00 scheduled"}}},
		{"an ID that is too long", source.About{}, []step{
			{"10:00", "rows: A1 12:00 id=" + strings.Repeat("x", 65), "A1 2026-11-28T12:00 12:00 scheduled"}}},
		{"the schedule moves by up to 6 h", source.About{}, []step{
			{"10:00", "rows: A1 12:00 from=ATL", "A1 2026-11-28T12:00 12:00 scheduled"},
			{"10:01", "rows: A1 18:00 from=ATL", "A1 2026-11-28T12:00 18:00 scheduled"},
			{"10:02", "rows: A1 23:50 from=ATL", "A1 2026-11-28T12:00 23:50 scheduled"}}},
		{"one that is later by more is another leg", source.About{}, []step{
			{"10:00", "rows: A1 12:00", "A1 2026-11-28T12:00 12:00 scheduled"},
			{"10:01", "rows: A1 18:01", "A1 2026-11-28T12:00 12:00 scheduled; A1 2026-11-28T18:01 18:01 scheduled"}}},
		{"the schedule moves, and the other leg does not", source.About{}, []step{
			{"10:00", "rows: A1 12:00, A1 16:00", "A1 2026-11-28T12:00 12:00 scheduled; A1 2026-11-28T16:00 16:00 scheduled"},
			{"10:01", "rows: A1 16:00, A1 14:00", "A1 2026-11-28T12:00 14:00 scheduled; A1 2026-11-28T16:00 16:00 scheduled"}}},
		{"another leg of the number, soon after the first has landed", source.About{}, []step{
			{"11:00", "rows: A1 12:00 landed=11:50 landed", "A1 2026-11-28T12:00 12:00 landed 11:50"},
			{"12:00", "rows: A1 12:00 landed=11:50 landed", ""},
			{"12:01", "rows: A1 16:00", "A1 2026-11-28T16:00 16:00 scheduled"}}},
		{"tomorrow's flight in its place", source.About{}, []step{
			{"10:00", "rows: A1 12:00 exp=13:00", "A1 2026-11-28T12:00 12:00 expected 13:00"},
			{"13:01", "rows: A1 12:00+1", "A1 2026-11-28T12:00 12:00 expected 13:00; A1 2026-11-29T12:00 12:00 scheduled"},
			{"18:59", "rows: A1 12:00+1", "A1 2026-11-28T12:00 12:00 expected 13:00; A1 2026-11-29T12:00 12:00 scheduled"},
			{"19:01", "rows: A1 12:00+1", "A1 2026-11-29T12:00 12:00 scheduled"}}},
		{"what a person posts stays until the source changes it", source.About{}, []step{
			{"10:00", "rows: A1 12:00 gate=1", "A1 2026-11-28T12:00 12:00 scheduled 1"},
			{"10:01", `post: {"flight":"A1","gate":"2"}`, "A1 2026-11-28T12:00 12:00 scheduled 2"},
			{"10:02", "rows: A1 12:00 gate=1 exp=12:30", "A1 2026-11-28T12:00 12:00 expected 12:30 2"},
			{"10:03", "rows: A1 12:00 gate=3 exp=12:30", "A1 2026-11-28T12:00 12:00 expected 12:30 3"},
			{"10:04", "rows: A1 12:00 exp=12:30", "A1 2026-11-28T12:00 12:00 expected 12:30"}}},
		{"a person's removal stays until the source changes the row", source.About{}, []step{
			{"10:00", "rows: A1 12:00, A2 12:30", "A1 2026-11-28T12:00 12:00 scheduled; A2 2026-11-28T12:30 12:30 scheduled"},
			{"10:01", "remove: A1 2026-11-28T12:00", "A2 2026-11-28T12:30 12:30 scheduled"},
			{"10:02", "rows: A1 12:00, A2 12:30", "A2 2026-11-28T12:30 12:30 scheduled"},
			{"10:03", "rows: A1 12:00 gate=4 stamp=09:00, A2 12:30",
				"A1 2026-11-28T12:00 12:00 scheduled 4; A2 2026-11-28T12:30 12:30 scheduled"}}},
		{"a time is withdrawn", source.About{}, []step{
			{"11:50", "rows: A1 12:00 exp=11:55 landing landed=11:49", "A1 2026-11-28T12:00 12:00 landed 11:49 landing"},
			{"11:51", "rows: A1 12:00 exp=11:56 landing", "A1 2026-11-28T12:00 12:00 landing 11:56"}}},
		{"a go-around", source.About{}, []step{
			{"11:50", "rows: A1 12:00 exp=11:55 landed", "A1 2026-11-28T12:00 12:00 landed 11:55"},
			{"11:51", "rows: A1 12:00 exp=12:10 approaching", "A1 2026-11-28T12:00 12:00 approaching 12:10"}}},
		{"a flight that flies after all", source.About{}, []step{
			{"09:00", "rows: A1 12:00 cancelled", "A1 2026-11-28T12:00 12:00 cancelled"},
			{"11:01", "rows: A1 12:00 cancelled", ""},
			{"11:30", "rows: A1 12:00 cancelled gate=1", ""},
			{"11:31", "rows: A1 14:00 expected", "A1 2026-11-28T12:00 14:00 expected"}}},
		{"a cancellation that the board no longer remembers", source.About{}, []step{
			{"09:00", "rows: A1 23:00 cancelled", "A1 2026-11-28T23:00 23:00 cancelled"},
			{"11:01", "rows: A1 23:00 cancelled", ""},
			{"20:00", "rows: A1 23:00 cancelled gate=1", ""}}},
		{"a source that lost an aircraft in the air", source.About{}, []step{
			{"11:00", "rows: A1 12:00 landed", "A1 2026-11-28T12:00 12:00 landed"},
			{"11:20", "rows: A1 12:00 landed", ""},
			{"11:30", "rows: A1 12:00 en_route", "A1 2026-11-28T12:00 12:00 en route"}}},
		{"the newest row of those with a stamp", source.About{}, []step{
			{"10:00", "rows: A1 12:00 gate=2 stamp=09:30", "A1 2026-11-28T12:00 12:00 scheduled 2"},
			{"10:01", "rows: A1 12:00 gate=1 stamp=09:00", "A1 2026-11-28T12:00 12:00 scheduled 2"},
			{"10:02", "rows: A1 12:00 gate=2 stamp=09:30", "A1 2026-11-28T12:00 12:00 scheduled 2"},
			{"10:03", "rows: A1 12:00 gate=3 stamp=09:30", "A1 2026-11-28T12:00 12:00 scheduled 3"}}},
		{"the source's clock is set back", source.About{}, []step{
			{"10:00", "rows: A1 12:00 gate=2 stamp=09:30", "A1 2026-11-28T12:00 12:00 scheduled 2"},
			{"10:01", "rows: A1 12:00 gate=3 stamp=08:40", "A1 2026-11-28T12:00 12:00 scheduled 2"},
			{"10:02", "rows: A1 12:00 gate=3 stamp=08:40", "A1 2026-11-28T12:00 12:00 scheduled 3"},
			{"10:03", "rows: A1 12:00 gate=4 stamp=08:50", "A1 2026-11-28T12:00 12:00 scheduled 4"}}},
		{"the source's clock is ahead, and then right", source.About{}, []step{
			{"10:00", "rows: A1 12:00 gate=2 stamp=11:30", "A1 2026-11-28T12:00 12:00 scheduled 2"},
			{"10:01", "rows: A1 12:00 gate=3 stamp=11:31", "A1 2026-11-28T12:00 12:00 scheduled 3"},
			{"10:02", "rows: A1 12:00 gate=4 stamp=10:02", "A1 2026-11-28T12:00 12:00 scheduled 3"},
			{"10:03", "rows: A1 12:00 gate=4 stamp=10:02", "A1 2026-11-28T12:00 12:00 scheduled 4"}}},
		{"a row that cannot be", source.About{}, []step{
			{"10:00", "rows: AA1/BB2 12:00, A2 12:30 gate=\x01, A3 -",
				"A2 2026-11-28T12:30 12:30 scheduled; A3  scheduled"}}},
	} {
		t.Run(c.reason, func(t *testing.T) { play(t, c.about, c.steps) })
	}
}

// play plays a day.
func play(t *testing.T, about source.About, steps []step) {
	synctest.Test(t, func(t *testing.T) {
		day := time.Date(2026, 11, 28, 0, 0, 0, 0, zurich)
		time.Sleep(time.Until(day))
		log := eventlog.New(eventlog.Options{})
		d := open(t, log, about)
		defer func() { d.stop() }()
		for _, s := range steps {
			at := readRow(t, "X "+s.at, day).Arrival.At
			time.Sleep(time.Until(at) + 2*time.Second)
			now := time.Now().In(zurich)
			kind, what, _ := strings.Cut(s.does, ": ")
			switch kind {
			case "rows", "part":
				var a answer
				for text := range strings.SplitSeq(what, ", ") {
					if strings.TrimSpace(text) != "" {
						a.Rows = append(a.Rows, readRow(t, text, now))
					}
				}
				if kind == "part" {
					a.nothing = "204"
				}
				d.answerAs(a)
			case "post":
				for entry, err := range timetable.Body(what) {
					if err != nil {
						t.Fatal(err)
					}
					if _, _, err := d.posted.Publish(t.Context(), *entry.Report); err != nil {
						t.Fatal(err)
					}
				}
			case "remove":
				gone := timetable.Change{Kind: timetable.KindRemove, Flight: timetable.Flight{Number: what}}
				if _, _, err := d.posted.Publish(t.Context(), timetable.Report{Change: gone}); err != nil {
					t.Fatal(err)
				}
			case "restart":
				d.restart()
			}
			synctest.Wait()
			if got := d.board(); got != s.want {
				t.Errorf("at %s: the board has\n%s, want\n%s", s.at, got, s.want)
			}
		}
	})
}
