package presets

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"slices"
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
	asian    = []string{"2026-11-28"}
)

var shapes = []shape{
	{preset: "avinor:OSL", days: european, stamped: true, answer: avinorAnswer, states: map[string]string{"scheduled": "",
		"en route": "expected", "landing": "expected", "arrived": "landed", "on belt": "landed", "diverted": "cancelled"}},
	{preset: "finavia:HEL", days: european, shares: true, stamped: true, answer: finaviaAnswer, states: map[string]string{"scheduled": "",
		"en route": "expected", "landing": "expected", "on belt": "on belt"}},
	{preset: "swedavia:ARN", days: european, shares: true, answer: swedaviaAnswer, states: map[string]string{"expected": "scheduled",
		"landing": "en route", "arrived": "landed"}},
	{preset: "hkia", days: asian, shares: true, answer: hkiaAnswer, states: map[string]string{"scheduled": "",
		"en route": "expected", "landing": "expected", "on belt": "arrived"}},
	{preset: "tlv", days: []string{"2026-03-26", "2026-10-24"}, local: true, answer: tlvAnswer,
		without: timetable.FieldGate.Bit(), states: map[string]string{"scheduled": "", "expected": "", "en route": "",
			"landing": "", "arrived": "landed", "on belt": "landed", "diverted": "cancelled"}},
	{preset: "icn", days: asian, shares: true, answer: icnAnswer, states: map[string]string{"scheduled": "", "expected": "",
		"en route": "", "on belt": "arrived"}},
	{preset: "odpt:HND", days: asian, shares: true, stamped: true, answer: odptAnswer, states: map[string]string{"scheduled": "",
		"en route": "expected", "landing": "expected", "on belt": "arrived"}},
	{preset: "tdx:TPE", days: asian, token: true, shares: true, stamped: true, answer: tdxAnswer, states: map[string]string{"scheduled": "",
		"en route": "expected", "landing": "expected", "landed": "arrived", "on belt": "arrived", "diverted": "cancelled"}},
	{preset: "schiphol", days: european, shares: true, stamped: true, answer: schipholAnswer, states: map[string]string{
		"landing": "approaching", "arrived": "on belt"}},
	{preset: "aerodatabox:DUB", days: european, shares: true, answer: aerodataboxAnswer, states: map[string]string{
		"expected": "scheduled", "landing": "approaching", "landed": "arrived", "on belt": "arrived"}},
	{preset: "aeroapi:BOS", days: []string{"2026-03-07", "2026-10-31"}, shares: true, answer: aeroapiAnswer, states: map[string]string{
		"expected": "scheduled", "landing": "en route", "on belt": "arrived"}},
	{preset: "aviationstack:FRA", days: european, local: true, shares: true, answer: aviationstackAnswer, states: map[string]string{
		"expected": "scheduled", "landing": "en route", "arrived": "landed", "on belt": "landed"}},
}

// TestADayOfEachPreset plays a day and a night of a synthetic airport in the shape of each preset's source, with its
// codeshares, pages, time windows, and the faults of a server, and with restarts. Each leg comes once, passes its states
// in order, with its own times, and leaves once.
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
	from, err := Open(s.preset, key)
	if err != nil {
		t.Fatal(err)
	}
	zone := from.About().Zone
	noon, err := time.ParseInLocation("2006-01-02 15:04", date+" 12:00", zone)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(noon))
	seed := fnv.New64()
	fmt.Fprint(seed, s.preset, date)
	random := rand.New(rand.NewPCG(seed.Sum64(), 15))
	end := noon.Add(44 * time.Hour)
	d := &day{shape: s, t: t, random: random, zone: zone, calm: end.Add(-time.Hour)}
	d.legs = daytest.NewLegs(random, noon.Add(6*time.Hour), noon.Add(30*time.Hour), 40)
	if s.local {
		d.legs = daytest.WithoutDoubledHour(d.legs, zone)
	}
	for i, l := range d.legs {
		if s.shares && i%3 == 0 {
			l.Codeshare = "Z" + l.Number[1:]
		}
	}
	w := &daytest.Witness{Legs: d.legs, Zone: zone, Without: s.without, States: s.shows,
		Linger: feed.Linger{Landed: 15 * time.Minute, OffSchedule: 2 * time.Hour, Overdue: 6 * time.Hour}}
	w.Play(t, random, end, func(l daytest.Life) feed.Feed {
		return poll.New("airport", from, poll.Options{Client: &http.Client{Transport: d}, Board: l.Board,
			Resumed: l.Resumed, Landed: l.Linger.Landed, OffSchedule: l.Linger.OffSchedule, Overdue: l.Linger.Overdue,
			Status: d.see})
	})
	t.Logf("%d requests, %d answers, faults %v", d.requests, d.answers, d.faults)
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
