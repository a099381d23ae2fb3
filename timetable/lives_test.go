package timetable

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestLivesOfSeveralSourcesEndAlike takes random lives of a leg that three sources report, with stamps and without
// dates: the airline its schedule and estimates, the tower its actual times, some of which it withdraws, and the apron
// its gate and belt. Pollers repeat the record that they have read before, with newer stamps. The reports are published
// as they were made, and in other orders, with some of them twice.
func TestLivesOfSeveralSourcesEndAlike(t *testing.T) {
	random := rand.New(rand.NewPCG(*lives, 4))
	days := []time.Time{local("2026-11-20T00:00"), local("2026-03-08T00:00"), local("2026-11-01T00:00"),
		local("2026-12-31T00:00")}
	var seen struct{ undated, sources, withdrawn, repeated int }
	for n := range 5_000 {
		life := aLifeOfSources(random, days[n%len(days)].Add(time.Duration(4*60+random.IntN(26*60))*time.Minute))
		sources := map[string]bool{}
		for i, r := range life {
			sources[r.Source] = true
			if at, ok := ParseTime(r.Flight.Arrival); ok && !at.Dated {
				seen.undated++
			}
			seen.withdrawn += min(1, int(r.Withdrawn))
			if i > 0 && slices.ContainsFunc(life[:i], func(o Report) bool {
				return o.Source == r.Source && o.Flight == r.Flight && o.Times == r.Times && o.Withdrawn == r.Withdrawn
			}) {
				seen.repeated++
			}
		}
		seen.sources += len(sources) / 3
		want := livedBy(t, life)
		later := slices.Clone(life)
		for range 1 + random.IntN(3) {
			later = append(later, life[random.IntN(len(life))])
		}
		random.Shuffle(len(later), func(i, j int) { later[i], later[j] = later[j], later[i] })
		if diff := cmp.Diff(want, livedBy(t, later)); diff != "" {
			t.Fatalf("%d\n%q\n%q\n(-the first +the second):\n%s", n, describeAll(life), describeAll(later), diff)
		}
	}
	if seen.undated < 5000 || seen.sources < 2500 || seen.withdrawn < 1000 || seen.repeated < 5000 {
		t.Errorf("the lives have too little of something: %+v", seen)
	}
}

// aLifeOfSources returns the reports about a leg that is due at a moment, in the order of their stamps.
func aLifeOfSources(random *rand.Rand, due time.Time) (life []Report) {
	clock := func(at time.Time) string { return at.Format("15:04") }
	minutes := func(from, to int) time.Duration { return time.Duration(from+random.IntN(to-from)) * time.Minute }
	landed := due.Add(minutes(-60, 4*60))
	last := map[string]Report{}
	say := func(at time.Time, r Report) {
		r.Stamp = at.UnixMicro() + int64(len(life))
		life = append(life, r)
		last[r.Source] = r
	}
	schedule := " arrival=" + clock(due)
	at := due.Add(-minutes(5*60, 8*60))
	say(at, reported("airline", 0, schedule, Times{}))
	var times Times
	for range 3 + random.IntN(8) {
		at = at.Add(minutes(5, 25))
		switch random.IntN(6) {
		case 0:
			estimate := landed.Add(minutes(-30, 30))
			say(at, reported("airline", 0, schedule+" expected="+clock(estimate), Times{}))
		case 1:
			say(at, reported("apron", 0, fmt.Sprintf(" gate=B%d belt=%d", random.IntN(9), random.IntN(9)), Times{}))
		case 2, 3: // what has happened
			at = later(at, landed.Add(10*time.Minute))
			m := Milestone(random.IntN(int(MilestoneCount)))
			times[m] = clock(landed.Add(time.Duration(m) * time.Minute))
			if m > MilestoneLanded {
				times[MilestoneLanded] = clock(landed)
			}
			say(at, reported("tower", 0, "", times))
		case 4:
			at = later(at, landed.Add(10*time.Minute))
			m := Milestone(random.IntN(int(MilestoneCount)))
			var withdrawn Milestones
			for ; m < MilestoneCount && withdrawn == 0 || m > MilestoneLanded && m < MilestoneCount; m++ {
				times[m] = ""
				withdrawn |= 1 << m
			}
			r := reported("tower", 0, "", times)
			r.Withdrawn = withdrawn
			say(at, r)
		case 5:
			if r, ok := last[pick(random, "airline", "tower", "apron")]; ok {
				say(at, r) // a poll
			}
		}
	}
	return life
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// livedBy returns the flight after reports that come a day later.
func livedBy(t *testing.T, reports []Report) Flight {
	var b Board
	for _, r := range reports {
		batch := b.Batch(reports[0].Stamp + 40*3600*1e6)
		batch.Calendar = plainCalendar{newYork}
		if _, err := batch.Merge(&r); err != nil {
			t.Fatal(err)
		}
		batch.Commit()
	}
	return *b.Flight("I768")
}
