package timetable

import (
	"strings"
	"testing"
)

// lines is n times the same text, one a line.
func lines(text string, n int) string { return strings.TrimSuffix(strings.Repeat(text+"\n", n), "\n") }

func TestValidate(t *testing.T) {
	with := func(k Field, text string) Change {
		f := Flight{Number: "I768"}
		*f.field(k) = text
		return saying(KindUpdate, f)
	}
	long, long0 := strings.Repeat("東", 200), strings.Repeat("0", 1000)
	tests := []struct {
		reason string
		change Change
		want   string // "" when the change is valid
	}{
		{"a whole flight", Change{Kind: KindAdd,
			Flight: Flight{"I768", "L1", "Rome", "10:10", "landing", "10:20", "ITA", "FCO", "1", "B7", "3", "A1\nD654", "late",
				"LND", "tower", "gate\nbelt", "2026-11-20T10:10:00Z"}}, ""},
		{"an aircraft has 100 further numbers", with(FieldCodeshares, lines("A", MaxCodeshares)), ""},
		{"101 are too many", with(FieldCodeshares, lines("A", MaxCodeshares+1)),
			"codeshares: has 101 flight numbers, at most 100 fit"},
		{"however many", with(FieldCodeshares, lines("A", 1<<20)), "codeshares: has 1048576 flight numbers, at most 100 fit"},
		{"every field can be overridden", with(FieldOverridden, strings.Join(fieldNames[:], "\n")), ""},
		{"but only once", with(FieldOverridden, lines("gate", int(fieldCount)+1)),
			"overridden: has 18 names, and there are 17 fields"},
		{"a long time that is none is not repeated as a whole", with(FieldArrival, "noon"+long),
			`arrival: "noon` + long[:3*65] + `" is neither HH:MM nor RFC 3339 with an offset`},
		{"a second has no thousand digits", with(FieldExpected, "2026-11-20T23:50:00."+long0+"Z"),
			"expected: has 1021 characters, at most 64 fit"},
		{"only fields can be overridden", with(FieldOverridden, "gate\ndoor"), `overridden: "door" is not a field`},
		{"a number is all that a flight needs", add("I768"), ""},
		{"or all that an update names", update("I768"), ""},
		{"an ID is enough to say which flight", saying(KindUpdate, Flight{ID: "L1", State: "landed"}), ""},
		{"also for a removal", saying(KindRemove, Flight{ID: "L1"}), ""},
		{"also for a put, which may turn out to be an update", saying(KindPut, Flight{ID: "L1"}), ""},
		{"but a row has to show a number", Change{Kind: KindAdd, Flight: Flight{ID: "L1"}}, "flight: missing"},
		{"no identity", saying(KindUpdate, Flight{State: "landed"}), "flight: missing"},
		{"nothing to remove", saying(KindRemove, Flight{}), "flight: missing"},
		{"nothing to put", saying(KindPut, Flight{}), "flight: missing"},
		{"a kind that does not exist", Change{Kind: 5, Flight: fly("I768")}, "kind 5: there is none"},

		{"an identity has 64 characters, however many bytes they take", saying(KindUpdate, Flight{Number: long[:3*64]}), ""},
		{"65 are too many", saying(KindUpdate, Flight{Number: long[:3*65]}), "flight: has 65 characters, at most 64 fit"},
		{"for an ID too", with(FieldID, long[:3*65]), "id: has 65 characters, at most 64 fit"},
		{"a space is printable", with(FieldNumber, "I 768"), ""},
		{"a tab is not", with(FieldNumber, "I\t768"), `flight: holds the unprintable character '\t'`},
		{"a space that cannot be told from a space is not", with(FieldID, "I\u00a0768"),
			`id: holds the unprintable character '\u00a0'`},
		{"nor is a space without width", with(FieldID, "I\u200b768"), `id: holds the unprintable character '\u200b'`},
		{"nor a direction override", with(FieldNumber, "\u202eI768"), `flight: holds the unprintable character '\u202e'`},
		{"nor NUL", with(FieldNumber, "I768\x00"), `flight: holds the unprintable character '\x00'`},
		{"bytes that are not UTF-8", with(FieldNumber, "I\xff"), "flight: is not UTF-8"},
		{"in any field", with(FieldGate, "\xe6\x97"), "gate: is not UTF-8"},

		{"a text has 200 characters", with(FieldRemark, long), ""},
		{"201 are too many", with(FieldRemark, long+"x"), "remark: has 201 characters, at most 200 fit"},
		{"for a state too", with(FieldState, strings.Repeat("x", 201)), "state: has 201 characters, at most 200 fit"},
		{"any short text is a state", with(FieldState, "holding over the sea ✈️"), ""},
		{"no text holds a line end", with(FieldOrigin, "New\nYork"), `origin: holds the control character '\n'`},
		{"nor an escape character, which could recolour a terminal", with(FieldState, "\x1b[31m"),
			`state: holds the control character '\x1b'`},
		{"nor one of the second set of controls", with(FieldAirline, "a\u0085b"),
			`airline: holds the control character '\u0085'`},
		{"nor DEL", with(FieldFrom, "F\x7fO"), `from: holds the control character '\x7f'`},
		{"nor a direction override, which would rearrange its neighbours", with(FieldBelt, "1\u202e2"),
			`belt: holds the control character '\u202e'`},
		{"nor an isolate", with(FieldTerminal, "\u2066x"), `terminal: holds the control character '\u2066'`},
		{"nor a direction mark", with(FieldRemark, "x\u200f"), `remark: holds the control character '\u200f'`},
		{"text that runs from right to left is text", with(FieldOrigin, "תל אביב"), ""},

		{"a time of day", with(FieldArrival, "23:59"), ""},
		{"a time with an offset", with(FieldExpected, "2026-11-20T23:50:00.5-05:00"), ""},
		{"24:00 is tomorrow", with(FieldArrival, "24:00"), `arrival: "24:00" is neither HH:MM nor RFC 3339 with an offset`},
		{"half past eight in short", with(FieldArrival, "8:30"),
			`arrival: "8:30" is neither HH:MM nor RFC 3339 with an offset`},
		{"without an offset it is unknown when that is", with(FieldExpected, "2026-11-20T23:50:00"),
			`expected: "2026-11-20T23:50:00" is neither HH:MM nor RFC 3339 with an offset`},
		{"a day that does not exist", with(FieldExpected, "2026-02-29T23:50:00Z"),
			`expected: "2026-02-29T23:50:00Z" is neither HH:MM nor RFC 3339 with an offset`},
		{"a word belongs to the remark", with(FieldExpected, "soon"),
			`expected: "soon" is neither HH:MM nor RFC 3339 with an offset`},
		{"a time that is withdrawn", saying(KindUpdate, Flight{Number: "I768"}, FieldExpected), ""},

		{"two codeshares", with(FieldCodeshares, "A1\nD654"), ""},
		{"an empty codeshare", with(FieldCodeshares, "A1\n"), `codeshares: "" is not a flight number`},
		{"a codeshare as long as no number", with(FieldCodeshares, "A1\n"+long[:3*65]),
			`codeshares: "` + long[:3*65] + `" is not a flight number`},
		{"a codeshare that is not printable", with(FieldCodeshares, "A\u202e1"),
			`codeshares: "A\u202e1" is not a flight number`},
		{"what is not named is checked too: a removal cannot carry it in",
			Change{Kind: KindRemove, Flight: Flight{Number: "I768", Gate: "\x00"}}, `gate: holds the control character '\x00'`},

		{"a snapshot", replace("A123 id=1", "A123 id=2", "D654"), ""},
		{"an empty snapshot", replace(), ""},
		{"of a snapshot the flight is told", replace("A123", "D654 arrival=soon"),
			`flight 2 of the snapshot: arrival: "soon" is neither HH:MM nor RFC 3339 with an offset`},
		{"each has to show a number", replace(" id=L1"), "flight 1 of the snapshot: flight: missing"},
		{"the same flight twice", replace("A123", "D654", "A123 gate=7"), `flight 3 of the snapshot: "A123" is there twice`},
		{"one flight's number is another's ID", replace("A123", "D654 id=A123"),
			`flight 2 of the snapshot: "A123" is there twice`},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			got := ""
			if err := test.change.Validate(); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("Validate(%+v) = %q, want %q", test.change, got, test.want)
			}
		})
	}
}

func TestEventTypes(t *testing.T) {
	tests := []struct {
		eventType string
		kind      Kind
		ok        bool
	}{
		{"flightStateUpdate", KindUpdate, true},
		{"flightRemoval", KindRemove, true},
		{"flightAddition", KindAdd, true},
		{"flightSnapshot", KindReplace, true},
		{"message", KindUpdate, true},
		{"", KindUpdate, true},
		{"closedConnection", 0, false},
		{"heartbeat", 0, false},
		{"flightChanges", 0, false},
		{"FlightRemoval", 0, false},
	}
	for _, test := range tests {
		if kind, ok := KindOf(test.eventType); kind != test.kind || ok != test.ok {
			t.Errorf("KindOf(%q) = %d, %t, want %d, %t", test.eventType, kind, ok, test.kind, test.ok)
		}
	}
	for kind, want := range eventTypes {
		if got := Kind(kind).EventType(); got != want {
			t.Errorf("Kind(%d).EventType() = %q, want %q", kind, got, want)
		}
		if back, ok := KindOf(want); want != "" && (!ok || back != Kind(kind)) {
			t.Errorf("KindOf(%q) = %d, want %d", want, back, kind)
		}
	}
}
