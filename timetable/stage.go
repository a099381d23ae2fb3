package timetable

// A stage is how far a leg has come. Publishers use different words for the same stage, so states are compared by their
// stages.
type stage uint8

const (
	unknown   stage = iota // no state, or a word that is not ours
	scheduled              // and returned: it is back at its origin
	enRoute
	expected
	landing
	offSchedule // cancelled or diverted: no estimate changes it back, only a landing or the source of the state
	landed
	arrived
	onBelt
	finished
)

var stages = map[string]stage{"scheduled": scheduled, "en route": enRoute, "expected": expected, "delayed": expected,
	"approaching": landing, "landing": landing, "landed": landed, "arrived": arrived, "on belt": onBelt,
	"finished": finished, "cancelled": offSchedule, "diverted": offSchedule, "returned": scheduled}

// stageOf returns the stage that a state means, however it is spelled.
func stageOf(state string) stage {
	if is, ok := stages[state]; ok || state == "" {
		return is
	}
	return stages[StateOf(state)]
}

// HasLanded reports whether the flight is here: landed, or a later stage.
func (f *Flight) HasLanded() bool { return stageOf(f.State) >= landed }

// IsOffSchedule reports whether the flight is cancelled or diverted.
func (f *Flight) IsOffSchedule() bool { return stageOf(f.State) == offSchedule }

// milestoneStates are the states that milestones prove.
var milestoneStates = [MilestoneCount]string{"en route", "landing", "landed", "arrived", "on belt", "finished"}

// proves returns the state that actual times prove, and the time of arrival with the milestone that it belongs to.
func (t *Times) proves() (state, actual string, by evidence) {
	for m, text := range t {
		if text != "" {
			state = milestoneStates[m]
		}
	}
	switch {
	case t[MilestoneLanded] != "":
		return state, t[MilestoneLanded], byLanding
	case t[MilestoneArrived] != "":
		return state, t[MilestoneArrived], byArrival
	}
	return state, "", 0
}
