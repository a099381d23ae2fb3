package view

import (
	"slices"
	"testing"

	"flightboard/timetable"
)

func TestAnAddressSaysWhatIsAsked(t *testing.T) {
	for reason, q := range map[string]Query{
		"nothing is asked": {},
		"words, an order, a page": {
			Search: "são paulo",
			Sort:   []Key{{timetable.FieldArrival, false}, {timetable.FieldNumber, true}},
			Page:   2,
			Size:   50,
		},
		"filters, all rows": {
			Filters: map[timetable.Field]string{timetable.FieldState: "landed", timetable.FieldGate: "B"},
			Size:    All,
		},
	} {
		pairs := q.Pairs()
		got := QueryOf(func(name string) string {
			i := slices.IndexFunc(pairs, func(p Pair) bool { return p.Name == name })
			if i < 0 {
				return ""
			}
			return pairs[i].Value
		})
		if !slices.Equal(got.Pairs(), pairs) {
			t.Errorf("%s: %v is read as %v", reason, pairs, got.Pairs())
		}
	}
	for size, want := range map[string]int{"50": 50, "all": All, "7": 0, "-1": 0, "1000": 0} { // others are not offered
		if got := QueryOf(func(name string) string { return map[string]string{"size": size}[name] }); got.Size != want {
			t.Errorf("size=%s asks for %d rows, want %d", size, got.Size, want)
		}
	}
	nonsense := map[string]string{"sort": "-,x,origin,-origin", "page": "-3", "size": "many"}
	got := QueryOf(func(name string) string { return nonsense[name] })
	if want := []Key{{timetable.FieldOrigin, false}}; !slices.Equal(got.Sort, want) || got.Page != 0 || got.Size != 0 {
		t.Errorf("nonsense is read as %+v", got)
	}
	if hidden := timetable.FieldGate.Bit() | timetable.FieldState.Bit(); HiddenOf(ColumnsText(hidden)) != hidden ||
		HiddenOf("") != 0 {
		t.Errorf("%q is read as %b", ColumnsText(hidden), HiddenOf(ColumnsText(hidden)))
	}
	widths := WidthsOf("origin:240 nowhere:9 gate:x belt:-4 flight:80")
	if got := WidthsText(widths); got != "origin:240 flight:80" {
		t.Errorf("the widths are %q", got)
	}
}

func TestAQuerySaysInWhatItDiffers(t *testing.T) {
	before := Query{Search: "rome", Page: 2}
	for want, change := range map[string]func(*Query){
		"":     func(q *Query) { q.Page = 0 },
		"q":    func(q *Query) { q.Find("romeo") },
		"gate": func(q *Query) { q.Filter(timetable.FieldGate, "b") },
	} {
		q := before
		if change(&q); q.Differs(&before) != want {
			t.Errorf("%+v differs in %q, want %q", q, q.Differs(&before), want)
		}
	}
}

func TestAFileHasAllThatIsShown(t *testing.T) {
	var b timetable.Board
	b.Apply(&timetable.Change{Kind: timetable.KindReplace, Board: []timetable.Flight{
		{Number: "A1", Origin: `Paris, "Orly"`, Arrival: "2026-11-21T08:00:00+01:00"},
		{Number: "B2", Origin: "=1+1", Arrival: "09:00", State: "landed"},
		{Number: "C3", Origin: "Rome", Arrival: "10:00"},
	}})
	var s Sheet
	s.Ask(Query{Search: "a", Size: 1, Sort: []Key{{timetable.FieldNumber, true}}})
	want := "Origin,Flight,Arrival,State\r\n'=1+1,B2,09:00,landed\r\n" +
		"\"Paris, \"\"Orly\"\"\",A1,2026-11-21T08:00:00+01:00,\r\n"
	if got := string(s.AppendCSV(nil, &b)); got != want {
		t.Errorf("the file is %q, want %q", got, want)
	}
}
