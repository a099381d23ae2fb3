package timetable

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func by(source string, c Change) Change { c.Source = source; return c }

func as(kind Kind, c Change) Change { c.Kind = kind; return c }

func TestAdmit(t *testing.T) {
	onBoard := []Change{add("I768 state=expected"), add("A123 id=L1"), add("A123 id=L2")}
	tests := []struct {
		reason string
		before []Change // of the same draft
		change Change
		want   Change
		err    string
	}{
		{"an update of a flight that is there", nil, update("I768 state=landed"), update("I768 state=landed"), ""},
		{"of one that is not", nil, update("D654 state=landed"), Change{}, `flight "D654" is not on the board`},
		{"a removal of one that is not", nil, remove("D654"), Change{}, `flight "D654" is not on the board`},
		{"a flight with an ID is not there under its number", nil, update("A123 state=landed"), Change{}, `flight "A123" is not on the board`},
		{"an addition of one that is there replaces it", nil, add("I768 gate=7"), add("I768 gate=7"), ""},
		{"a put of one that is there is an update", nil, put("I768 state=landed"), update("I768 state=landed"), ""},
		{"a put of one that is not is an addition", nil, put("D654 state=landed"), saying(Add, fly("D654 state=landed")), ""},
		{"which has to name its number", nil, saying(Put, Flight{ID: "L3"}), Change{}, "flight: missing"},
		{"a change that is not valid", nil, update("I768 arrival=soon"), Change{}, `arrival: "soon" is neither HH:MM nor RFC 3339 with an offset`},

		{"a client that knows numbers only learns the number of the ID", nil, saying(Update, Flight{ID: "L1", State: "landed"}), update("A123 id=L1 state=landed"), ""},
		{"also of the one that leaves", nil, saying(Remove, Flight{ID: "L2"}), Change{Kind: Remove, Flight: fly("A123 id=L2"), Named: ID.Bit()}, ""},
		{"a flight that is called by its ID as if by its number", nil, update("L1 state=landed"), update("A123 id=L1 state=landed"), ""},
		{"also when it leaves, or another row would leave", nil, remove("L1"), remove("A123 id=L1"), ""},
		{"a number that an update does not name is no news", nil, Change{Kind: Update, Flight: fly("Z9 id=L1 state=landed"), Named: State.Bit()}, update("A123 id=L1 state=landed"), ""},
		{"one that it names is", nil, update("Z9 id=L1"), update("Z9 id=L1"), ""},
		{"which the next change knows", []Change{update("Z9 id=L1")}, saying(Remove, Flight{ID: "L1"}), Change{Kind: Remove, Flight: fly("Z9 id=L1"), Named: ID.Bit()}, ""},
		{"a flight gets an ID that is its number", nil, saying(Update, Flight{ID: "I768"}), saying(Update, Flight{Number: "I768", ID: "I768"}), ""},
		{"the number cannot be taken away", nil, saying(Update, Flight{ID: "L1"}, Number), update("A123 id=L1"), ""},

		{"a flight that an earlier change adds is there", []Change{add("D654")}, update("D654 state=landed"), update("D654 state=landed"), ""},
		{"also when a put adds it", []Change{put("D654")}, put("D654 state=landed"), update("D654 state=landed"), ""},
		{"a flight that an earlier change removes is not", []Change{remove("I768")}, update("I768 state=landed"), Change{}, `flight "I768" is not on the board`},
		{"and can be put again", []Change{remove("I768")}, put("I768 state=landed"), saying(Add, fly("I768 state=landed")), ""},
		{"after a snapshot the board's flights are gone", []Change{replace("D654")}, remove("I768"), Change{}, `flight "I768" is not on the board`},
		{"and the snapshot's are there", []Change{replace("D654 id=L9")}, saying(Remove, Flight{ID: "L9"}), Change{Kind: Remove, Flight: fly("D654 id=L9"), Named: ID.Bit()}, ""},
		{"a feed that repeats the board has nothing to say", nil, by("radar", update("I768 state=expected")), by("radar", as(Idle, update("I768 state=expected"))), ""},
		{"a hand may repeat itself", nil, update("I768 state=expected"), update("I768 state=expected"), ""},
		{"a feed repeats no board that an earlier change will alter", []Change{update("I768 state=landed gate=7")}, by("radar", update("I768 gate=7")), by("radar", update("I768 gate=7")), ""},
		{"until they leave", []Change{replace("D654"), remove("D654")}, remove("D654"), Change{}, `flight "D654" is not on the board`},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			var b Board
			for _, c := range onBoard {
				b.Apply(&c)
			}
			snapshot := b.Snapshot()
			one := b.Draft()       // all changes in one draft
			chain := []*Draft{one} // each change in a draft of its own, the board still as it was
			for _, c := range test.before {
				again := c
				if err := one.Admit(&c); err != nil {
					t.Fatal(err)
				}
				next := chain[len(chain)-1].Draft()
				if len(chain) == 1 {
					next = b.Draft()
				}
				if err := next.Admit(&again); err != nil {
					t.Fatalf("in a draft of its own: %v", err)
				}
				chain = append(chain, next)
			}
			last := b.Draft()
			if len(chain) > 1 {
				last = chain[len(chain)-1].Draft()
			}
			for name, draft := range map[string]*Draft{"one draft": one, "a chain of drafts": last} {
				got, text := test.change, ""
				if err := draft.Admit(&got); err != nil {
					got, text = Change{}, err.Error()
				}
				if text != test.err {
					t.Errorf("%s: Admit(%+v) = %q, want %q", name, test.change, text, test.err)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("%s: Admit completes to (-want +got):\n%s", name, diff)
				}
			}
			if diff := cmp.Diff(snapshot, b.Snapshot()); diff != "" {
				t.Errorf("a draft has touched the board (-before +after):\n%s", diff)
			}
		})
	}
}

// A log that syncs to disk checks the next publisher's changes while the last one's are on their way to the board.
func TestDraftOutlivesTheOneBefore(t *testing.T) {
	var b Board
	first := b.Draft()
	c := add("I768 gate=7")
	if err := first.Admit(&c); err != nil {
		t.Fatal(err)
	}
	second := first.Draft()
	b.Apply(&c)
	second.Settle()
	bye := remove("I768")
	b.Apply(&bye) // the board is what counts now, and not the first draft
	if again := remove("I768"); second.Admit(&again) == nil {
		t.Error("the second draft still takes the first one's flight for present")
	}
}

// A change that is refused leaves no trace in the draft.
func TestRefusedChangeCountsForNothing(t *testing.T) {
	var b Board
	d := b.Draft()
	for _, c := range []Change{saying(Put, Flight{ID: "L1"}), add("I768 arrival=soon"), replace("A123", "A123")} {
		if err := d.Admit(&c); err == nil {
			t.Fatalf("%+v was admitted", c)
		}
	}
	for _, key := range []string{"L1", "I768", "A123"} {
		if c := remove(key); d.Admit(&c) == nil {
			t.Errorf("%s is taken for present", key)
		}
	}
}

func TestABoardIsBounded(t *testing.T) {
	const full = "the board is full: it holds at most 2 flights"
	for _, c := range []struct {
		reason  string
		on      []Change // the board, which does not count
		changes []Change // of one draft
		errs    []string // one for each
	}{
		{"as many as fit", nil, []Change{add("A1"), put("B2")}, []string{"", ""}},
		{"one more", nil, []Change{add("A1"), add("B2"), add("C3")}, []string{"", "", full}},
		{"by a put", []Change{add("A1"), add("B2")}, []Change{put("C3")}, []string{full}},
		{"what is there can be told more about", []Change{add("A1"), add("B2")},
			[]Change{add("A1 gate=1"), put("B2 gate=2"), update("A1 gate=3")}, []string{"", "", ""}},
		{"one leaves, one comes", []Change{add("A1"), add("B2")},
			[]Change{remove("A1"), add("C3"), add("A1")}, []string{"", "", full}},
		{"a flight that does not fit takes no place", []Change{add("A1"), add("B2")},
			[]Change{add("C3"), remove("A1"), add("D4")}, []string{full, "", ""}},
		{"a board that fits", []Change{add("A1"), add("B2")}, []Change{replace("C3", "D4"), add("E5")}, []string{"", full}},
		{"one that does not", nil, []Change{replace("A1", "B2", "C3"), add("A1")}, []string{full, ""}},
		{"a log from before the bound stays as it is, and may shrink", []Change{add("A1"), add("B2"), add("C3")},
			[]Change{put("A1 gate=1"), add("D4"), remove("A1"), add("D4"), remove("B2"), add("D4")},
			[]string{"", full, "", full, "", ""}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			b := Board{MaxFlights: 2}
			for _, c := range c.on {
				b.Apply(&c)
			}
			draft, apart := b.Draft(), b.Draft()
			for i, change := range c.changes {
				for _, d := range []*Draft{draft, apart} {
					change := change
					text := ""
					if err := d.Admit(&change); err != nil {
						text = err.Error()
					}
					if text != c.errs[i] {
						t.Errorf("change %d, %+v: error %q, want %q", i, change, text, c.errs[i])
					}
				}
				apart = apart.Draft() // each change in a draft of its own, on those before it
			}
		})
	}
}
