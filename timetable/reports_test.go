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

// TestTheOrderOfReportsDoesNotMatter takes reports with stamps, as they were made and then in another order, one of them
// twice: any two reports, and the whole life of a leg.
func TestTheOrderOfReportsDoesNotMatter(t *testing.T) {
	for kind, reports := range map[string]func(*rand.Rand) []Change{
		"any two": func(random *rand.Rand) []Change { return []Change{anyReport(random, 1), anyReport(random, 2)} },
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

// anyReport is one of two sources'. What says that the leg is here says when it landed: without that, an estimate stands
// in for it, and which one does depends on the order.
func anyReport(random *rand.Rand, stamp int64) Change {
	source, at := pick(random, "a", "b"), fmt.Sprintf("18:%02d", stamp)
	switch random.IntN(4) {
	case 0:
		return reported(source, stamp, " expected="+at, Times{})
	case 1:
		return reported(source, stamp, " gate="+at, Times{})
	case 2:
		return reported(source, stamp, " state="+pick(random, "en_route", "expected", "landing", "cancelled"), Times{})
	}
	m, times := Milestone(random.IntN(int(milestoneCount))), Times{}
	times[m] = at
	if m > Landed {
		times[Landed] = at
	}
	return reported(source, stamp, "", times)
}

// aLife goes up the ladder, as several sources see it; some reports are lost.
func aLife(random *rand.Rand) (reports []Change) {
	for stamp, r := range []struct {
		words string
		times Times
	}{
		{" arrival=18:00 gate=1", Times{}},
		{" expected=18:10", Times{}},
		{" state=en_route", Times{Departed: "16:00"}},
		{" expected=18:12 gate=2", Times{}},
		{" state=expected", Times{}},
		{" state=landing expected=18:11", Times{}},
		{"", Times{Landed: "18:09"}},
		{" belt=4", Times{Landed: "18:09", Arrived: "18:15"}},
		{" belt=5", Times{OnBelt: "18:20", Landed: "18:09"}},
	} {
		if random.IntN(4) > 0 || len(reports) == 0 {
			reports = append(reports, reported(pick(random, "a", "b", "c"), int64(stamp+1), r.words, r.times))
		}
	}
	return reports
}

func pick(random *rand.Rand, texts ...string) string { return texts[random.IntN(len(texts))] }

func told(t *testing.T, reports []Change) Flight {
	var b Board
	b.Apply(&Change{Kind: Add, Flight: fly("I768 arrival=18:00")})
	for _, c := range reports {
		if err := b.Draft().Admit(&c); err != nil {
			t.Fatal(err)
		}
		b.Apply(&c)
	}
	return *b.Flight("I768")
}

func describe(reports []Change) (texts []string) {
	for _, c := range reports {
		texts = append(texts, fmt.Sprintf("%s@%d %s %q", c.Source, c.Stamp, c.AppendJSON(nil), c.Times))
	}
	return texts
}

// TestOldNews are reports about a flight that has left, has come back, or was touched by a hand.
func TestOldNews(t *testing.T) {
	at := func(c Change, stamp int64) Change { c.Source, c.Stamp = "a", stamp; return c }
	hand := func(c Change, heard int64) Change { c.Heard = heard; return c }
	remove := Change{Kind: Remove, Flight: Flight{Number: "I768"}}
	for _, test := range []struct {
		reason  string
		changes []Change
		want    string // the gate; "-": the flight is not on the board
	}{
		{"a removal", []Change{at(put("I768 gate=1"), 1), at(remove, 2)}, "-"},
		{"a report again, after it", []Change{at(put("I768 gate=1"), 1), at(remove, 2), at(put("I768 gate=1"), 1)}, "-"},
		{"a late one", []Change{at(put("I768 gate=1"), 1), at(remove, 3), at(put("I768 gate=2"), 2)}, "-"},
		{"in one body", []Change{at(remove, 3), at(put("I768 gate=2"), 2)}, "-"},
		{"a newer one: it is back", []Change{at(put("I768 gate=1"), 1), at(remove, 2), at(put("I768 gate=3"), 3)}, "3"},
		{"one without a stamp speaks of now", []Change{at(put("I768 gate=1"), 1), at(remove, 2), put("I768 gate=3")}, "3"},
		{"a removal that is older than the report", []Change{at(put("I768 gate=1"), 2), at(remove, 1)}, "1"},
		{"one without a stamp", []Change{at(put("I768 gate=1"), 2), remove}, "-"},
		{"what came while the flight lingered and is heard after it left", []Change{at(put("I768 gate=1"), 1), hand(remove, 5), at(put("I768 gate=4"), 4)}, "-"},
		{"a report again, after a hand", []Change{at(put("I768 gate=1"), 1), hand(put("I768 gate=2"), 5), at(put("I768 gate=1"), 1)}, "2"},
		{"a newer one, after a hand", []Change{hand(put("I768 gate=2"), 5), at(put("I768 gate=6"), 6)}, "6"},
	} {
		var b, together Board
		add := Change{Kind: Add, Flight: fly("I768")}
		b.Apply(&add)
		together.Apply(&add)
		draft := together.Draft()
		var admitted []Change
		for _, c := range test.changes {
			alone := c
			if err := b.Draft().Admit(&alone); err != nil {
				t.Fatalf("%s: %v", test.reason, err)
			}
			b.Apply(&alone)
			if err := draft.Admit(&c); err != nil {
				t.Fatalf("%s: %v", test.reason, err)
			}
			admitted = append(admitted, c)
		}
		for _, c := range admitted {
			together.Apply(&c)
		}
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
