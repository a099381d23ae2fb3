package mapping

import (
	"slices"
	"strings"

	"flightboard/server/feed/source"
	"flightboard/timetable"
)

// foldKey returns the text that rows of one aircraft share, or "" if one of the mapping's expressions yields nothing.
func (r *reader) foldKey(n uint32) string {
	var key strings.Builder
	for _, e := range r.mapping.fold {
		texts := r.evaluate(e, n, false)
		if len(texts) == 0 {
			return ""
		}
		key.WriteString(fold(strings.Join(texts, "\x00")))
		key.WriteByte(0)
	}
	return key.String()
}

// A leg is what rows of the same flight share.
type leg struct {
	number string
	at     int64 // the schedule, in Unix seconds; 0: there is none
}

// mostLegs is the most rows with one number and schedule that are compared with each other.
const mostLegs = 50

func legOf(row *source.Row, text string) leg {
	at := int64(0)
	if !row.Arrival.At.IsZero() {
		at = row.Arrival.At.Unix()
	}
	return leg{number(text), at}
}

// foldRows makes one row of those of one aircraft: of equal rows, of rows of the same leg, of codeshares and their
// operating flight, and of rows that are equal where the mapping says.
func (r *reader) foldRows() {
	f := folder{tells: len(r.mapping.operating) > 0, rows: r.answer.Rows, more: r.more}
	f.into = make([]int, len(f.rows))
	for i := range f.into {
		f.into[i] = i
	}
	f.sameLegs()
	f.sameAircraft()
	f.codeshares()
	kept := f.rows[:0]
	for i := range f.rows {
		if f.into[i] == i {
			kept = append(kept, f.rows[i])
		}
	}
	clear(f.rows[len(kept):])
	r.answer.Rows = kept
}

// A folder folds rows into others.
type folder struct {
	tells bool // the mapping tells codeshares from rows that operate
	rows  []source.Row
	more  []more
	into  []int // the row into which each row is folded; its own index: it stays
}

// top returns the row that stays of the rows into which a row is folded.
func (f *folder) top(i int) int {
	for f.into[i] != i {
		i = f.into[i]
	}
	return i
}

// merge folds a row into another. The number becomes a codeshare, and the other row takes what it lacks.
func (f *folder) merge(from, into int) {
	from, into = f.top(from), f.top(into)
	if from == into {
		return
	}
	f.into[from] = into
	a, b := &f.rows[into], &f.rows[from]
	if strings.Count(a.Flight.Codeshares, "\n") < timetable.MaxCodeshares-1 {
		a.Flight.Codeshares = joinNumbers(a.Flight.Number, strings.Split(a.Flight.Codeshares, "\n"),
			[]string{b.Flight.Number}, strings.Split(b.Flight.Codeshares, "\n"))
	}
	missing := b.Flight.Filled() &^ a.Flight.Filled() &^ (timetable.FieldID.Bit() | timetable.FieldCodeshares.Bit())
	if a.Flight.State != "" || a.Flight.Word != "" {
		missing &^= timetable.FieldState.Bit() | timetable.FieldWord.Bit()
	}
	a.Flight = a.Flight.With(&b.Flight, missing)
	take := func(to *source.Time, other source.Time) {
		if to.At.IsZero() {
			*to = other
		}
	}
	take(&a.Arrival, b.Arrival)
	take(&a.Expected, b.Expected)
	for m := range a.Actual {
		take(&a.Actual[m], b.Actual[m])
	}
	if b.Stamp.After(a.Stamp) {
		a.Stamp = b.Stamp
	}
}

// sameLegs folds rows with the same number and schedule, unless they are of different places, or have identities that
// differ. The row with the newest stamp stays, or else the last one, because it may be of a page that came later.
func (f *folder) sameLegs() {
	rows := make(map[leg][]int, len(f.rows))
	for i := range f.rows {
		key := legOf(&f.rows[i], f.rows[i].Flight.Number)
		k := slices.IndexFunc(rows[key], func(j int) bool { return f.sameLeg(i, j, key) })
		switch {
		case k < 0 && len(rows[key]) < mostLegs:
			rows[key] = append(rows[key], i)
		case k < 0:
		case f.rows[rows[key][k]].Stamp.After(f.rows[i].Stamp):
			f.merge(i, rows[key][k])
		default:
			f.merge(rows[key][k], i)
			rows[key][k] = i
		}
	}
}

// sameLeg reports whether two rows with the same number and schedule are of one leg.
func (f *folder) sameLeg(i, j int, key leg) bool {
	a, b := &f.rows[i].Flight, &f.rows[j].Flight
	return agree(a.ID, b.ID) && agree(a.From, b.From) && agree(a.Origin, b.Origin) && (key.at != 0 || *a == *b)
}

func agree(a, b string) bool { return a == b || a == "" || b == "" }

// sameAircraft folds rows that are equal where the mapping says: codeshares into the row that operates, or, if the
// mapping does not tell which is which, all into the first.
func (f *folder) sameAircraft() {
	first := map[string]int{}
	for i := range f.rows {
		key := f.more[i].fold
		if key == "" || f.into[i] != i {
			continue
		}
		j, ok := first[key]
		switch {
		case !ok:
			first[key] = i
		case f.tells && f.more[j].operating == "" && f.more[i].operating == "":
			// two aircraft from one place at the same minute
		case f.more[j].operating != "" && f.more[i].operating == "":
			f.merge(j, i)
			first[key] = i
		default:
			f.merge(i, j)
		}
	}
}

// codeshares folds rows into the row of the flight that operates. If there is none, the first such row becomes it. A
// row that does not tell under which number its flight operates stays.
func (f *folder) codeshares() {
	operating := make(map[leg]int, len(f.rows))
	for i := range f.rows {
		if f.into[i] == i && f.more[i].operating == "" {
			operating[legOf(&f.rows[i], f.rows[i].Flight.Number)] = i
		}
	}
	for i := range f.rows {
		if f.into[i] != i || !strings.ContainsAny(f.more[i].operating, "0123456789") {
			continue
		}
		row := &f.rows[i]
		key := legOf(row, f.more[i].operating)
		if j, ok := operating[key]; ok {
			f.merge(i, j)
			continue
		}
		operating[key] = i
		own := row.Flight.Number
		row.Flight.Number, row.Flight.ID = strings.ToUpper(f.more[i].operating), ""
		row.Flight.Codeshares = joinNumbers(row.Flight.Number, []string{own}, strings.Split(row.Flight.Codeshares, "\n"))
	}
}
