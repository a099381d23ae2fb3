package timetable

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The fields of a report beside the row: its stamp and its actual times.
func TestBodyReadsTimes(t *testing.T) {
	landed := Times{MilestoneLanded: "18:02"}
	stamp := time.Date(2026, 11, 20, 15, 5, 5, 0, time.UTC).UnixMicro()
	for _, c := range []struct {
		reason, body string
		want         Report
		err          string
	}{
		{"a time", `{"flight":"I768","landed":"18:02"}`,
			Report{Change: Change{Kind: KindPut, Flight: fly("I768"), Named: FieldNumber.Bit()}, Times: landed}, ""},
		{"in an event", `{"event":"flightStateUpdate","data":{"flight":"I768","landed":"18:02"}}`,
			Report{Change: Change{Flight: fly("I768"), Named: FieldNumber.Bit()}, Times: landed}, ""},
		{"in an event whose type comes last", `{"data":{"flight":"I768","landed":"18:02"},"event":"flightStateUpdate"}`,
			Report{Change: Change{Flight: fly("I768"), Named: FieldNumber.Bit()}, Times: landed}, ""},
		{"null: it has not come about", `{"flight":"I768","landed":null}`,
			Report{Change: Change{Kind: KindPut, Flight: fly("I768"), Named: FieldNumber.Bit()},
				Withdrawn: 1 << MilestoneLanded}, ""},
		{"a stamp first", `{"stamp":"2026-11-20T15:05:05Z","flight":"I768"}`,
			Report{Change: Change{Kind: KindPut, Flight: fly("I768"), Named: FieldNumber.Bit()}, Stamp: stamp}, ""},
		{"a stamp last", `{"flight":"I768","stamp":"2026-11-20T16:05:05+01:00"}`,
			Report{Change: Change{Kind: KindPut, Flight: fly("I768"), Named: FieldNumber.Bit()}, Stamp: stamp}, ""},
		{"beside an event", `{"stamp":"2026-11-20T15:05:05Z","event":"flightRemoval","data":{"flight":"I768"}}`,
			Report{Change: Change{Kind: KindRemove, Flight: fly("I768"), Named: FieldNumber.Bit()}, Stamp: stamp}, ""},
		{"a stamp of microseconds", `{"flight":"I768","stamp":"2026-11-20T15:05:05.0001239Z"}`,
			Report{Change: Change{Kind: KindPut, Flight: fly("I768"), Named: FieldNumber.Bit()}, Stamp: stamp + 123}, ""},
		{"a stamp without a date", `{"flight":"I768","stamp":"15:05"}`, Report{},
			`stamp: "15:05" is not RFC 3339 with an offset, at byte 33`},
		{"a hand, for a while", `{"flight":"I768","belt":"7","until":"2026-11-20T15:05:05Z"}`,
			Report{Change: Change{Kind: KindPut, Flight: fly("I768 belt=7"), Named: FieldNumber.Bit() | FieldBelt.Bit()},
				Until: stamp}, ""},
		{"a row that is hidden", `{"hidden":true,"flight":"I768","until":"2026-11-20T15:05:05Z"}`,
			Report{Change: Change{Kind: KindPut, Flight: fly("I768"), Named: FieldNumber.Bit()}, Until: stamp,
				Hidden: true}, ""},
		{"hidden is yes or no", `{"flight":"I768","hidden":"yes"}`, Report{}, `hidden: want true or false, at byte 27`},
		{"a time that is a number", `{"flight":"I768","landed":5}`, Report{}, `landed: want a string, at byte 27`},
		{"nobody knows when a board landed", `{"event":"flightSnapshot","data":[{"flight":"I768","landed":"18:02"}]}`,
			Report{}, `unknown field "landed", at byte 61`},
	} {
		t.Run(c.reason, func(t *testing.T) {
			for entry, err := range Body(c.body) {
				switch {
				case err != nil && err.Error() != c.err || err == nil && c.err != "":
					t.Errorf("error %v, want %q", err, c.err)
				case err == nil:
					if diff := cmp.Diff(c.want, *entry.Report); diff != "" {
						t.Errorf("(-want +got):\n%s", diff)
					}
				}
			}
		})
	}
	for want, c := range map[string]Report{
		"until: missing, and hidden needs it": {Change: put("I768"), Hidden: true},
		"until: only an update ends":          {Change: remove("I768"), Until: 1},
	} {
		if err := c.Validate(); err == nil || err.Error() != want {
			t.Errorf("Validate = %v, want %s", err, want)
		}
	}
	for text, want := range map[string]string{
		"noon": `arrived: "noon" is neither HH:MM nor RFC 3339 with an offset`,
		"2026-11-20T23:50:00." + strings.Repeat("0", 1000) + "Z": "arrived: has 1021 characters, at most 64 fit",
	} {
		r := Report{Change: put("I768"), Times: Times{MilestoneArrived: text}}
		if err := r.Validate(); err == nil || err.Error() != want {
			t.Errorf("Validate = %v, want %s", err, want)
		}
	}
}

// A browser ignores what it does not know, and these fields are not for it.
func TestDecodeIgnoresFieldsOfReports(t *testing.T) {
	for _, line := range []string{`{"flight":"I768","landed":5,"stamp":"now"}`,
		`{"stamp":[],"event":"flightStateUpdate","data":{"flight":"I768","landed":{}}}`} {
		var c Change
		if err := c.DecodeLine(line); err != nil || c.Flight.Number != "I768" && c.Kind != KindPut {
			t.Errorf("DecodeLine(%s) = %v, %+v", line, err, c)
		}
	}
}
