// Package starred keeps the flights that a reader follows, and decides which of their changes the reader is told.
//
// A [List] is kept in a [Storage], which the tabs of a browser share. So it survives a reload, and what one tab has
// told no other one tells. It promises:
//
//   - A state of a flight is told once, also if the flight leaves it and comes into it again.
//   - The state, time and belt that a flight has when the reader begins to follow it are not told.
//   - A star is a flight's, not its number's: it ends when the number is another day's flight, and [ForgetAfter] the
//     flight has left the board.
//
// The package is pure Go: it calls no JavaScript and reads no clock. Moments are Unix times in seconds.
package starred

import (
	"strings"

	"flightboard/timetable"
)

const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour

	// ForgetAfter is how long after a flight was last on the board its star ends.
	ForgetAfter = 3 * day
	// Late is by how much an expected time differs from the one that was told before it is told: airports count a
	// flight as late from this on.
	Late = 15 * minute
	// Most is how many flights a reader may follow. One more ends the oldest star.
	Most = 50
)

// A Storage keeps texts by their names. One that keeps nothing returns "".
type Storage interface {
	Recall(name string) string
	Remember(name, value string)
}

// A List is the flights that a reader follows. It is not safe for concurrent use.
type List struct {
	storage Storage // nil: it keeps nothing
	name    string  // of the list in the storage
	saved   string  // what the storage had last
	stars   []*star // the oldest first
	updated int64   // when Update was last called
}

// New returns the list that a storage keeps under a name.
func New(storage Storage, name string) *List {
	l := &List{storage: storage, name: name}
	l.Reload()
	return l
}

// Keys returns the keys of the flights that are followed.
func (l *List) Keys() []string {
	keys := make([]string, len(l.stars))
	for i := range keys {
		keys[i] = l.stars[i].key
	}
	return keys
}

// Toggle begins to follow a flight, or ends that. It reports whether the flight is followed now.
func (l *List) Toggle(f *timetable.Flight, now int64) (on bool) {
	l.Reload()
	if i := l.index(f.Key()); i >= 0 {
		l.remove(i)
	} else {
		s := &star{seen: now}
		s.see(f, now)
		l.add(s)
		on = true
	}
	l.save()
	return on
}

// Add follows the flights of an address as well: their keys or numbers, with commas. A number is the operating one or a
// codeshare's. Its flight is the first on the board that has not arrived yet, or otherwise the last.
func (l *List) Add(address string, now int64) {
	if address == "" {
		return
	}
	for key := range strings.SplitSeq(address, ",") {
		if key != "" && l.index(key) < 0 {
			l.add(&star{key: key, seen: now})
		}
	}
	l.save()
}

// Update looks for changes of the followed flights on a board, and for stars that end. It calls tell with each change
// that the reader is to be told, and reports whether other flights are followed than before.
func (l *List) Update(b *timetable.Board, now int64, tell func(*timetable.Flight, News)) (others bool) {
	checked := false // that no other tab has changed the list
	search := now != l.updated
	l.updated = now
	for i := 0; i < len(l.stars); i++ {
		s := l.stars[i]
		f := b.Flight(s.key)
		if f == nil && s.told == "" && search { // it costs a look at each flight
			f = find(b, s.key)
		}
		next := *s
		ends := f == nil && now-s.seen > ForgetAfter
		if f != nil {
			next.see(f, now)
			ends = s.isOther(f, now) || next.key != s.key && l.index(next.key) >= 0
		}
		if next == *s && !ends {
			continue
		}
		if !checked && l.Reload() {
			checked, others, i = true, true, -1
			continue
		}
		checked = true
		news := s.news(&next)
		others = others || ends || s.told == ""
		if *s = next; ends {
			l.remove(i)
			i--
		}
		l.save()
		if (news.State != "" || news.Belt != "") && !ends {
			tell(f, news)
		}
	}
	return others
}

func (l *List) index(key string) int {
	for i := range l.stars {
		if l.stars[i].key == key {
			return i
		}
	}
	return -1
}

func (l *List) add(s *star) {
	if strings.ContainsAny(s.key, "\t\n") { // the list's text could not have it
		return
	}
	if len(l.stars) == Most {
		l.remove(0)
	}
	l.stars = append(l.stars, s)
}

func (l *List) remove(i int) {
	copy(l.stars[i:], l.stars[i+1:])
	l.stars = l.stars[:len(l.stars)-1]
}
