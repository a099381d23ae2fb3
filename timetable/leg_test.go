package timetable

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseLeg(t *testing.T) {
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		reason, id string
		want       Leg
		canonical  string // "": as the ID
		err        string
	}{
		{"a leg", "LH400-20261120-FRA-JFK", Leg{"LH", 400, "", day, "FRA", "JFK"}, "", ""},
		{"zeros in front do not count", "LH0400-20261120-FRA-JFK", Leg{"LH", 400, "", day, "FRA", "JFK"},
			"LH400-20261120-FRA-JFK", ""},
		{"a carrier with a digit", "U22123-20261120-LGW-GVA", Leg{"U2", 2123, "", day, "LGW", "GVA"}, "", ""},
		{"or one in front", "9W1-20261120-BOM-LHR", Leg{"9W", 1, "", day, "BOM", "LHR"}, "", ""},
		{"of ICAO", "DLH7-20261120-EDDF-KJFK", Leg{"DLH", 7, "", day, "EDDF", "KJFK"}, "", ""},
		{"a suffix tells two apart that left on one day", "BA12P-20261120-LHR-JFK", Leg{"BA", 12, "P", day, "LHR", "JFK"},
			"", ""},

		{"a bare number is none", "LH400", Leg{}, "", `leg "LH400": is not like AA1587-20231220-PHX-JFK`},
		{"nor with a part too many", "LH400-20261120-FRA-JFK-1", Leg{}, "",
			`leg "LH400-20261120-FRA-JFK-1": is not like AA1587-20231220-PHX-JFK`},
		{"no carrier", "40-20261120-FRA-JFK", Leg{}, "",
			`leg "40-20261120-FRA-JFK": carrier "40": is neither two characters of IATA nor three letters of ICAO`},
		{"digits only", "40012-20261120-FRA-JFK", Leg{}, "",
			`leg "40012-20261120-FRA-JFK": carrier "40012": is neither two characters of IATA nor three letters of ICAO`},
		{"small letters", "lh400-20261120-FRA-JFK", Leg{}, "",
			`leg "lh400-20261120-FRA-JFK": carrier "lh400": is neither two characters of IATA nor three letters of ICAO`},
		{"no number", "LHP-20261120-FRA-JFK", Leg{}, "", `leg "LHP-20261120-FRA-JFK": number "": is none from 1 to 9999`},
		{"nought", "LH0-20261120-FRA-JFK", Leg{}, "", `leg "LH0-20261120-FRA-JFK": number "0": is none from 1 to 9999`},
		{"five digits", "LH40000-20261120-FRA-JFK", Leg{}, "",
			`leg "LH40000-20261120-FRA-JFK": number "40000": is none from 1 to 9999`},
		{"a sign", "LH+40-20261120-FRA-JFK", Leg{}, "", `leg "LH+40-20261120-FRA-JFK": number "+40": is none from 1 to 9999`},
		{"a day that is none", "LH400-20261131-FRA-JFK", Leg{}, "",
			`leg "LH400-20261131-FRA-JFK": date "20261131": is no day like 20231220`},
		{"an airport that is none", "LH400-20261120-FR-JFK", Leg{}, "",
			`leg "LH400-20261120-FR-JFK": origin "FR": is neither three letters of IATA nor four of ICAO`},
		{"nor this", "LH400-20261120-FRA-Jfk", Leg{}, "",
			`leg "LH400-20261120-FRA-Jfk": destination "Jfk": is neither three letters of IATA nor four of ICAO`},
	} {
		t.Run(test.reason, func(t *testing.T) {
			got, err := ParseLeg(test.id)
			text := ""
			if err != nil {
				text = err.Error()
			}
			if text != test.err {
				t.Fatalf("ParseLeg(%q): %s, want %s", test.id, text, test.err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("ParseLeg(%q) (-want +got):\n%s", test.id, diff)
			}
			if test.canonical == "" {
				test.canonical = test.id
			}
			if id := got.String(); err == nil && id != test.canonical {
				t.Errorf("it is written %s, want %s", id, test.canonical)
			}
		})
	}
}

// FuzzLeg holds that an identity is a fixed point, and one that a flight may have.
func FuzzLeg(f *testing.F) {
	for _, id := range []string{"LH400-20261120-FRA-JFK", "9W0012P-19991231-EDDF-KJFK", "AAA1-20240229-AAA-AAA", "",
		"---"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		l, err := ParseLeg(id)
		if err != nil {
			return
		}
		again, err := ParseLeg(l.String())
		if err != nil || again != l {
			t.Errorf("%q is %+v, and its identity %q is %+v, %v", id, l, l.String(), again, err)
		}
		c := Change{Kind: KindAdd, Flight: Flight{ID: l.String(), Number: l.FlightNumber()}}
		if err := c.Validate(); err != nil {
			t.Errorf("%+v: %v", l, err)
		}
	})
}
