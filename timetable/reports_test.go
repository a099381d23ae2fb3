package timetable

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var lives = flag.Uint64("lives", 1, "the seed of the lives in TestTheOrderOfReportsDoesNotMatter")

// TestTheOrderOfReportsDoesNotMatter takes reports with stamps, as they were made and then in another order, one of
// them twice: any two reports, and the whole life of a leg.
func TestTheOrderOfReportsDoesNotMatter(t *testing.T) {
	for kind, reports := range map[string]func(*rand.Rand) []Report{
		"any two": func(random *rand.Rand) []Report { return []Report{anyReport(random, 1), anyReport(random, 2)} },
		"a life":  aLife,
	} {
		random := rand.New(rand.NewPCG(*lives, 2))
		for range 20_000 {
			reports := reports(random)
			want := told(t, reports)
			later := append(slices.Clone(reports), reports[random.IntN(len(reports))])
			random.Shuffle(len(later), func(i, j int) { later[i], later[j] = later[j], later[i] })
			if diff := cmp.Diff(want, told(t, later)); diff != "" {
				t.Fatalf("%s:\n%q\n%q\n(-the first +the second):\n%s", kind, describe(reports), describe(later), diff)
			}
		}
	}
}

// anyReport returns a report of one of two sources. If it has the leg landed, it has the time: without that, an
// estimate stands in for it, and which one does depends on the order.
func anyReport(random *rand.Rand, stamp int64) Report {
	source, at := pick(random, "a", "b"), fmt.Sprintf("18:%02d", stamp)
	switch random.IntN(4) {
	case 0:
		return reported(source, stamp, " expected="+at, Times{})
	case 1:
		return reported(source, stamp, " gate="+at, Times{})
	case 2:
		return reported(source, stamp, " state="+pick(random, "en_route", "expected", "landing", "cancelled"), Times{})
	}
	m, times := Milestone(random.IntN(int(MilestoneCount))), Times{}
	times[m] = at
	if m > MilestoneLanded {
		times[MilestoneLanded] = at
	}
	return reported(source, stamp, "", times)
}

// aLife goes up the ladder, as several sources see it; some reports are lost.
func aLife(random *rand.Rand) (reports []Report) {
	for stamp, r := range []struct {
		words string
		times Times
	}{
		{" arrival=18:00 gate=1", Times{}},
		{" expected=18:10", Times{}},
		{" state=en_route", Times{MilestoneDeparted: "16:00"}},
		{" expected=18:12 gate=2", Times{}},
		{" state=expected", Times{}},
		{" state=landing expected=18:11", Times{}},
		{"", Times{MilestoneLanded: "18:09"}},
		{" belt=4", Times{MilestoneLanded: "18:09", MilestoneArrived: "18:15"}},
		{" belt=5", Times{MilestoneOnBelt: "18:20", MilestoneLanded: "18:09"}},
	} {
		if random.IntN(4) > 0 || len(reports) == 0 {
			reports = append(reports, reported(pick(random, "a", "b", "c"), int64(stamp+1), r.words, r.times))
		}
	}
	return reports
}

func pick(random *rand.Rand, texts ...string) string { return texts[random.IntN(len(texts))] }

func told(t *testing.T, reports []Report) Flight {
	var b Board
	b.Apply(&Change{Kind: KindAdd, Flight: fly("I768 arrival=18:00")})
	for _, r := range reports {
		tell(t, &b, r)
	}
	return *b.Flight("I768")
}

func describe(reports []Report) (texts []string) {
	for _, c := range reports {
		texts = append(texts, fmt.Sprintf("%s@%d %s %q", c.Source, c.Stamp, c.AppendJSON(nil), c.Times))
	}
	return texts
}

// TestReportsOfFlightsThatHaveLeft has reports about a flight that was removed, was added again, or was set by hand.
func TestReportsOfFlightsThatHaveLeft(t *testing.T) {
	type report struct {
		Report
		now int64
	}
	at := func(c Change, stamp int64) report { return report{Report{Change: c, Source: "a", Stamp: stamp}, 0} }
	manual := func(c Change, now int64) report { return report{Report{Change: c}, now} }
	remove := Change{Kind: KindRemove, Flight: Flight{Number: "I768"}}
	for _, test := range []struct {
		reason  string
		reports []report
		want    string // the gate; "-": the flight is not on the board
	}{
		{"a removal", []report{at(put("I768 gate=1"), 1), at(remove, 2)}, "-"},
		{"a report again, after it", []report{at(put("I768 gate=1"), 1), at(remove, 2), at(put("I768 gate=1"), 1)}, "-"},
		{"a late one", []report{at(put("I768 gate=1"), 1), at(remove, 3), at(put("I768 gate=2"), 2)}, "-"},
		{"in one body", []report{at(remove, 3), at(put("I768 gate=2"), 2)}, "-"},
		{"a newer one: it is back", []report{at(put("I768 gate=1"), 1), at(remove, 2), at(put("I768 gate=3"), 3)}, "3"},
		{"one without a stamp is of now", []report{at(put("I768 gate=1"), 1), at(remove, 2),
			manual(put("I768 gate=3"), 0)}, "3"},
		{"a removal that is older than the report", []report{at(put("I768 gate=1"), 2), at(remove, 1)}, "1"},
		{"one without a stamp", []report{at(put("I768 gate=1"), 2), manual(remove, 0)}, "-"},
		{"one that was made while the flight was there and comes after its removal",
			[]report{at(put("I768 gate=1"), 1), manual(remove, 5), at(put("I768 gate=4"), 4)}, "-"},
		{"one that was made before a snapshot without the flight",
			[]report{at(put("I768 gate=4"), 4), manual(replace("A1"), 5), at(put("I768 gate=3"), 3)}, "-"},
		{"a report again, after a manual one", []report{at(put("I768 gate=1"), 1), manual(put("I768 gate=2"), 5),
			at(put("I768 gate=1"), 1)}, "2"},
		{"a newer one, after a manual one", []report{manual(put("I768 gate=2"), 5), at(put("I768 gate=6"), 6)}, "6"},
	} {
		var b, together Board
		for _, b := range []*Board{&b, &together} {
			b.Apply(&Change{Kind: KindAdd, Flight: fly("I768")})
		}
		batch := together.Batch(0)
		for _, r := range test.reports {
			for _, batch := range []*Batch{b.Batch(r.now), batch} {
				batch.now = r.now
				merge(t, batch, r.Report)
				if batch.board == &b {
					batch.Commit()
				}
			}
		}
		batch.Commit()
		for name, b := range map[string]*Board{"one by one": &b, "in one body": &together} {
			got := "-"
			if f := b.Flight("I768"); f != nil {
				got = f.Gate
			}
			if got != test.want {
				t.Errorf("%s, %s: the gate is %q, want %q", test.reason, name, got, test.want)
			}
		}
	}
}
