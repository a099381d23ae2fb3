package view

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"

	"flightboard/timetable"
)

// searched are the fields that the search box searches.
var searched = []timetable.Field{
	timetable.FieldNumber, timetable.FieldCodeshares, timetable.FieldOrigin, timetable.FieldFrom, timetable.FieldAirline,
	timetable.FieldState,
}

// A list finds the flights of a query. Between two updates it keeps their keys and not the flights.
type list struct {
	query Query
	zone  Zone // in which times are searched
	fresh bool // the keys are the query's, as of the last update
	part  bool // the board is not known wholly, so a page beyond the last may come yet

	pins   []string // keys of flights that come first on every page
	pinned int      // how many of them the page has

	keys       []string            // of the flights on the page, from the top
	page       []*timetable.Flight // the flights themselves, until the board changes
	total      int                 // flights on all pages, the pinned ones once
	items      []item              // scratch: flights found
	conditions []condition
	text       []byte // scratch: a folded text
	other      []byte
	cuts       []int64

	collate Collator          // nil: names are sorted like other texts
	names   []string          // the names that were collated
	places  map[string]uint64 // of them
}

// An item is a flight among those found. Sorting compares its rank first, one number that decides most comparisons;
// BenchmarkSort measures what that saves.
type item struct {
	rank   uint64
	flight *timetable.Flight
	place  int32 // in the board's order
	more   bool  // its text is longer than the rank
}

// A condition is a set of words, each of which one of some fields must contain.
type condition struct {
	fields []timetable.Field
	words  []word
}

// A word is folded. It may also be found without the letters that stand for marks.
type word struct {
	folded, unmarked string
	number           string // of a flight, as appendNumbers writes it
}

// ask sets the query.
func (l *list) ask(q Query) {
	l.query, l.fresh = q, false
	l.conditions = l.conditions[:0]
	add := func(text string, fields ...timetable.Field) {
		var words []word
		for folded := range strings.FieldsSeq(string(appendFold(nil, text))) {
			number := folded
			if len(words) > 0 && folded[0] == '0' { // LJ 044
				number = words[len(words)-1].folded + folded
			}
			words = append(words, word{folded, unmarked(folded), string(appendNumbers(nil, number))})
		}
		if len(words) > 0 {
			l.conditions = append(l.conditions, condition{fields, words})
		}
	}
	add(q.Search, searched...)
	for _, c := range Columns {
		add(q.Filters[c], c)
	}
}

// update finds the page's flights; d is the sum of the board's changes since the last update. If these cannot have
// altered which flights are on the page, update reads only those.
func (l *list) update(b *timetable.Board, d timetable.Delta) {
	l.page = l.page[:0]
	if l.fresh && d.Entered == 0 && d.Left == 0 && d.Fields&l.query.fields() == 0 {
		for _, key := range l.keys {
			l.page = append(l.page, b.Flight(key))
		}
		return
	}
	l.fresh, l.pinned = true, 0
	if len(l.conditions) == 0 && len(l.query.Sort) == 0 && len(l.pins) == 0 {
		l.total = b.Len()
		from, to := l.bounds()
		i := 0
		for f := range b.Flights() {
			if i >= from && i < to {
				l.page = append(l.page, f)
			}
			if i++; i >= to {
				break
			}
		}
	} else {
		l.find(b)
		l.total = len(l.items)
		from, to := l.bounds()
		l.sort(from, to)
		for i, it := range l.items {
			if i -= l.pinned; i < 0 || i >= from && i < to {
				l.page = append(l.page, it.flight)
			}
		}
		clear(l.items) // or they would keep flights that the board drops
	}
	l.keys = l.keys[:0]
	for _, f := range l.page {
		l.keys = append(l.keys, f.Key())
	}
}

// bounds returns the places of the page's flights among those that are not pinned. A page beyond the last is the last.
func (l *list) bounds() (from, to int) {
	size := l.query.PageSize()
	page := max(0, min(l.query.Page, l.pages()-1))
	if !l.part {
		l.query.Page = page
	}
	if size == All {
		return 0, l.total - l.pinned
	}
	from = page * size
	return from, min(from+size, l.total-l.pinned)
}

// pages returns how many pages there are, at least one.
func (l *list) pages() int {
	size := l.query.PageSize()
	if size == All {
		return 1
	}
	return max(1, (l.total-l.pinned+size-1)/size)
}

// full reports whether the page is full, and another page exists.
func (l *list) full() bool {
	return len(l.page)-l.pinned == l.query.PageSize() && l.total > len(l.page)
}

// find collects the flights that meet all conditions, in the board's order, the pinned ones first.
func (l *list) find(b *timetable.Board) {
	l.items = l.items[:0]
	for pins := len(l.pins) > 0; ; pins = false {
		for f := range b.Flights() {
			if (len(l.pins) > 0 && slices.Contains(l.pins, f.Key())) == pins && l.matches(f) {
				l.items = append(l.items, item{flight: f, place: int32(len(l.items))})
			}
		}
		if !pins {
			return
		}
		l.pinned = len(l.items)
	}
}

// sort sorts the page's flights: the pinned ones, and of the others those from place from up to place to; it only
// partitions the flights before and after them.
// Flights that are equal for the query stay in the board's order. Flights without a text in a column come last in both
// directions.
func (l *list) sort(from, to int) {
	keys := l.query.Sort
	if len(keys) == 0 || from == to && l.pinned == 0 {
		return
	}
	l.collateNames(keys)
	l.cuts = l.cuts[:0]
	for _, k := range keys {
		cut := int64(0)
		if isTime(k.Column) {
			cut = l.cut(k.Column)
		}
		l.cuts = append(l.cuts, cut)
	}
	for i := range l.items {
		it := &l.items[i]
		it.rank, it.more = l.rank(it.flight, keys[0], l.cuts[0])
	}
	l.order(l.items[:l.pinned])
	others := l.items[l.pinned:]
	l.choose(others, from)
	l.choose(others[from:], to-from)
	l.order(others[from:to])
}

// order sorts by quicksort, with the partition that choose needs anyway: slices.SortFunc would be 6 kB more to
// download.
func (l *list) order(items []item) {
	for len(items) > 1 {
		at := l.split(items)
		l.order(items[:at])
		items = items[at+1:]
	}
}

// choose partitions the items, as quicksort does, until the first n are those that come first. It takes about three
// comparisons an item where sorting all would take fifteen.
func (l *list) choose(items []item, n int) {
	for n > 0 && n < len(items) && len(items) > 1 {
		at := l.split(items)
		switch {
		case n <= at:
			items = items[:at]
		case n == at+1:
			return
		default:
			items, n = items[at+1:], n-at-1
		}
	}
}

func isTime(c timetable.Field) bool {
	return c == timetable.FieldArrival || c == timetable.FieldExpected
}

// cut returns where the column's times without a date begin.
func (l *list) cut(c timetable.Field) int64 {
	var times timetable.TimesOfDay
	for i := range l.items {
		if t, ok := l.time(l.items[i].flight, c); ok && !t.Dated {
			times.Add(t.Seconds)
		}
	}
	return times.WidestGap()
}

// time reads a time of the flight for its place in a column: one without a date is within a day.
func (l *list) time(f *timetable.Flight, c timetable.Field) (t timetable.Time, ok bool) {
	t, ok = f.Time(c)
	if !t.Dated {
		t.Seconds = (t.Seconds + day) % day
	}
	return t, ok
}

// split puts the items that come before some middle one on its left and the others on its right, and returns its place.
func (l *list) split(items []item) int {
	last := len(items) - 1
	middle := last / 2
	if l.compare(&items[middle], &items[0]) < 0 {
		items[middle], items[0] = items[0], items[middle]
	}
	if l.compare(&items[last], &items[0]) < 0 {
		items[last], items[0] = items[0], items[last]
	}
	if l.compare(&items[middle], &items[last]) < 0 {
		items[middle], items[last] = items[last], items[middle]
	}
	pivot, at := items[last], 0 // the median of three
	for i := range items[:last] {
		if l.compare(&items[i], &pivot) < 0 {
			items[i], items[at] = items[at], items[i]
			at++
		}
	}
	items[at], items[last] = items[last], items[at]
	return at
}

// rank orders flights by one column: times by the instant, dated ones before those without a date, and texts by the
// first bytes of their collation key. If more is true, texts of the same rank may differ.
func (l *list) rank(f *timetable.Flight, k Key, cut int64) (rank uint64, more bool) {
	text := textOf(f, k.Column)
	if text == "" {
		return math.MaxUint64, false
	}
	if isTime(k.Column) {
		switch t, ok := l.time(f, k.Column); {
		case !ok:
			return math.MaxUint64 - 1, false
		case t.Dated:
			rank = uint64(t.Seconds + 1<<40)
		default:
			rank = 1<<50 + uint64((t.Seconds-cut+day)%day)
		}
	} else if l.collate != nil && isName(k.Column) {
		rank = l.places[text]
	} else {
		l.text = appendCollated(l.text[:0], text)
		for i := range 7 {
			rank <<= 8
			if i < len(l.text) {
				rank |= uint64(l.text[i])
			}
		}
		more = len(l.text) > 7
	}
	if k.Descending {
		rank = math.MaxUint64>>1 - rank
	}
	return rank, more
}

func (l *list) compare(x, y *item) int {
	if c := cmp.Compare(x.rank, y.rank); c != 0 {
		return c
	}
	keys := l.query.Sort
	if x.more {
		if c := l.compareTexts(x.flight, y.flight, keys[0]); c != 0 {
			return c
		}
	}
	for n, k := range keys[1:] {
		xr, more := l.rank(x.flight, k, l.cuts[n+1])
		yr, _ := l.rank(y.flight, k, l.cuts[n+1])
		if c := cmp.Compare(xr, yr); c != 0 {
			return c
		}
		if more {
			if c := l.compareTexts(x.flight, y.flight, k); c != 0 {
				return c
			}
		}
	}
	return int(x.place - y.place)
}

// compareTexts compares the whole texts of two flights of the same rank.
func (l *list) compareTexts(x, y *timetable.Flight, k Key) int {
	xt, yt := textOf(x, k.Column), textOf(y, k.Column)
	if xt == yt {
		return 0
	}
	l.text, l.other = appendCollated(l.text[:0], xt), appendCollated(l.other[:0], yt)
	c := bytes.Compare(l.text, l.other)
	if k.Descending {
		return -c
	}
	return c
}
