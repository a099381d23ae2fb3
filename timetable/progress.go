package timetable

import "slices"

// A rung is how far a leg has come. Publishers disagree about words but agree about the ladder, so what they say is
// compared by rungs.
type rung uint8

const (
	unknown   rung = iota // nobody has said, or the word is not ours
	scheduled             // and returned: it is back where it came from
	enRoute
	expected
	landing
	astray // cancelled or diverted: no estimate brings it back, only news of its landing, or whoever said so
	landed
	arrived
	onBelt
	finished
)

var rungs = map[string]rung{"scheduled": scheduled, "en route": enRoute, "expected": expected, "delayed": expected,
	"approaching": landing, "landing": landing, "landed": landed, "arrived": arrived, "on belt": onBelt, "finished": finished,
	"cancelled": astray, "diverted": astray, "returned": scheduled}

// proof is what each milestone proves: its state.
var proof = [milestoneCount]string{"en route", "landing", "landed", "arrived", "on belt", "finished"}

// proves returns the state that actual times prove, and when the leg has arrived, if it has, by which of them.
func (t *Times) proves() (state, actual string, by Evidence) {
	for m, text := range t {
		if text != "" {
			state = proof[m]
		}
	}
	switch {
	case t[Landed] != "":
		return state, t[Landed], ByLanding
	case t[Arrived] != "":
		return state, t[Arrived], ByArrival
	}
	return state, "", 0
}

// progress is what a draft knows about a leg: how far it has come, and who said so when.
type progress struct {
	state, word string
	source      string            // who said the state
	stamps      [fieldCount]int64 // how new each field is; 0: nobody knows
	derived     int64             // how new the newest is that its state was derived from; what is said is in stamps
	actual      Evidence          // that Expected is an actual time; 0: it is an estimate
}

// weigh drops from a report what is older or knows less than what is known already, and adds the state that its times
// prove:
//
//   - What is newer counts, field by field. A publisher who gives no stamp speaks of now.
//   - An actual time proves a state, an estimate makes a leg expected. A publisher's own state is shown as it is, unless
//     it lies below what its own times prove; then it is kept as the feed's word.
//   - A leg goes up the ladder, also by what another source knew earlier. Back down it goes only when the source of its
//     state says so, with a newer stamp if it gives stamps. (A go-around is one such step.)
//   - What has landed is no longer estimated.
//
// So it does not matter in which order the reports of a leg's life arrive, if they have stamps, nor any two. Of three among
// which a source takes something back it may: what each source said is not kept apart. A change with neither source nor
// stamp is a hand's, and a hand is always right, and so is a recording.
func (p *progress) weigh(c *Change) {
	if c.Evidence == Recorded {
		return
	}
	hand := c.Source == "" && c.Stamp == 0
	late := func(k Field) bool { return c.Stamp != 0 && c.Stamp < p.stamps[k] }
	for k := range (c.Named &^ identity &^ State.Bit()).All() {
		if late(k) {
			c.drop(k)
		}
	}
	same := c.Source == p.source
	have, obsolete := rungs[p.state], late(State) && same // its source has spoken since
	proven, actual, by := c.Times.proves()
	said := c.Flight.State
	switch {
	case c.Named.Has(State) && said != "" && (rungs[said] == unknown || rungs[said] >= rungs[proven]):
		newer := same && (c.Stamp == 0 || c.Stamp > max(p.stamps[State], p.derived))
		switch says := rungs[said]; {
		case hand:
		case says == unknown || says == have:
			if late(State) {
				c.drop(State)
			}
		case says > have && obsolete, says < have && !newer:
			c.drop(State)
		}
	case rungs[proven] > have && !obsolete:
		if c.Named.Has(State) && said != "" && !c.Named.Has(Word) {
			c.set(Word, said)
		}
		c.set(State, proven)
		c.Evidence |= Derived
	case proven != "":
		c.drop(State)
	case c.Named.Has(State): // it takes the state away
		if late(State) {
			c.drop(State)
		}
	case c.Flight.Expected != "" && c.Named.Has(Expected) && have < expected && (have != unknown || p.state == "") && !obsolete:
		c.set(State, "expected")
		c.Evidence |= Derived
	}
	here := have >= landed
	if c.Named.Has(State) {
		here = rungs[c.Flight.State] >= landed || rungs[c.Flight.State] == unknown && rungs[proven] >= landed
	}
	switch {
	case here && (by > p.actual || by != 0 && by == p.actual && !late(Expected)):
		c.set(Expected, actual)
		c.Evidence |= by
	case have >= landed && here && !hand:
		c.drop(Expected)
	case p.actual != 0 && !here && !c.Named.Has(Expected):
		c.set(Expected, "") // that did not come about
	}
	if c.Named.Has(State) && !c.Named.Has(Word) && p.word != "" {
		c.set(Word, "")
	}
}

func (c *Change) set(k Field, text string) {
	*c.Flight.field(k) = text
	c.Named |= k.Bit()
}

func (c *Change) drop(k Field) {
	*c.Flight.field(k) = ""
	c.Named &^= k.Bit()
}

// note keeps what a change that was let in says about the leg. whole: it says everything.
func (p *progress) note(c *Change, whole bool) {
	named, stamp := c.Named, c.asOf()
	if whole {
		*p = progress{}
		named = c.Flight.named()
	}
	if named.Has(State) {
		p.state, p.source = c.Flight.State, c.Source
	}
	if named.Has(Word) {
		p.word = c.Flight.Word
	}
	if c.Evidence&Derived != 0 {
		p.derived = max(p.derived, stamp)
		named &^= State.Bit()
	}
	switch by := c.Evidence & (ByArrival | ByLanding); {
	case by != 0:
		p.actual, p.stamps[Expected] = by, stamp // no matter how new an estimate was
		named &^= Expected.Bit()
	case c.Named.Has(State) && rungs[p.state] < landed:
		p.actual = 0
	}
	if named.Has(Expected) && c.Flight.Expected != "" && rungs[p.state] == expected {
		p.derived = max(p.derived, stamp) // had it come later, after a step back, it would have made the leg expected
	}
	for k := range named.All() {
		p.stamps[k] = max(p.stamps[k], stamp)
	}
}

// newest is how new the newest is that is known; 0: nobody knows.
func (p *progress) newest() int64 { return max(p.derived, slices.Max(p.stamps[:])) }

// Delay is how many minutes after its schedule the flight comes, or before it when it is negative. A quarter of an hour
// is the usual measure of late and early. ok is false when one of the times is missing.
func (f *Flight) Delay() (minutes int, ok bool) {
	arrival, arrivalDated, ok1 := parseTime(f.Arrival)
	due := dueOf(f)
	if _, _, ok2 := parseTime(f.Expected); !ok1 || !ok2 || arrivalDated != (due.class == dated) {
		return 0, false
	}
	late := due.seconds - arrival
	if !arrivalDated { // times without a date lie less than half a day apart
		late = (late+day+day/2)%day - day/2
	}
	return int(late / minute), true
}

// HasLanded says whether the flight is here: landed, or what comes after that.
func (f *Flight) HasLanded() bool { return rungs[f.State] >= landed }

// IsAstray says whether the flight is not coming: cancelled or diverted.
func (f *Flight) IsAstray() bool { return rungs[f.State] == astray }
