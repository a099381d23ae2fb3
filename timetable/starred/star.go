package starred

import (
	"strings"

	"flightboard/timetable"
)

// A star is a flight that is followed, and what the reader has been told of it.
type star struct {
	key  string // the flight's; until it is found, perhaps a flight number
	seen int64  // when the flight was last on the board, to an hour
	at   int64  // its expected time: a Unix time, or seconds after midnight if it has no date
	belt string
	told string // a tab, and its states, each with a tab; "": the flight has not been found
}

// News is a change that the reader is to be told.
type News struct {
	State string // "" if it has been told; expected also stands for another time
	Belt  string // "" if it has been told
}

// Timed reports whether the flight's expected time belongs to the news.
func (n News) Timed() bool { return n.State != "" && !has(timeless, n.State) }

// The states after which no other time is to be expected are settled. A time says nothing about the timeless ones.
const (
	timeless = "\ton belt\tfinished\tcancelled\tdiverted\treturned\t"
	settled  = "\tlanded\tarrived" + timeless
)

// has reports whether a text is one of several, which have tabs around them.
func has(texts, text string) bool { return strings.Contains(texts, "\t"+text+"\t") }

// see brings the star up to date with its flight.
func (s *star) see(f *timetable.Flight, now int64) {
	if s.told == "" {
		s.key, s.told = f.Key(), "\t"
	}
	if now-s.seen > hour {
		s.seen = now
	}
	at := timeOf(f)
	state := stateOf(f)
	isNew := state != "" && state != "scheduled" && !has(s.told, state)
	if isNew {
		s.told += state + "\t"
	}
	if at != 0 && (isNew || apart(at, s.at) >= Late && !has(settled, state)) {
		s.at = at
	}
	if f.Belt != "" && !strings.ContainsAny(f.Belt, "\t\n") {
		s.belt = f.Belt
	}
}

// news returns what the reader is to be told when the star becomes another one.
func (s *star) news(next *star) (n News) {
	if s.told == "" {
		return n
	}
	if was := len(s.told); len(next.told) > was {
		n.State = next.told[was : len(next.told)-1]
	} else if next.at != s.at && apart(next.at, s.at) < 7*day { // otherwise the times now have dates, or none
		n.State = "expected"
	}
	if next.belt != s.belt {
		n.Belt = next.belt
	}
	return n
}

// isOther reports whether another flight has the star's key: that of another day, or, if it has no date, one that comes
// after half a day.
func (s *star) isOther(f *timetable.Flight, now int64) bool {
	if s.told == "" || f.ID != "" {
		return false
	}
	at := timeOf(f)
	if at > 7*day && s.at > 7*day {
		return apart(at, s.at) > 12*hour
	}
	return now-s.seen > 12*hour
}

// find returns the flight of a number, or nil.
func find(b *timetable.Board, number string) (found *timetable.Flight) {
	number = plain(number)
	for f := range b.Flights() {
		if strings.Contains(plain(f.Number+"\n"+f.Codeshares), number) {
			if found = f; !has(settled, stateOf(f)) {
				break
			}
		}
	}
	return found
}

// plain returns a line feed, and flight numbers without blanks, each with a line feed.
func plain(numbers string) string { return "\n" + strings.ReplaceAll(numbers, " ", "") + "\n" }

// stateOf returns a flight's state in the form in which it is told and kept: the word of the vocabulary, or the text.
func stateOf(f *timetable.Flight) string {
	state := timetable.StateOf(f.State)
	if state == "" && !strings.ContainsAny(f.State, "\t\n") {
		state = f.State
	}
	return state
}

// timeOf returns when a flight is expected; 0: it has no time.
func timeOf(f *timetable.Flight) int64 {
	t, ok := f.Time(timetable.FieldExpected)
	if !ok {
		t, _ = f.Time(timetable.FieldArrival)
	}
	return t.Seconds
}

func apart(a, b int64) int64 { return max(a-b, b-a) }
