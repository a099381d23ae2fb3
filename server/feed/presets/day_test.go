package presets

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/feed"
	"flightboard/server/feed/poll"
	"flightboard/server/feed/poll/daytest"
	"flightboard/timetable"
)

// A shape is how a preset's source writes its answers, and what it can say.
type shape struct {
	preset  string
	days    []string          // whose nights are played; the clocks change in two of them, if they do at the airport
	local   bool              // its times have no offset
	states  map[string]string // what the board shows for each state; "": what follows from the times
	without timetable.Fields
	token   bool
	stamped bool // it says when its news is of
	shares  bool // it has codeshares
	answer  func(d *day, r *http.Request) (body any, header http.Header)
}

var (
	european = []string{"2026-03-28", "2026-10-24"}
	american = []string{"2026-03-07", "2026-10-31"}
	asian    = []string{"2026-11-28"}
)

var shapes = []shape{
	{preset: "avinor:OSL", days: european, stamped: true, answer: avinorAnswer,
		states: states("scheduled=", "en route=expected", "landing=expected", "arrived=landed", "on belt=landed",
			"diverted=cancelled")},
	{preset: "finavia:HEL", days: european, shares: true, stamped: true, answer: finaviaAnswer,
		states: states("scheduled=", "en route=expected", "landing=expected")},
	{preset: "swedavia:ARN", days: european, shares: true, answer: swedaviaAnswer,
		states: states("expected=scheduled", "landing=en route", "arrived=landed")},
	{preset: "hkia", days: asian, shares: true, answer: hkiaAnswer,
		states: states("scheduled=", "en route=expected", "landing=expected", "on belt=arrived")},
	{preset: "tlv", days: []string{"2026-03-26", "2026-10-24"}, local: true, answer: tlvAnswer,
		without: timetable.FieldGate.Bit(), states: states("scheduled=", "expected=", "en route=", "landing=",
			"arrived=landed", "on belt=landed", "diverted=cancelled")},
	{preset: "icn", days: asian, shares: true, answer: icnAnswer,
		states: states("scheduled=", "expected=", "en route=", "on belt=arrived")},
	{preset: "odpt:HND", days: asian, shares: true, stamped: true, answer: odptAnswer,
		states: states("scheduled=", "en route=expected", "landing=expected", "on belt=arrived")},
	{preset: "tdx:TPE", days: asian, shares: true, stamped: true, token: true, answer: tdxAnswer,
		states: states("scheduled=", "en route=expected", "landing=expected", "landed=arrived", "on belt=arrived",
			"diverted=cancelled")},
	{preset: "schiphol", days: european, shares: true, stamped: true, answer: schipholAnswer,
		states: states("landing=approaching", "arrived=on belt")},
	{preset: "aerodatabox:DUB", days: european, shares: true, answer: aerodataboxAnswer,
		states: states("expected=scheduled", "landing=approaching", "landed=arrived", "on belt=arrived")},
	{preset: "aeroapi:BOS", days: american, shares: true, answer: aeroapiAnswer,
		states: states("expected=scheduled", "landing=en route", "on belt=arrived")},
	{preset: "aviationstack:FRA", days: european, shares: true, local: true, answer: aviationstackAnswer,
		states: states("expected=scheduled", "landing=en route", "arrived=landed", "on belt=landed")},
}

// states returns what a board shows for the states that it does not show as they are.
func states(pairs ...string) map[string]string {
	shown := make(map[string]string)
	for _, pair := range pairs {
		state, is, _ := strings.Cut(pair, "=")
		shown[state] = is
	}
	return shown
}

// TestADayOfEachPreset plays a day and a night of a synthetic airport in the shape of each preset's source, with its
// codeshares, pages and time windows, the faults of a server, and restarts. Each leg comes once, passes its states in
// order, with its own times, and leaves once. See day_positions_test.go for the others.
func TestADayOfEachPreset(t *testing.T) {
	for _, name := range []string{"TDX_ID", "TDX_SECRET"} {
		t.Setenv(name, "<"+name+">")
	}
	for _, s := range shapes {
		for _, date := range s.days {
			t.Run(s.preset+" "+date, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { s.play(t, date) })
			})
		}
	}
}

func (s shape) play(t *testing.T, date string) {
	d, noon := s.begin(t, date)
	end := noon.Add(44 * time.Hour)
	d.calm = end.Add(-time.Hour)
	d.legs = daytest.NewLegs(d.random, noon.Add(6*time.Hour), noon.Add(30*time.Hour), 40)
	if s.local {
		d.legs = daytest.WithoutDoubledHour(d.legs, d.zone)
	}
	for i, l := range d.legs {
		if s.shares && i%3 == 0 {
			l.Codeshare = "Z" + l.Number[1:]
		}
	}
	d.play(&daytest.Witness{States: s.shows, Linger: usualLinger}, end)
}

var usualLinger = feed.Linger{Landed: 15 * time.Minute, OffSchedule: 2 * time.Hour, Overdue: 6 * time.Hour}

// begin returns a day whose clock is at noon.
func (s shape) begin(t *testing.T, date string) (d *day, noon time.Time) {
	from, err := Open(s.preset, key)
	if err != nil {
		t.Fatal(err)
	}
	zone := from.About().Zone
	if noon, err = time.ParseInLocation("2006-01-02 15:04", date+" 12:00", zone); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(noon))
	seed := fnv.New64()
	fmt.Fprint(seed, s.preset, date)
	return &day{shape: s, t: t, random: rand.New(rand.NewPCG(seed.Sum64(), 15)), zone: zone}, noon
}

// play plays the day until its end.
func (d *day) play(w *daytest.Witness, end time.Time) {
	w.Legs, w.Zone, w.Without = d.legs, d.zone, d.without
	w.Play(d.t, d.random, end, func(l daytest.Life) feed.Feed {
		from, err := Open(d.preset, key)
		if err != nil {
			d.t.Fatal(err)
		}
		return poll.New("airport", from, poll.Options{Client: &http.Client{Transport: d}, Board: l.Board,
			Resumed: l.Resumed, Landed: l.Linger.Landed, OffSchedule: l.Linger.OffSchedule, Overdue: l.Linger.Overdue,
			Status: d.see})
	})
	d.t.Logf("%d requests, %d answers, faults %v", d.requests, d.answers, d.faults)
}

// see looks at the status of the feed after an answer.
func (d *day) see(s poll.Status) {
	if s.Rejected > 0 || len(s.Unmapped) > 0 {
		d.t.Errorf("%d rows are rejected, %q is not mapped: %q", s.Rejected, s.Unmapped, s.Reasons)
	}
}

// shows reports whether the board may show a state in a phase.
func (s shape) shows(p daytest.Phase, is string) bool {
	want, ok := s.states[p.State]
	if !ok {
		want = p.State
	}
	switch {
	case want == "":
		return slices.Contains([]string{"", "scheduled", "expected", "delayed"}, is)
	case is == "delayed":
		return delayed(p)
	}
	return is == want
}

// delayed reports whether a source that has the word uses it in a phase.
func delayed(p daytest.Phase) bool {
	return !p.Exp.IsZero() && p.Exp.Sub(p.Sched) > 20*time.Minute &&
		slices.Contains([]string{"expected", "en route", "landing"}, p.State)
}
