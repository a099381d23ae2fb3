package timetable

import (
	"fmt"
	"testing"
)

// A publisher repeats itself after the board has removed a flight that is over.
func TestWhatIsOverStaysAway(t *testing.T) {
	const hour = 60 * minute * int64(1e6)
	none, landed := Times{}, Times{MilestoneLanded: "18:29"}
	poll := reported("a", 0, " arrival=18:40", landed)
	manual := func(c Change) Report { return Report{Change: c} }
	dated, other := poll, poll
	dated.Flight.Arrival, other.Flight.Arrival = "2026-11-28T18:40:00+08:00", "2026-11-29T18:40:00+08:00"
	for _, test := range []struct {
		reason string
		before []Report
		after  []Report // half an hour apart, from an hour after the removal
		shown  bool
	}{
		{"a poller that repeats the record", []Report{poll}, []Report{poll, poll, poll}, false},
		{"for a day", []Report{poll}, many(poll, 48), false},
		{"one that has no name", []Report{manualPoll(poll)}, many(manualPoll(poll), 48), false},
		{"another belt is no news", []Report{poll}, []Report{reported("a", 0, " arrival=18:40 belt=4", landed)}, false},
		{"nor is a stage further on", []Report{poll}, []Report{reported("a", 0, "", Times{MilestoneLanded: "18:29",
			MilestoneArrived: "18:35"})}, false},
		{"nor what another source still believes", []Report{poll}, []Report{reported("b", 0,
			" state=expected expected=18:31 gate=7", none)}, false},
		{"nor a snapshot that has it", []Report{poll}, []Report{{Change: replace("A1",
			"I768 arrival=18:40 state=landed"), Source: "a"}}, false},
		{"nor one from a stamp's owner", []Report{poll}, []Report{reported("a", hour+hour/4, " arrival=18:40",
			landed)}, false},
		{"nor the word in other letters", []Report{reported("a", 0, " state=Cancelled", none)}, []Report{reported("a",
			0, " state=CANCELED", none)}, false},
		{"a date is no news", []Report{poll}, []Report{dated}, false},
		{"another schedule", []Report{dated}, []Report{other}, true},
		{"the landing is withdrawn", []Report{poll}, []Report{withdrawing("a", 0, " arrival=18:40", none,
			MilestoneLanded)}, true},
		{"a state below, from its source", []Report{reported("a", 0, " state=landed", none)}, []Report{reported("a",
			0, " state=landing", none)}, true},
		{"a cancelled flight that comes after all", []Report{reported("a", 0, " state=cancelled", none)},
			[]Report{reported("b", 0, "", landed)}, true},
		{"by hand", []Report{poll}, []Report{manual(add("I768 arrival=18:40 state=landed"))}, true},
		{"anything new by hand", []Report{poll}, []Report{manual(put("I768 gate=C"))}, true},
		{"a flight that was removed by hand too", []Report{poll, manual(remove("I768"))}, []Report{poll}, true},
		{"the number alone, half a day later", []Report{poll}, many(reported("a", 0, " gate=7", none), 24), true},
	} {
		t.Run(test.reason, func(t *testing.T) {
			var b Board
			now := hour
			publish := func(r Report) {
				batch := b.Batch(now)
				merge(t, batch, r)
				batch.Commit()
			}
			for _, r := range test.before {
				publish(r)
			}
			if b.Flight("I768") != nil {
				publish(Report{Change: remove("I768"), Over: true})
			}
			for _, r := range test.after {
				if now += hour / 2; b.Flight("I768") == nil {
					publish(r)
				}
			}
			if got := b.Flight("I768"); (got != nil) != test.shown {
				t.Errorf("the board has %+v, want it shown: %t", got, test.shown)
			}
		})
	}
}

func many(r Report, n int) (all []Report) {
	for range n {
		all = append(all, r)
	}
	return all
}

func manualPoll(r Report) Report {
	r.Source = ""
	return r
}

func TestWhatIsOverIsBounded(t *testing.T) {
	var b Board
	for n := range 3 * overEach {
		number := fmt.Sprint("A", n)
		batch := b.Batch(1)
		merge(t, batch, manually(add(number+" state=landed"))...)
		merge(t, batch, Report{Change: remove(number), Over: true})
		batch.Commit()
	}
	if n := len(b.over[0]) + len(b.over[1]); n > 2*overEach || n < overEach {
		t.Errorf("%d flights are remembered, want %d to %d", n, overEach, 2*overEach)
	}
}

// Idle reports are counted by reason.
func TestIdleReportsHaveReasons(t *testing.T) {
	var b Board
	batch := b.Batch(10)
	merge(t, batch, reported("a", 5, " gate=1", Times{}), reported("a", 5, " gate=1", Times{}), reported("a", 4,
		" gate=2", Times{}),
		Report{Change: remove("I768")}, reported("a", 6, " gate=3", Times{}))
	if got, want := batch.Idle(), (Idle{Older: 1, Repeated: 1, Removed: 1}); got != want {
		t.Errorf("Idle() = %+v, want %+v", got, want)
	}
}

func TestStampsOutOfRange(t *testing.T) {
	const now = sane + 100*minute*1e6
	for _, test := range []struct {
		reason     string
		now, stamp int64
		err        string
	}{
		{"now", now, now, ""},
		{"clocks differ", now, now + ahead, ""},
		{"13 h ahead", now, now + 13*60*minute*1e6,
			"stamp: is 780 min ahead of the server's clock: want UTC with Z, or local time with its offset"},
		{"a minute and more", now, now + ahead + 1,
			"stamp: is 1 min ahead of the server's clock: want UTC with Z, or local time with its offset"},
		{"from before 1970", now, -14_182_940 * 1e6, ""},
		{"absurdly old", now, 1, ""},
		{"a server's clock that is wrong itself", 1, now, ""},
	} {
		var b Board
		batch := b.Batch(test.now)
		o, err := batch.Merge(new(reported("a", test.stamp, " gate=1", Times{})))
		if got := errorText(err); got != test.err {
			t.Errorf("%s: error %q, want %q", test.reason, got, test.err)
		}
		if err == nil && (o.Idle || o.Change.Flight.Gate != "1") {
			t.Errorf("%s: %+v", test.reason, o)
		}
	}
	for entry, err := range Body(`{"flight":"A1","stamp":"1970-01-01T00:00:00Z"}`) {
		if err != nil || entry.Report.Stamp != 1 {
			t.Errorf("the first moment of 1970 is the stamp %d, %v; 0 is none", entry.Report.Stamp, err)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
