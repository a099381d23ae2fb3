package timetable

import "testing"

func TestStateOf(t *testing.T) {
	for state, texts := range map[string][]string{
		"scheduled": {"scheduled", "Scheduled", "SCHEDULED", "GateOpened", "Gate Opened", "Boarding", "GateClosed",
			"CheckIn"},
		"en route": {"en route", "En Route", "EnRoute", "en-route", "en_route", "Departed", "Airborne"},
		"expected": {"Expected", "EXPECTED", "estimated"},
		"delayed":  {"Delayed"},
		"landing":  {"Landing", "InApproach", "In Approach", "IN APPROACH", "in-approach"},
		// AeroDataBox and boards have this word too, and it is one of ours.
		"approaching": {"Approaching"},
		"landed":      {"landed", "Landed", "LANDED"},
		"arrived":     {"Arrived", "At Gate", "at gate", "In Block"},
		"on belt":     {"On Belt", "onBelt", "BagClaimStarted", "Bag Claim Started"},
		"finished":    {"Finished", "FlightFinished", "flight finished"},
		"diverted":    {"Diverted", "DIVERTED"},
		"cancelled":   {"Cancelled", "canceled", "Canceled", "CANCELED", "CanceledUncertain"},
		"returned":    {"Returned"},
		"": {"", "ARR", "A", "waiting for a stand", "landed?", "Landed 18:29",
			"a word that is longer than all of ours", "東京"},
	} {
		for _, text := range texts {
			if got := StateOf(text); got != state {
				t.Errorf("StateOf(%q) = %q, want %q", text, got, state)
			}
		}
	}
	for _, state := range States {
		if StateOf(state) != state || stages[state] == unknown {
			t.Errorf("%q is in the vocabulary, and means %q, stage %d", state, StateOf(state), stages[state])
		}
	}
	for _, s := range spellings {
		if stages[s.state] == unknown {
			t.Errorf("%q means %q, which is not in the vocabulary", s.folded, s.state)
		}
	}
}

// Words in other spellings are states: the row of A4-words in other capitals.
func TestSpelledStatesAreStates(t *testing.T) {
	say := func(source, words string) Report { return reported(source, 0, words, Times{}) }
	for _, test := range []struct {
		reason  string
		reports []Report
		want    string
	}{
		{"the word is kept", []Report{say("a", " state=Landed")}, "I768 state=landed word=Landed"},
		{"one of our own is not kept twice", []Report{say("a", " state=landed")}, "I768 state=landed"},
		{"a word that the feed sends is the better one", []Report{say("a", " state=Landed word=LND")},
			"I768 state=landed word=LND"},
		{"an estimate does not bring back what has landed",
			[]Report{say("a", " state=Landed expected=18:29"), say("b", " expected=18:44"), say("b",
				" state=Expected expected=18:45")},
			"I768 state=landed word=Landed expected=18:29"},
		{"nor what is cancelled", []Report{say("a", " state=Canceled"), say("b", " state=EXPECTED expected=18:45")},
			"I768 state=cancelled word=Canceled expected=18:45"},
		{"the word goes with its state", []Report{say("a", " state=InApproach"), say("a", " state=landed")},
			"I768 state=landed"},
		{"the word of another's state that does not count does not count", []Report{say("a", " state=Landed"),
			say("b", " state=EnRoute")},
			"I768 state=landed word=Landed"},
		{"a state below what the times prove", []Report{reported("a", 0, " state=EnRoute", Times{MilestoneLanded: "18:03"})},
			"I768 state=landed word=EnRoute expected=18:03"},
	} {
		var b Board
		for _, r := range test.reports {
			tell(t, &b, r)
		}
		if got, want := *b.Flight("I768"), fly(test.want); got != want {
			t.Errorf("%s: %+v, want %+v", test.reason, got, want)
		}
	}
	var b Board
	tell(t, &b, Report{Change: replace("A1 state=LANDED", "B2 state=Canceled word=CNX")})
	if got := b.Flight("A1"); got.State != "landed" || got.Word != "LANDED" || !got.HasLanded() {
		t.Errorf("of a snapshot: %+v", got)
	}
	if got := b.Flight("B2"); got.State != "cancelled" || got.Word != "CNX" || !got.IsOffSchedule() {
		t.Errorf("of a snapshot: %+v", got)
	}
}
