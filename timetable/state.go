package timetable

// States are the states that boards show with a sign and a colour. Any other short text is shown as it is.
var States = []string{"scheduled", "en route", "expected", "delayed", "approaching", "landing", "landed", "arrived",
	"on belt", "finished", "diverted", "cancelled", "returned"}

// spellings are other words for states, without blanks and in lower case: those of ACRIS, of AeroDataBox and other
// services, and American ones. Codes are not among them, because they mean different things: ARR is at the gate in one
// service, and has its bags in another.
var spellings = [...]struct{ folded, state string }{
	{"gateopened", "scheduled"}, {"boarding", "scheduled"}, {"gateclosed", "scheduled"}, {"checkin", "scheduled"},
	{"finalcall", "scheduled"}, {"lastcall", "scheduled"},
	{"enroute", "en route"}, {"departed", "en route"}, {"airborne", "en route"}, {"inair", "en route"},
	{"inflight", "en route"}, {"active", "en route"},
	{"estimated", "expected"},
	{"inapproach", "landing"}, {"onapproach", "landing"}, {"finalapproach", "landing"},
	{"toucheddown", "landed"}, {"touchdown", "landed"}, {"arrivedatgate", "arrived"},
	{"atgate", "arrived"}, {"inblock", "arrived"}, {"onblock", "arrived"},
	{"onbelt", "on belt"}, {"bagclaimstarted", "on belt"}, {"baggage", "on belt"}, {"firstbag", "on belt"},
	{"baggageclaim", "on belt"}, {"bagclaim", "on belt"}, {"baggageonbelt", "on belt"}, {"bagsonbelt", "on belt"},
	{"flightfinished", "finished"}, {"lastbag", "finished"}, {"bagclaimended", "finished"},
	{"bagsdelivered", "finished"}, {"baggagedelivered", "finished"},
	{"canceled", "cancelled"}, {"canceleduncertain", "cancelled"}, {"cancelleduncertain", "cancelled"},
	{"redirected", "diverted"},
}

// StateOf returns the word of the vocabulary that a state means, whatever its capitals, blanks and hyphens are, or "".
// Whatever compares states or gives them a sign asks this function.
func StateOf(text string) string {
	for _, word := range States {
		if word == text {
			return word
		}
	}
	var space [24]byte // the longest spelling has 18 bytes
	folded := space[:0]
	for _, r := range text {
		switch {
		case r == ' ' || r == '-' || r == '_' || r == '.' || r == '\u00a0' || r == '\u202f' || r == '\u00ad' || r == '–':
			continue
		case 'A' <= r && r <= 'Z':
			r += 'a' - 'A'
		case r >= 0x80: // no word of ours has others
			return ""
		}
		if len(folded) == len(space) {
			return ""
		}
		folded = append(folded, byte(r))
	}
	for _, word := range States {
		if word == string(folded) {
			return word
		}
	}
	for i := range spellings {
		if spellings[i].folded == string(folded) {
			return spellings[i].state
		}
	}
	return ""
}

// foldState puts the vocabulary's word in place of the publisher's own, which becomes the Word, unless the publisher
// sends a Word as well.
func (f *Flight) foldState() (folded bool) {
	state := StateOf(f.State)
	if state == "" || state == f.State {
		return false
	}
	if f.Word == "" {
		f.Word = f.State
	}
	f.State = state
	return true
}
