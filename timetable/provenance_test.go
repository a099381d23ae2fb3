package timetable

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A report is a source's report about flight I768: "tower@3 state=landed landed:18:02" has the stamp 3.
func reported(source string, stamp int64, words string, times Times) Report {
	return Report{Change: put("I768" + words), Source: source, Stamp: stamp, Times: times}
}

func recorded(source, words string) Report {
	r := reported(source, 0, words, Times{})
	r.Published = true
	return r
}

func TestProgress(t *testing.T) {
	none := Times{}
	say := reported
	tests := []struct {
		reason  string
		reports []Report
		want    string
	}{
		// The ladder: actual times prove a state.
		{"a schedule alone proves nothing", []Report{say("a", 0, " arrival=18:00", none)}, "I768 arrival=18:00"},
		{"an estimate makes a flight expected", []Report{say("a", 0, " expected=18:05", none)},
			"I768 expected=18:05 state=expected"},
		{"it left", []Report{say("a", 0, "", Times{MilestoneDeparted: "16:00"})}, "I768 state=en_route"},
		{"it left and is estimated: that it left proves more than nothing, the estimate more than that",
			[]Report{say("a", 0, "", Times{MilestoneDeparted: "16:00"}), say("a", 0, " expected=18:05", none)},
			"I768 expected=18:05 state=expected"},
		{"it is on its approach", []Report{say("a", 0, "", Times{MilestoneLanding: "17:55"})}, "I768 state=landing"},
		{"it touched down: its time is actual", []Report{say("a", 0, " expected=18:05", none),
			say("a", 0, "", Times{MilestoneLanded: "18:03"})}, "I768 expected=18:03 state=landed"},
		{"it is at its stand, and landed when it landed",
			[]Report{say("a", 0, "", Times{MilestoneLanded: "18:03"}), say("a", 0, "", Times{MilestoneArrived: "18:09"})},
			"I768 expected=18:03 state=arrived"},
		{"only the stand is known", []Report{say("a", 0, " expected=18:05", Times{MilestoneArrived: "18:09"})},
			"I768 expected=18:09 state=arrived"},
		{"its bags come", []Report{say("a", 0, "", Times{MilestoneLanded: "18:03", MilestoneOnBelt: "18:20"})},
			"I768 expected=18:03 state=on_belt"},
		{"and are all there", []Report{say("a", 0, "",
			Times{MilestoneLanded: "18:03", MilestoneOnBelt: "18:20", MilestoneFinished: "18:31"})},
			"I768 expected=18:03 state=finished"},
		{"of several times the furthest counts",
			[]Report{say("a", 0, "", Times{MilestoneLanded: "18:03", MilestoneDeparted: "16:00"})},
			"I768 expected=18:03 state=landed"},

		// An actual beats an estimate.
		{"an estimate that comes late changes nothing",
			[]Report{say("a", 0, "", Times{MilestoneLanded: "18:03"}), say("b", 9, " expected=18:30", none)},
			"I768 expected=18:03 state=landed"},
		{"nor does it within the same report", []Report{say("a", 0, " expected=18:30", Times{MilestoneLanded: "18:03"})},
			"I768 expected=18:03 state=landed"},

		// Words.
		{"a state that is said is shown as it is", []Report{say("a", 0, " state=waiting_for_a_stand", none)},
			"I768 state=waiting_for_a_stand"},
		{"also beside times", []Report{say("a", 0, " state=waiting_for_a_stand", Times{MilestoneLanded: "18:03"})},
			"I768 expected=18:03 state=waiting_for_a_stand"},
		{"an estimate says less than any word", []Report{say("a", 0, " state=boarding_in_Rome", none),
			say("a", 0, " expected=18:05", none)}, "I768 expected=18:05 state=boarding_in_Rome"},
		{"an actual time says more", []Report{say("a", 0, " state=boarding_in_Rome", none),
			say("a", 0, "", Times{MilestoneLanded: "18:03"})}, "I768 expected=18:03 state=landed"},
		{"a word below what its times prove is kept as the feed's word",
			[]Report{say("a", 0, " state=expected", Times{MilestoneLanded: "18:03"})},
			"I768 expected=18:03 state=landed word=expected"},
		{"a word of its own stays beside the state", []Report{say("a", 0, " word=LND", Times{MilestoneLanded: "18:03"})},
			"I768 expected=18:03 state=landed word=LND"},
		{"and goes with the state", []Report{say("a", 0, " word=LND", Times{MilestoneLanded: "18:03"}),
			say("a", 0, "", Times{MilestoneArrived: "18:09"})}, "I768 expected=18:03 state=arrived"},
		{"a word above what the times prove is right",
			[]Report{say("a", 0, " state=arrived", Times{MilestoneLanded: "18:03"})}, "I768 expected=18:03 state=arrived"},

		// Newer beats older, field by field.
		{"a newer gate", []Report{say("a", 1, " gate=1", none), say("b", 2, " gate=2", none)}, "I768 gate=2"},
		{"an older gate, from the same source even", []Report{say("a", 2, " gate=2", none), say("a", 1, " gate=1", none)},
			"I768 gate=2"},
		{"an older report with a newer field in it",
			[]Report{say("a", 2, " gate=2", none), say("a", 1, " gate=1 belt=1", none)}, "I768 gate=2 belt=1"},
		{"the same again", []Report{say("a", 2, " gate=2", none), say("a", 2, " gate=2", none)}, "I768 gate=2"},
		{"a stamp after none", []Report{say("a", 0, " gate=2", none), say("a", 1, " gate=1", none)}, "I768 gate=1"},
		{"none after a stamp: it is said now", []Report{say("a", 9, " gate=2", none), say("a", 0, " gate=1", none)},
			"I768 gate=1"},
		{"an addition with a stamp is a report like others",
			[]Report{say("a", 2, " gate=2", none), {Change: add("I768 gate=1 belt=1"), Source: "a", Stamp: 1}},
			"I768 gate=2 belt=1"},

		// Steps back.
		{"its source takes it back, for a go-around",
			[]Report{say("a", 1, " state=landing", none), say("a", 2, " state=expected", none)}, "I768 state=expected"},
		{"an older report does not", []Report{say("a", 2, " state=landing", none), say("a", 1, " state=expected", none)},
			"I768 state=landing"},
		{"nor one as old", []Report{say("a", 2, " state=landing", none), say("a", 2, " state=expected", none)},
			"I768 state=landing"},
		{"nor another source, however new", []Report{say("a", 1, " state=landed", none),
			say("b", 9, " state=expected gate=7", none)}, "I768 state=landed gate=7"},
		{"whose own steps forward count", []Report{say("a", 1, " state=landing", none), say("b", 2, " state=landed", none)},
			"I768 state=landed"},
		{"a source without stamps speaks of now",
			[]Report{say("a", 0, " state=landing", none), say("a", 0, " state=expected", none)}, "I768 state=expected"},
		{"a hand is always right", []Report{say("a", 9, " state=landed", none),
			say("", 0, " state=expected expected=18:30", none)}, "I768 state=expected expected=18:30"},
		{"and so is a recording: what it says was weighed before",
			[]Report{say("a", 0, "", Times{MilestoneLanded: "18:03"}), recorded("a", " expected=18:04")},
			"I768 expected=18:04 state=landed"},
		{"times never step back: what came about did",
			[]Report{say("a", 1, " state=landed", none), say("a", 2, "", Times{MilestoneDeparted: "16:00"})},
			"I768 state=landed"},
		{"landed, taken back, is estimated again",
			[]Report{say("a", 1, "", Times{MilestoneLanded: "18:03"}), say("a", 2, " state=landing expected=18:20", none)},
			"I768 state=landing expected=18:20"},

		// Exceptions.
		{"cancelled", []Report{say("a", 1, " expected=18:05", none), say("a", 2, " state=cancelled", none)},
			"I768 expected=18:05 state=cancelled"},
		{"by any source, before it has landed", []Report{say("a", 1, " state=expected", none),
			say("b", 2, " state=cancelled", none)}, "I768 state=cancelled"},
		{"but not after", []Report{say("a", 1, " state=landed", none), say("b", 2, " state=cancelled", none)},
			"I768 state=landed"},
		{"an estimate does not bring it back", []Report{say("a", 1, " state=cancelled", none),
			say("a", 2, " expected=18:05", none)}, "I768 expected=18:05 state=cancelled"},
		{"whoever cancelled it may reinstate it",
			[]Report{say("a", 1, " state=cancelled", none), say("a", 2, " state=expected", none)}, "I768 state=expected"},
		{"diverted, and landed here after all", []Report{say("a", 1, " state=diverted", none),
			say("b", 2, "", Times{MilestoneLanded: "19:10"})}, "I768 expected=19:10 state=landed"},
		{"returned to where it came from, and left again",
			[]Report{say("a", 1, " state=returned", none), say("a", 2, "", Times{MilestoneDeparted: "17:30"})},
			"I768 state=en_route"},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			want := fly(test.want)
			var apart, together, browser Board
			batch := together.Batch(0)
			for _, r := range test.reports {
				tell(t, &apart, r)
			}
			merge(t, batch, test.reports...)
			for _, c := range batch.Changes() {
				browser.Apply(&c.Change)
			}
			batch.Commit()
			for name, b := range map[string]*Board{"one by one": &apart, "in one body": &together, "in a browser": &browser} {
				if diff := cmp.Diff(want, *b.Flight("I768")); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			// Replayed reports of a source with stamps, in any order, change nothing.
			for _, r := range test.reports {
				if r.Stamp == 0 {
					return
				}
			}
			for _, r := range slices.Backward(test.reports) {
				tell(t, &apart, r)
			}
			if diff := cmp.Diff(want, *apart.Flight("I768")); diff != "" {
				t.Errorf("replayed backwards (-want +got):\n%s", diff)
			}
		})
	}
}

// tell publishes a report in its own batch.
func tell(t *testing.T, b *Board, r Report) {
	t.Helper()
	batch := b.Batch(0)
	merge(t, batch, r)
	batch.Commit()
}

func TestDelay(t *testing.T) {
	for _, c := range []struct {
		reason, flight string
		minutes        int
		ok             bool
	}{
		{"late", "A1 arrival=18:00 expected=18:20", 20, true},
		{"early", "A1 arrival=18:00 expected=17:45", -15, true},
		{"past midnight", "A1 arrival=23:50 expected=00:10", 20, true},
		{"before midnight", "A1 arrival=00:10 expected=23:50", -20, true},
		{"dated", "A1 arrival=2026-11-20T18:00:00+01:00 expected=2026-11-21T18:01:00+01:00", 24*60 + 1, true},
		{"in another zone", "A1 arrival=2026-11-20T18:00:00+01:00 expected=2026-11-20T17:05:00Z", 5, true},
		{"over the hour that comes twice", "A1 arrival=2026-10-25T02:50:00+02:00 expected=2026-10-25T02:10:00+01:00", 20,
			true},
		{"one of them dated", "A1 arrival=2026-11-20T23:55:00Z expected=00:05", 10, true},
		{"the other one dated", "A1 arrival=18:00 expected=2026-11-20T18:05:00Z", 0, false},
		{"not estimated", "A1 arrival=18:00", 0, false},
		{"not scheduled", "A1 expected=18:00", 0, false},
	} {
		f := fly(c.flight)
		if minutes, ok := f.Delay(); minutes != c.minutes || ok != c.ok {
			t.Errorf("%s: Delay of %s = %d, %t, want %d, %t", c.reason, c.flight, minutes, ok, c.minutes, c.ok)
		}
	}
}
