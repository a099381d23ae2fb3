package view

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"flightboard/timetable"
)

// The page of an order is what sorting everything and cutting the page out of it gives.
func TestAPageIsPartOfTheWholeOrder(t *testing.T) {
	board := world(700)
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		q := Query{Size: Sizes[r.IntN(len(Sizes)-1)], Page: r.IntN(60)}
		for range 1 + r.IntN(2) {
			q.Sort = append(q.Sort, Key{Columns[r.IntN(6)], r.IntN(2) == 0})
		}
		if r.IntN(2) == 0 {
			q.Search = []string{"lon", "sao", "landed", "z", "airline 1"}[r.IntN(5)]
		}
		var whole, part list
		all := q
		all.Size = All
		whole.ask(all)
		whole.update(board, timetable.Delta{})
		part.ask(q)
		part.update(board, timetable.Delta{})
		from, to := part.bounds()
		if !slices.Equal(whole.keys[from:to], part.keys) || part.total != len(whole.keys) {
			t.Fatalf("%+v: the page is %q, want %q", q, part.keys, whole.keys[from:to])
		}
		first := q.Sort[0]
		if !slices.IsSortedFunc(whole.keys, func(x, y string) int {
			xr, _ := whole.rank(board.Flight(x), first, 0)
			yr, _ := whole.rank(board.Flight(y), first, 0)
			return cmp.Compare(xr, yr)
		}) {
			t.Fatalf("%+v: not in order: %q", q, whole.keys)
		}
	}
}

func TestAMarkMayBeWrittenAsALetter(t *testing.T) {
	for _, c := range []struct {
		reason, words, origin string
		want                  bool
	}{
		{"å was once written aa", "aarhus", "Århus", true},
		{"and is found without", "arhus", "Århus", true},
		{"so with an umlaut", "muenchen", "München", true},
		{"and without", "munchen", "München", true},
		{"ø is oe where it cannot be typed", "tromsoe", "Tromsø", true},
		{"a city that is written so stays as it is", "aachen", "Aachen", true},
		{"a name without marks has no letter too few", "aarhus", "Arhus", false},
		{"Greek, without accents", "αθηνα", "Αθήνα", true},
		{"Greek, with them", "αθήνα", "ΑΘΗΝΑ", true},
		{"a sharp s is two", "weissensee", "Weißensee", true},
	} {
		var l list
		l.ask(Query{Search: c.words})
		if got := l.matches(&timetable.Flight{Origin: c.origin}); got != c.want {
			t.Errorf("%s: %q finds %q: %v, want %v", c.reason, c.words, c.origin, got, c.want)
		}
	}
}

func TestFoldingDropsMarks(t *testing.T) {
	for text, want := range map[string]string{
		"São Paulo": "sao paulo", "MÁLAGA": "malaga", "Łódź": "lodz", "Đà Nẵng": "da nang", "Straße": "strasse",
		"Bucureşti": "bucuresti",
		"București": "bucuresti", "Zu\u0308rich": "zurich", "ΑΘΗΝΑ": "αθηνα", "東京": "東京", "İzmir": "izmir",
		"Αθήνα": "αθηνα", "Ηράκλειο": "ηρακλειο", "ΑΘΗΝΑΣ": "αθηνασ", "Αθήνας": "αθηνασ", "Ærø": "aero",
		"Næstved": "naestved", "Œuvre": "oeuvre",
		"Århus": "arhus", "Tromsø": "tromso",
	} {
		if got := string(appendFold(nil, text)); got != want {
			t.Errorf("folding %q gives %q, want %q", text, got, want)
		}
	}
	var keys []string
	for _, text := range []string{"B12", "b7", "Ab", "LH 9", "LH 10", "LH 0100"} {
		keys = append(keys, string(appendCollated(nil, text)))
	}
	slices.Sort(keys)
	if got := strings.Join(keys, " "); got != "ab b17 b212 lh 19 lh 210 lh 3100" {
		t.Errorf("the collated keys are %q", got)
	}
}
