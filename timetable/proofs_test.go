package timetable

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// withdrawing returns a report that withdraws milestones.
func withdrawing(source string, stamp int64, words string, times Times, milestones ...Milestone) Report {
	r := reported(source, stamp, words, times)
	for _, m := range milestones {
		r.Withdrawn |= 1 << m
	}
	return r
}

func TestWithdrawnTimes(t *testing.T) {
	say, none := reported, Times{}
	landed, departed := Times{MilestoneLanded: "15:02"}, Times{MilestoneDeparted: "12:00"}
	both := Times{MilestoneDeparted: "12:00", MilestoneLanded: "15:02"}
	for _, test := range []struct {
		reason  string
		reports []Report
		want    string
	}{
		{"by a whole record", []Report{say("a", 0, " expected=18:30", both), withdrawing("a", 0, " expected=18:31",
			departed, MilestoneLanded)},
			"I768 expected=18:31 state=expected"},
		{"alone: the estimate before it counts again", []Report{say("a", 0, " expected=18:30", both), withdrawing("a",
			0, "", none, MilestoneLanded)},
			"I768 expected=18:30 state=expected"},
		{"the estimate that came meanwhile too", []Report{say("a", 0, "", landed), say("b", 0, " expected=18:35", none),
			withdrawing("a", 0, "", none, MilestoneLanded)}, "I768 expected=18:35 state=expected"},
		{"without an estimate what is proven is left", []Report{say("a", 0, "", both), withdrawing("a", 0, "", none,
			MilestoneLanded)},
			"I768 state=en_route"},
		{"or nothing", []Report{say("a", 0, "", landed), withdrawing("a", 0, "", none, MilestoneLanded)}, "I768"},
		{"by hand", []Report{say("", 0, "", landed), withdrawing("", 0, "", none, MilestoneLanded)}, "I768"},
		{"by hand what a feed has told", []Report{say("a", 9, "", landed), withdrawing("", 0, "", none,
			MilestoneLanded)}, "I768"},
		{"not by another source", []Report{say("a", 0, "", landed), withdrawing("b", 0, "", none, MilestoneLanded)},
			"I768 expected=15:02 state=landed"},
		{"what another source has told as well stays", []Report{say("a", 0, "", landed), say("b", 0, "",
			Times{MilestoneArrived: "15:09"}),
			withdrawing("a", 0, "", none, MilestoneLanded)}, "I768 expected=15:09 state=arrived"},
		{"an earlier milestone", []Report{say("a", 0, "", both), withdrawing("a", 0, "", none, MilestoneDeparted)},
			"I768 expected=15:02 state=landed"},
		{"the last one of several", []Report{say("a", 0, "", landed), say("a", 0, "", Times{MilestoneArrived: "15:09"}),
			withdrawing("a", 0, "", none, MilestoneArrived)}, "I768 expected=15:02 state=landed"},
		{"a word that was sent stays", []Report{say("a", 0, " state=landed", landed), withdrawing("a", 0, "", none,
			MilestoneLanded)},
			"I768 state=landed"},
		{"a word beside it counts", []Report{say("a", 0, "", landed), withdrawing("a", 0, " state=landing", none,
			MilestoneLanded)}, "I768 state=landing"},
		{"by an older report", []Report{say("a", 2, "", landed), withdrawing("a", 1, "", none, MilestoneLanded)},
			"I768 expected=15:02 state=landed"},
		{"before the report that it withdraws comes", []Report{withdrawing("a", 2, "", none, MilestoneLanded),
			say("a", 1, "", landed)}, "I768"},
		{"and told again", []Report{say("a", 0, "", landed), withdrawing("a", 0, "", none, MilestoneLanded), say("a",
			0, "", landed)},
			"I768 expected=15:02 state=landed"},
		{"an estimate is withdrawn", []Report{say("a", 0, " expected=18:30", departed), withdrawing("a", 0, "", none),
			{Change: saying(KindPut, fly("I768"), FieldExpected), Source: "a"}}, "I768 state=en_route"},
		{"one that departed and is estimated is expected, also in one report", []Report{say("a", 0, " expected=18:30",
			departed)},
			"I768 expected=18:30 state=expected"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			want := fly(test.want)
			var apart, together Board
			batch := together.Batch(0)
			for _, r := range test.reports {
				tell(t, &apart, r)
			}
			merge(t, batch, test.reports...)
			batch.Commit()
			for name, b := range map[string]*Board{"one by one": &apart, "in one body": &together} {
				if diff := cmp.Diff(want, *b.Flight("I768")); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

// A server that has restarted knows the board, and not who reported it. A time that is told again can be withdrawn.
func TestTimesAreWithdrawnAfterARestart(t *testing.T) {
	var b Board
	b.Apply(new(add("I768 state=landed expected=15:02")))
	tell(t, &b, reported("a", 0, "", Times{MilestoneLanded: "15:02"}))
	tell(t, &b, withdrawing("a", 0, "", Times{}, MilestoneLanded))
	if got := *b.Flight("I768"); got != fly("I768") {
		t.Errorf("after the withdrawal: %+v", got)
	}
}

// TestLivesOfOneSourceEndAlike takes random lives in which a source tells times, withdraws them, estimates and repeats
// itself, and publishes them as they were made and in other orders.
func TestLivesOfOneSourceEndAlike(t *testing.T) {
	random := rand.New(rand.NewPCG(*lives, 3))
	for range 5_000 {
		var reports []Report
		for stamp := range int64(2 + random.IntN(6)) {
			reports = append(reports, anyWithdrawal(random, stamp+1))
		}
		want := told(t, reports)
		later := append(slices.Clone(reports), reports[random.IntN(len(reports))])
		random.Shuffle(len(later), func(i, j int) { later[i], later[j] = later[j], later[i] })
		got := told(t, later)
		// Of an estimate that a withdrawn landing has replaced only the last one is known, and without the time of its
		// landing an estimate may stand in for it.
		estimated := want.HasLanded() || (want.Expected == "") == (got.Expected == "")
		if want.State != got.State || !estimated || want.Gate != got.Gate {
			t.Fatalf("%q\n%q\n(-the first +the second):\n%s", describeAll(reports), describeAll(later), cmp.Diff(want, got))
		}
	}
}

func anyWithdrawal(random *rand.Rand, stamp int64) Report {
	words, times := "", Times{}
	if random.IntN(3) == 0 {
		words = fmt.Sprintf(" expected=18:%02d", stamp)
	}
	if random.IntN(3) == 0 {
		words += fmt.Sprintf(" gate=%d", stamp)
	}
	r := reported("a", stamp, words, times)
	for m := range MilestoneCount {
		switch random.IntN(6) {
		case 0:
			r.Times[m] = fmt.Sprintf("17:%02d", stamp)
		case 1:
			r.Withdrawn |= 1 << m
		}
	}
	return r
}

func describeAll(reports []Report) (texts []string) {
	for _, c := range reports {
		texts = append(texts, fmt.Sprintf("%s@%d %s %q-%b", c.Source, c.Stamp, c.AppendJSON(nil), c.Times, c.Withdrawn))
	}
	return texts
}
