package timetable

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOrder(t *testing.T) {
	tests := []struct {
		reason string
		want   []string // in the board's order
	}{
		{"by the scheduled time", []string{"C arrival=08:15", "A arrival=08:45", "B arrival=09:05"}},
		{"the expected time counts more than the scheduled one",
			[]string{"B arrival=09:05", "C arrival=10:00 expected=09:30", "A arrival=08:45 expected=09:31"}},
		{"an expected time that is no time does not count", []string{"A arrival=08:15 expected=soon", "B arrival=08:45"}},
		{"equal times stand in the order of their numbers",
			[]string{"A arrival=08:15", "B arrival=08:15", "C arrival=08:15"}},
		{"equal times and numbers stand in the order of their IDs",
			[]string{"A id=1 arrival=08:15", "A id=2 arrival=08:15", "A id=3 arrival=08:15"}},
		{"numbers are compared as texts, so that no airline has to be understood",
			[]string{"A10 arrival=08:15", "A9 arrival=08:15"}},
		{"a flight without an ID has its number for one",
			[]string{"A id=0 arrival=08:15", "A arrival=08:15", "A id=B arrival=08:15"}},

		{"the common board, without flights at night, begins in the morning",
			[]string{"A arrival=05:30", "B arrival=11:00", "C arrival=17:00", "D arrival=22:45"}},
		{"a board around midnight begins before it: the day is cut at the widest gap",
			[]string{"A arrival=23:50", "B arrival=00:10"}},
		{"the widest gap may lie in the afternoon",
			[]string{"A arrival=20:00", "B arrival=23:59", "C arrival=00:00", "D arrival=06:00", "E arrival=12:00"}},
		{"of equal gaps the one counts that ends first after midnight", []string{"A arrival=00:00", "B arrival=12:00"}},
		{"also when the board goes once around the clock",
			[]string{"A arrival=03:00", "B arrival=09:00", "C arrival=15:00", "D arrival=21:00"}},
		{"one flight is in order", []string{"A arrival=23:50"}},
		{"the expected time decides on which side of midnight a flight stands",
			[]string{"B arrival=23:50", "A arrival=23:40 expected=00:10", "C arrival=00:30"}},
		{"a minute before midnight is the day's last", []string{"A arrival=23:58", "B arrival=23:59", "C arrival=00:00"}},

		{"dates need no gap", []string{"A arrival=2026-11-20T00:10:00-05:00", "B arrival=2026-11-20T23:50:00-05:00",
			"C arrival=2026-11-21T00:10:00-05:00"}},
		{"offsets are taken into account: 12:00 in Tokyo is before 04:00 in London",
			[]string{"A arrival=2026-11-20T12:00:00+09:00", "B arrival=2026-11-20T04:00:00Z"}},
		{"when clocks are put back, the same hour comes twice",
			[]string{"A arrival=2026-11-01T01:50:00-04:00", "B arrival=2026-11-01T01:10:00-05:00"}},
		{"seconds count, fractions of them do not",
			[]string{"A arrival=2026-11-20T08:15Z", "B arrival=2026-11-20T08:15:01Z", "C arrival=2026-11-20T08:15:01.5Z",
				"D arrival=2026-11-20T08:15:01.25Z"}},
		{"years and months count", []string{"A arrival=2026-12-31T23:59Z", "B arrival=2027-01-01T00:00Z",
			"C arrival=2028-02-29T00:00Z", "D arrival=2028-03-01T00:00Z"}},

		{"an expected time without a date takes the date of the scheduled one", []string{
			"B arrival=2026-11-20T10:00-05:00", "A arrival=2026-11-20T09:50-05:00 expected=10:05",
			"C arrival=2026-11-20T10:10-05:00"}},
		{"or the day after, when that is nearer", []string{
			"B arrival=2026-11-20T23:55-05:00", "A arrival=2026-11-20T23:50-05:00 expected=00:10",
			"C arrival=2026-11-21T00:20-05:00"}},
		{"or the day before: the flight is early", []string{
			"B arrival=2026-11-20T23:45-05:00", "A arrival=2026-11-21T00:05-05:00 expected=23:50",
			"C arrival=2026-11-20T23:55-05:00"}},
		{"three hours before the schedule is early, a minute more is late", []string{
			"A arrival=2026-11-20T12:00Z expected=09:00", "C arrival=2026-11-20T12:00Z",
			"B arrival=2026-11-20T12:00Z expected=08:59"}},
		{"a date beside a time counts", []string{"A arrival=2026-11-20T12:00Z",
			"B arrival=09:00 dated=2026-11-21T09:00Z", "C arrival=2026-11-22T12:00Z"}},
		{"also where the expected time has none",
			[]string{"A arrival=23:50 expected=00:10 dated=2026-11-20T23:50Z", "B arrival=2026-11-21T00:20Z"}},
		{"or is all there is", []string{"A arrival=2026-11-20T12:00Z", "B expected=09:00 dated=2026-11-21T09:00Z"}},
		{"a date of another time is near",
			[]string{"B arrival=00:10 dated=2026-11-20T23:50Z", "A arrival=2026-11-21T00:20Z"}},
		{"what is no date does not count", []string{"A arrival=2026-11-20T12:00Z", "B arrival=09:00 dated=09:00"}},
		{"it is the airport's own time, whatever the offset", []string{
			"B arrival=2026-11-20T03:00Z", "A arrival=2026-11-20T12:00+09:00 expected=12:05", "C arrival=2026-11-20T03:10Z"}},
		{"a date of its own counts as it is", []string{"B arrival=2026-11-20T10:00Z",
			"A arrival=2026-11-20T09:00Z expected=2026-11-21T09:00Z"}},
		{"also when the scheduled time has none",
			[]string{"B arrival=2026-11-20T10:00Z", "A arrival=09:00 expected=2026-11-20T11:00Z"}},

		{"dated, then undated, then without a time",
			[]string{"Z arrival=2026-11-20T23:00Z", "Y arrival=00:10", "A", "B arrival=soon", "C expected=later"}},
		{"an expected time alone is enough", []string{"B expected=08:15", "A arrival=08:30"}},
		{"dated flights do not fill gaps on the clock",
			[]string{"A arrival=2026-11-20T12:00Z", "B arrival=23:50", "C arrival=00:10"}},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			permute(test.want, func(order []string) {
				var b Board
				for _, words := range order {
					c := add(words)
					b.Apply(&c)
				}
				if diff := cmp.Diff(replace(test.want...), b.Snapshot()); diff != "" {
					t.Fatalf("entered as %q (-want +got):\n%s", order, diff)
				}
			})
		})
	}
}

// permute calls f with every order of the texts.
func permute(texts []string, f func([]string)) {
	var from func(fixed int)
	order := append([]string(nil), texts...)
	from = func(fixed int) {
		if fixed == len(order) {
			f(order)
			return
		}
		for i := fixed; i < len(order); i++ {
			order[fixed], order[i] = order[i], order[fixed]
			from(fixed + 1)
			order[fixed], order[i] = order[i], order[fixed]
		}
	}
	from(0)
}

// What was read before must not show in the order: it depends on the flights alone.
func TestOrderFollowsChanges(t *testing.T) {
	tests := []struct {
		reason string
		before []Change
		change Change
		want   []string
	}{
		{"a flight that is late moves down", []Change{add("A arrival=08:15"), add("B arrival=08:45")},
			update("A expected=09:00"), []string{"B", "A"}},
		{"and up again when the estimate is withdrawn",
			[]Change{add("A arrival=08:15 expected=09:00"), add("B arrival=08:45")},
			saying(KindUpdate, Flight{Number: "A"}, FieldExpected), []string{"A", "B"}},
		{"another number moves a flight among those of the same minute",
			[]Change{add("A id=1 arrival=08:15"), add("B id=2 arrival=08:15")},
			update("C id=1"), []string{"B", "C"}},
		{"a flight that enters may move the widest gap", []Change{add("A arrival=00:10"), add("B arrival=12:30")},
			add("C arrival=23:50"), []string{"B", "C", "A"}},
		{"and so may one that leaves", []Change{add("A arrival=01:00"), add("B arrival=08:00"), add("C arrival=15:00"),
			add("D arrival=16:00")},
			remove("B"), []string{"C", "D", "A"}},
		{"and one that gets a date", []Change{add("A arrival=00:10"), add("B arrival=12:30"), add("C arrival=23:50")},
			update("B arrival=2026-11-20T12:30Z"), []string{"B", "C", "A"}},
		{"a dated flight that leaves takes nobody with it",
			[]Change{add("A arrival=2026-11-20T08:15Z"), add("B arrival=2026-11-20T08:45Z"), add("C arrival=2026-11-20T09:05Z")},
			remove("B"), []string{"A", "C"}},
		{"a snapshot brings its own order", []Change{add("A arrival=08:15"), add("B arrival=08:45")},
			replace("A arrival=09:00", "C arrival=08:50", "B arrival=08:45"), []string{"B", "C", "A"}},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			var b Board
			for _, c := range test.before {
				b.Apply(&c)
			}
			b.Snapshot()
			b.Apply(&test.change)
			var got []string
			for f := range b.Flights() {
				got = append(got, f.Number)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("flights (-want +got):\n%s", diff)
			}
		})
	}
}
