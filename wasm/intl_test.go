//go:build js && wasm

package main

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/wasm/dom"
)

// cities are such that byte order, and order without marks, put wrongly.
var cities = strings.Fields(`
	Zürich Århus Aarau Ålesund Äänekoski Oslo Östersund Oran Łódź Lodi Lyon Łask Lübeck Gießen Giessen Görlitz
	Gera Straßburg Strasbourg Strassen São_Paulo San_José San_Juan saint-Denis Saint-Étienne Évreux Essen İzmir
	Izmir Đà_Nẵng Damaskus Ærø Aberdeen Øksfjord Reykjavík Žilina Zagreb Čačak Cádiz Cologne Þórshöfn Tórshavn
	malmö Malmö Malta Αθήνα Москва 東京 A_Coruña Ängelholm Ørsta Ho_Chi_Minh
`)

// A collator compares two texts; the tests sort by it.
func byIntl(t testing.TB, language string, names []string) []string {
	t.Helper()
	must := func(v safejs.Value, err error) safejs.Value {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	collator := must(must(must(safejs.Global().Get("Intl")).Get("Collator")).New(language))
	compare := must(collator.Get("compare"))
	sorted := slices.Clone(names)
	slices.SortFunc(sorted, func(x, y string) int {
		n, err := must(compare.Invoke(x, y)).Int()
		if err != nil {
			t.Fatal(err)
		}
		return n
	})
	return sorted
}

// Cities are sorted as Intl.Collator sorts them in the page's language: in Swedish å, ä and ö come after z.
func TestCitiesAreSortedAsTheLanguageDoes(t *testing.T) {
	for _, language := range []string{"en", "sv"} {
		var b strings.Builder
		for i, city := range cities {
			b.WriteString(map[bool]string{true: "[", false: ","}[i == 0])
			b.WriteString(`{"flight":"F` + strconv.Itoa(i) + `","arrival":"10:10","origin":"` + city + `"}`)
		}
		s := newStage(t, "events", london())
		back := s.speak(language)
		s.open(b.String() + "]")
		s.a.drawing.sheet.Ask(view.Query{Sort: []view.Key{{Column: timetable.FieldOrigin}}, Size: 100})
		s.a.drawing.Redraw()
		var got []string
		for _, row := range s.table().Rows {
			got = append(got, strings.TrimPrefix(row.Cells[0], "origin="))
		}
		if diff := cmp.Diff(byIntl(t, language, cities), got); diff != "" {
			t.Errorf("%s (-Intl +page):\n%s", language, diff)
		}
		s.wantErrors()
		s.end()
		back()
	}
}

// speak makes the page one in a language until it is taken back.
func (s *stage) speak(language string) (back func()) {
	s.t.Helper()
	html := s.get(s.get(safejs.Global(), "document"), "documentElement")
	before := s.get(html, "lang")
	s.must(html.Set("lang", language))
	return func() { s.must(html.Set("lang", before)) }
}

func TestNumbersAreWrittenAsTheLanguageDoes(t *testing.T) {
	s := newStage(t, "events", london())
	for _, test := range []struct{ language, want string }{{"en", "999 20,000"}, {"de", "999 20.000"}} {
		back := s.speak(test.language)
		i := dom.Intl{Caller: new(dom.Caller)}
		if got := i.Number(999) + " " + i.Number(20000); got != test.want {
			t.Errorf("in %s the numbers are %s, want %s", test.language, got, test.want)
		}
		back()
	}
	defer s.speak("")()
	i := dom.Intl{Caller: new(dom.Caller)}
	if i.Collate("b\na") != "a\nb" || i.Take() != nil {
		t.Error("a page without a language has no order")
	}
}

// The reader's clocks may change between now and a flight.
func TestMyTimesAreThoseOfTheFlightsInstant(t *testing.T) {
	process, err := safejs.Global().Get("process")
	if err != nil {
		t.Fatal(err)
	}
	env, err := process.Get("env")
	if err != nil {
		t.Fatal(err)
	}
	if !env.IsUndefined() { // in Node; a browser is where it is
		before, err := env.Get("TZ")
		if err != nil {
			t.Fatal(err)
		}
		if err := env.Set("TZ", "Europe/London"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if before.IsUndefined() {
				env.Delete("TZ")
			} else {
				env.Set("TZ", before)
			}
		})
	}
	at := []string{"2026-01-10T10:10:00+01:00", "2026-07-10T10:10:00+01:00",
		"2026-10-25T02:50:00+02:00", "2026-10-25T02:10:00+01:00"}
	var snapshot []string
	for i, time := range at {
		snapshot = append(snapshot, `{"flight":"F`+strconv.Itoa(i)+`","arrival":"`+time+`"}`)
	}
	(&stage{t: t}).visit("?tz=mine")
	t.Cleanup(func() { (&stage{t: t}).visit("?") })
	s := newStage(t, "events", london())
	s.open("[" + strings.Join(snapshot, ",") + "]")
	for i, row := range s.table().Rows {
		date := s.must1(s.get(safejs.Global(), "Date").New(at[i]))
		want := s.string(s.must1(date.Call("toTimeString")))[:5]
		got, _, _ := strings.Cut(row.Cells[2], " ") // the date of another day follows
		if got != "arrival="+want {
			t.Errorf("%s is shown as %s, want %s", at[i], got, want)
		}
	}
	s.wantErrors()
}

// BenchmarkCollate is the cost of sorting a thousand names in JavaScript.
func BenchmarkCollate(b *testing.B) {
	var names []string
	for i := range 1000 {
		names = append(names, cities[i%len(cities)]+" "+strconv.Itoa(i*7919%1000))
	}
	newStage(b, "events", london())
	b.Run("all at once", func(b *testing.B) {
		i := dom.Intl{Caller: new(dom.Caller)}
		for b.Loop() {
			i.Collate(strings.Join(names, "\n"))
		}
	})
	b.Run("one comparison after the other", func(b *testing.B) {
		for b.Loop() {
			byIntl(b, "en", names)
		}
	})
}
