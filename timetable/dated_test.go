package timetable

import (
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
)

// A plainCalendar looks for a time of day minute by minute. Its board's clock is the server's.
type plainCalendar struct{ zone *time.Location }

func (c plainCalendar) Now(at int64) int64 { return at / 1e6 }

func (c plainCalendar) Date(from int64, clock string) string {
	for at := time.Unix(from, 0).In(c.zone).Round(0); ; at = at.Add(time.Minute) {
		if at = at.Truncate(time.Minute); at.Unix() >= from && at.Format("15:04") == clock {
			return at.Format(time.RFC3339)
		}
	}
}

var newYork = func() *time.Location {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	return zone
}()

func local(text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02T15:04", text, newYork)
	if err != nil {
		panic(err)
	}
	return at
}

// datedAt merges reports that come at moments of New York's clock.
type datedAt struct{ at, line string }

func mergeDated(t *testing.T, reports ...datedAt) *Board {
	t.Helper()
	b := new(Board)
	for _, one := range reports {
		batch := b.Batch(local(one.at).UnixMicro())
		batch.Calendar = plainCalendar{newYork}
		for entry, err := range Body(one.line) {
			if err != nil {
				t.Fatal(err)
			}
			entry.Report.Source = "tower"
			if _, err := batch.Merge(entry.Report); err != nil {
				t.Fatal(err)
			}
		}
		batch.Commit()
	}
	return b
}

func TestMergeDates(t *testing.T) {
	const lh = `{"flight":"LH400","arrival":"16:05"`
	tests := []struct {
		reason  string
		reports []datedAt
		want    string
	}{
		{"a time of day is the next one within 15 hours",
			[]datedAt{{"2026-11-20T07:00", lh + `}`}}, "2026-11-20T16:05:00-05:00"},
		{"or the last one within 9 hours", []datedAt{{"2026-11-21T01:05", lh + `}`}}, "2026-11-20T16:05:00-05:00"},
		{"a minute later it is the next day's",
			[]datedAt{{"2026-11-21T01:06", lh + `}`}}, "2026-11-21T16:05:00-05:00"},
		{"also across midnight",
			[]datedAt{{"2026-11-20T23:00", `{"flight":"LH400","arrival":"00:10"}`}}, "2026-11-21T00:10:00-05:00"},
		{"what has landed lies further back",
			[]datedAt{{"2026-11-21T12:00", lh + `,"landed":"11:55"}`}}, "2026-11-20T16:05:00-05:00"},
		{"however its state is spelled",
			[]datedAt{{"2026-11-21T12:00", lh + `,"state":"LANDED"}`}}, "2026-11-20T16:05:00-05:00"},
		{"but may be early", []datedAt{{"2026-11-20T14:00", lh + `,"state":"landed"}`}}, "2026-11-20T16:05:00-05:00"},
		{"what is landing, too",
			[]datedAt{{"2026-11-21T02:00", lh + `,"state":"landing"}`}}, "2026-11-20T16:05:00-05:00"},
		{"a cancelled flight may come tomorrow",
			[]datedAt{{"2026-11-20T07:00", lh + `,"state":"cancelled"}`}}, "2026-11-20T16:05:00-05:00"},
		{"an expected time with a date dates the scheduled one", []datedAt{
			{"2026-11-20T07:00", lh + `,"expected":"2026-11-22T01:00:00-05:00"}`}}, "2026-11-21T16:05:00-05:00"},
		{"a stamp says when it was so",
			[]datedAt{{"2026-11-23T07:00", lh + `,"stamp":"2026-11-20T12:00:00Z"}`}}, "2026-11-20T16:05:00-05:00"},
		{"an expected time alone has the date",
			[]datedAt{{"2026-11-20T07:00", `{"flight":"LH400","expected":"16:05"}`}}, "2026-11-20T16:05:00-05:00"},
		{"without a time there is none", []datedAt{{"2026-11-20T07:00", `{"flight":"LH400"}`}}, ""},
		{"a time with a date has its own",
			[]datedAt{{"2026-11-20T07:00", `{"flight":"LH400","arrival":"2026-11-19T16:05Z"}`}}, ""},
		{"and takes the place of one that was guessed", []datedAt{
			{"2026-11-20T07:00", lh + `}`}, {"2026-11-20T08:00", `{"flight":"LH400","arrival":"2026-11-19T16:05Z"}`}}, ""},

		{"a repeated time keeps its date for days", []datedAt{
			{"2026-11-20T07:00", lh + `}`}, {"2026-11-21T07:00", lh + `}`}, {"2026-11-22T07:00", lh + `}`}},
			"2026-11-20T16:05:00-05:00"},
		{"also when something else is reported", []datedAt{
			{"2026-11-20T07:00", lh + `}`}, {"2026-11-22T07:00", `{"flight":"LH400","gate":"B7"}`}},
			"2026-11-20T16:05:00-05:00"},
		{"another time gets a date of its own", []datedAt{
			{"2026-11-20T07:00", lh + `}`}, {"2026-11-21T07:00", `{"flight":"LH400","arrival":"16:10"}`}},
			"2026-11-21T16:10:00-05:00"},
		{"what has landed and is reported anew is another day's", []datedAt{
			{"2026-11-20T07:00", lh + `,"state":"landed"}`}, {"2026-11-21T07:00", lh + `,"state":"scheduled"}`}},
			"2026-11-21T16:05:00-05:00"},
		{"so is what was cancelled", []datedAt{
			{"2026-11-20T07:00", lh + `,"state":"cancelled"}`}, {"2026-11-21T07:00", lh + `,"state":"scheduled"}`}},
			"2026-11-21T16:05:00-05:00"},
		{"and what was removed", []datedAt{{"2026-11-20T07:00", lh + `}`},
			{"2026-11-20T17:00", `{"event":"flightRemoval","data":{"flight":"LH400"}}`}, {"2026-11-21T07:00", lh + `}`}},
			"2026-11-21T16:05:00-05:00"},
		{"a landing that is withdrawn stays on its day", []datedAt{
			{"2026-11-20T16:00", lh + `,"state":"landed"}`}, {"2026-11-20T16:02", lh + `,"state":"landing"}`}},
			"2026-11-20T16:05:00-05:00"},

		{"a snapshot's flights are dated", []datedAt{
			{"2026-11-20T07:00", `{"event":"flightSnapshot","data":[{"flight":"LH400","arrival":"16:05"}]}`}},
			"2026-11-20T16:05:00-05:00"},
		{"and keep their dates", []datedAt{
			{"2026-11-20T07:00", `{"event":"flightSnapshot","data":[{"flight":"LH400","arrival":"16:05"}]}`},
			{"2026-11-21T07:00", `{"event":"flightSnapshot","data":[{"flight":"LH400","arrival":"16:05","gate":"B7"}]}`}},
			"2026-11-20T16:05:00-05:00"},
		{"the clock goes forward in between",
			[]datedAt{{"2026-03-07T21:00", `{"flight":"LH400","arrival":"06:00"}`}}, "2026-03-08T06:00:00-04:00"},
		{"the clock goes back in between",
			[]datedAt{{"2026-10-31T21:00", `{"flight":"LH400","arrival":"06:00"}`}}, "2026-11-01T06:00:00-05:00"},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			b := mergeDated(t, test.reports...)
			if got := b.Flight("LH400").Dated; got != test.want {
				t.Errorf("dated = %q, want %q", got, test.want)
			}
		})
	}
}

// What publishers say of it does not count, and an override has no date.
func TestDatedIsTheServers(t *testing.T) {
	b := mergeDated(t, datedAt{"2026-11-20T07:00", `{"flight":"LH400","arrival":"16:05","dated":"2020-01-01T16:05:00Z"}`})
	if got, want := b.Flight("LH400").Dated, "2026-11-20T16:05:00-05:00"; got != want {
		t.Errorf("dated = %q, want %q", got, want)
	}
	r := Report{Change: put("LH400 dated=2020-01-01T16:05Z")}
	if !r.SetsDated() {
		t.Error("SetsDated does not see the field of a flight")
	}
	r = Report{Change: replace("LH400", "LH401 dated=2020-01-01T16:05Z")}
	if !r.SetsDated() {
		t.Error("SetsDated does not see the field of a snapshot")
	}
}

// A recording is played again with the dates that it has.
func TestPublishedReportsKeepTheirDates(t *testing.T) {
	var b Board
	batch := b.Batch(local("2026-11-20T07:00").UnixMicro())
	batch.Calendar = plainCalendar{newYork}
	for _, c := range []Change{add("LH400 arrival=16:05 dated=2020-01-01T16:05Z"), add("LH401 arrival=16:05")} {
		if _, err := batch.Merge(&Report{Change: c, Published: true}); err != nil {
			t.Fatal(err)
		}
	}
	batch.Commit()
	if got := [2]string{b.Flight("LH400").Dated, b.Flight("LH401").Dated}; got != [2]string{"2020-01-01T16:05Z", ""} {
		t.Errorf("dated = %q", got)
	}
}

// Stamped reports of a leg's life end alike in any order, on days without and with a change of the clocks.
func TestDatesDoNotDependOnTheOrderOfReports(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 3))
	clock := func(at time.Time) string { return at.Format("15:04") }
	days := []time.Time{local("2026-11-20T00:00"), local("2026-03-08T00:00"),
		local("2026-10-31T00:00"), local("2026-12-31T00:00")}
	for n := range 400 {
		minutes := func(from, to int) time.Duration { return time.Duration(from+random.IntN(to-from)) * time.Minute }
		due := days[n%len(days)].Add(minutes(4*60, 30*60))
		landed := due.Add(minutes(-120, 5*60))
		var reports []Report
		say := func(at time.Time, words string, times Times) {
			c := put("LH400 " + words)
			stamp := at.UnixMicro() + int64(len(reports))
			reports = append(reports, Report{Change: c, Source: "tower", Stamp: stamp, Times: times})
		}
		arrival := " arrival=" + clock(due)
		say(due.Add(-minutes(5*60, 8*60)), "state=scheduled"+arrival, Times{})
		say(due.Add(-minutes(3*60, 5*60)), "expected="+clock(landed.Add(minutes(-30, 30))), Times{})
		say(due.Add(-minutes(2*60, 3*60)), "expected="+clock(landed)+arrival, Times{})
		say(landed, arrival, Times{MilestoneLanded: clock(landed)})
		say(landed.Add(20*time.Minute), "gate=B7"+arrival, Times{MilestoneFinished: clock(landed)})
		lead := func(order []int) Flight {
			var b, viewers Board
			for _, i := range order {
				batch := b.Batch(landed.Add(time.Hour).UnixMicro())
				batch.Calendar = plainCalendar{newYork}
				if _, err := batch.Merge(&reports[i]); err != nil {
					t.Fatal(err)
				}
				for _, c := range batch.Changes() {
					viewers.Apply(&c.Change)
				}
				batch.Commit()
			}
			if diff := cmp.Diff(b.Snapshot(), viewers.Snapshot()); diff != "" {
				t.Fatalf("viewers have another board (-server +viewer):\n%s", diff)
			}
			return *b.Flight("LH400")
		}
		want := lead([]int{0, 1, 2, 3, 4})
		order := append(random.Perm(5), random.Perm(5)...) // each comes twice
		if diff := cmp.Diff(want, lead(order)); diff != "" {
			t.Fatalf("due %v, landed %v, in the order %v (-want +got):\n%s", due, landed, order, diff)
		}
		if at, ok := want.Time(FieldArrival); !ok || at.Seconds != due.Unix() && clock(due.Add(-time.Hour)) != clock(due) {
			t.Fatalf("due %v is %v, from %+v", due, time.Unix(at.Seconds, 0).In(newYork), want)
		}
	}
}

// The rows: see B6 and the board of three flights.
func TestLateRatherThanEarly(t *testing.T) {
	for _, test := range []struct {
		words   string
		minutes int
	}{
		{"MX3 arrival=2026-11-28T09:00:00+01:00 expected=22:00", 13 * 60},
		{"MX4 arrival=2026-11-28T09:00:00+01:00 expected=21:00", 12 * 60},
		{"MX5 arrival=2026-11-28T09:00:00+01:00 expected=06:00", -3 * 60},
		{"MX6 arrival=2026-11-28T09:00:00+01:00 expected=05:59", 21*60 - 1},
		{"MX7 arrival=09:00 expected=22:00", 13 * 60},
		{"MX8 arrival=09:00 expected=2026-11-28T22:00:00+01:00 dated=2026-11-28T09:00:00+01:00", 13 * 60},
		{"MX9 arrival=2026-11-28T23:30:00Z expected=2026-11-29T00:10:00+01:00", -20},
	} {
		f := fly(test.words)
		if got, ok := f.Delay(); !ok || got != test.minutes {
			t.Errorf("Delay of %s = %d, %t, want %d minutes", test.words, got, ok, test.minutes)
		}
	}
}

// Ten minutes' delay of one flight moves no other.
func TestThreeUndatedFlights(t *testing.T) {
	const board = `{"flight":"A","arrival":"06:00"}` + "\n" + `{"flight":"B","arrival":"14:00"}` + "\n" +
		`{"flight":"C","arrival":"22:00"}`
	for hour := range 24 {
		at := local("2026-11-20T00:00").Add(time.Duration(hour) * time.Hour).Format("2006-01-02T15:04")
		order := func(b *Board) (keys string) {
			for f := range b.Flights() {
				keys += f.Key()
			}
			return keys
		}
		before := order(mergeDated(t, datedAt{at, board}))
		after := order(mergeDated(t, datedAt{at, board}, datedAt{at, `{"flight":"B","expected":"14:10"}`}))
		if before != after {
			t.Errorf("at %s the board %s becomes %s", at, before, after)
		}
	}
}

// An override of the time has no date of its own: it is near the one of the flight.
func TestAnOverriddenTimeIsNearTheFlights(t *testing.T) {
	b := mergeDated(t, datedAt{"2026-11-20T07:00", `{"flight":"LH400","arrival":"16:05"}`},
		datedAt{"2026-11-20T20:00", `{"flight":"LH400","arrival":"16:35","until":"2026-11-25T00:00:00Z"}`})
	f := b.Flight("LH400")
	if at, _ := f.Time(FieldArrival); at.Seconds != local("2026-11-20T16:35").Unix() {
		t.Errorf("%+v is due at %v", f, time.Unix(at.Seconds, 0))
	}
	if f.Overridden != "arrival" {
		t.Errorf("overridden = %q", f.Overridden)
	}
}

func TestDay(t *testing.T) {
	dayOf := func(t Time) int64 { return (t.Seconds + t.East) / day }
	number := func(text string) int64 { return local(text).Add(-5*time.Hour).Unix() / day }
	board := func(flights ...string) *Board {
		var b Board
		for _, words := range flights {
			c := add(words)
			b.Apply(&c)
		}
		return &b
	}
	twentieth, next := number("2023-12-20T12:00"), number("2023-12-21T12:00")
	for _, test := range []struct {
		reason string
		b      *Board
		now    string
		was    int64
		want   int64
	}{
		{"a live board's is the clock's",
			board("A arrival=2026-11-18T09:10-05:00", "B arrival=2026-11-18T10:10-05:00"),
			"2026-11-20T23:59", 0, number("2026-11-20T12:00")},
		{"a recording's is that of most flights",
			board("A arrival=2023-12-19T09:10-05:00", "B arrival=2023-12-20T09:10-05:00",
				"C arrival=2023-12-20T09:20-05:00", "D arrival=2023-12-21T01:00-05:00"), "2026-11-20T12:00", 0, twentieth},
		{"which stays while it has half as many", board("B arrival=2023-12-20T23:10-05:00",
			"C arrival=2023-12-20T23:20-05:00", "D arrival=2023-12-21T00:10-05:00",
			"E arrival=2023-12-21T00:20-05:00", "F arrival=2023-12-21T00:30-05:00"),
			"2026-11-20T12:00", twentieth, twentieth},
		{"and no longer",
			board("B arrival=2023-12-20T23:10-05:00", "D arrival=2023-12-21T00:10-05:00", "E arrival=2023-12-21T00:20-05:00"),
			"2026-11-20T12:00", twentieth, next},
		{"no dates, no day", board("B arrival=09:10", "C"), "2026-11-20T12:00", 0, 0},
	} {
		if got := test.b.Day(local(test.now).Unix(), test.was, dayOf); got != test.want {
			t.Errorf("%s: Day = %d, want %d", test.reason, got, test.want)
		}
	}
}
