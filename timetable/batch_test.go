package timetable

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// manually returns a report without a source.
func manually(changes ...Change) (reports []Report) {
	for _, c := range changes {
		reports = append(reports, Report{Change: c})
	}
	return reports
}

// merge merges reports that have to be accepted.
func merge(t *testing.T, b *Batch, reports ...Report) (outcomes []Outcome) {
	t.Helper()
	for _, r := range reports {
		o, err := b.Merge(&r)
		if err != nil {
			t.Fatalf("Merge(%+v): %v", r, err)
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}

func TestMerge(t *testing.T) {
	onBoard := []Change{add("I768 state=expected"), add("A123 id=L1"), add("A123 id=L2")}
	tests := []struct {
		reason string
		before []Change // of the same batch
		change Change
		want   Change
		err    string
		source string
		idle   bool
	}{
		{"an update of a flight that is there", nil, update("I768 state=landed"), update("I768 state=landed"), "", "", false},
		{"of one that is not", nil, update("D654 state=landed"), Change{}, `flight "D654" is not on the board`, "", false},
		{"a removal of one that is not", nil, remove("D654"), Change{}, `flight "D654" is not on the board`, "", false},
		{"a flight with an ID is not there under its number", nil, update("A123 state=landed"), Change{},
			`flight "A123" is not on the board`, "", false},
		{"an addition of one that is there replaces it", nil, add("I768 gate=7"), add("I768 gate=7"), "", "", false},
		{"a put of one that is there is an update", nil, put("I768 state=landed"), update("I768 state=landed"), "", "",
			false},
		{"a put of one that is not is an addition", nil, put("D654 state=landed"), saying(KindAdd, fly("D654 state=landed")),
			"", "", false},
		{"which has to name its number", nil, saying(KindPut, Flight{ID: "L3"}), Change{}, "flight: missing", "", false},
		{"a change that is not valid", nil, update("I768 arrival=soon"), Change{},
			`arrival: "soon" is neither HH:MM nor RFC 3339 with an offset`, "", false},

		{"a client that knows numbers only learns the number of the ID", nil,
			saying(KindUpdate, Flight{ID: "L1", State: "landed"}), update("A123 id=L1 state=landed"), "", "", false},
		{"also of the one that leaves", nil, saying(KindRemove, Flight{ID: "L2"}),
			Change{Kind: KindRemove, Flight: fly("A123 id=L2"), Named: FieldID.Bit()}, "", "", false},
		{"a flight that is called by its ID as if by its number", nil, update("L1 state=landed"),
			update("A123 id=L1 state=landed"), "", "", false},
		{"also when it leaves, or another row would leave", nil, remove("L1"), remove("A123 id=L1"), "", "", false},
		{"a number that an update does not name is no news", nil,
			Change{Kind: KindUpdate, Flight: fly("Z9 id=L1 state=landed"), Named: FieldState.Bit()},
			update("A123 id=L1 state=landed"), "", "", false},
		{"one that it names is", nil, update("Z9 id=L1"), update("Z9 id=L1"), "", "", false},
		{"which the next change knows", []Change{update("Z9 id=L1")}, saying(KindRemove, Flight{ID: "L1"}),
			Change{Kind: KindRemove, Flight: fly("Z9 id=L1"), Named: FieldID.Bit()}, "", "", false},
		{"a flight gets an ID that is its number", nil, saying(KindUpdate, Flight{ID: "I768"}),
			saying(KindUpdate, Flight{Number: "I768", ID: "I768"}), "", "", false},
		{"the number cannot be taken away", nil, saying(KindUpdate, Flight{ID: "L1"}, FieldNumber), update("A123 id=L1"), "",
			"", false},

		{"a flight that an earlier change adds is there", []Change{add("D654")}, update("D654 state=landed"),
			update("D654 state=landed"), "", "", false},
		{"also when a put adds it", []Change{put("D654")}, put("D654 state=landed"), update("D654 state=landed"), "", "",
			false},
		{"a flight that an earlier change removes is not", []Change{remove("I768")}, update("I768 state=landed"), Change{},
			`flight "I768" is not on the board`, "", false},
		{"and can be put again", []Change{remove("I768")}, put("I768 state=landed"),
			saying(KindAdd, fly("I768 state=landed")), "", "", false},
		{"after a snapshot the board's flights are gone", []Change{replace("D654")}, remove("I768"), Change{},
			`flight "I768" is not on the board`, "", false},
		{"and the snapshot's are there", []Change{replace("D654 id=L9")}, saying(KindRemove, Flight{ID: "L9"}),
			Change{Kind: KindRemove, Flight: fly("D654 id=L9"), Named: FieldID.Bit()}, "", "", false},
		{"a feed that repeats the board has nothing to say", nil, update("I768 state=expected"),
			update("I768 state=expected"), "", "radar", true},
		{"a hand may repeat itself", nil, update("I768 state=expected"), update("I768 state=expected"), "", "", false},
		{"nor one that repeats what an earlier change will alter", []Change{update("I768 state=landed gate=7")},
			update("I768 gate=7"), update("I768 gate=7"), "", "radar", true},
		{"a feed that takes it back does", []Change{update("I768 state=landed gate=7")},
			saying(KindUpdate, fly("I768"), FieldGate), saying(KindUpdate, fly("I768"), FieldGate), "", "radar", false},
		{"until they leave", []Change{replace("D654"), remove("D654")}, remove("D654"), Change{},
			`flight "D654" is not on the board`, "", false},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			var b Board
			for _, c := range onBoard {
				b.Apply(&c)
			}
			snapshot := b.Snapshot()
			one, last := b.Batch(0), b.Batch(0) // all changes in one batch; and each in a batch on top of the one before
			merge(t, one, manually(test.before...)...)
			for _, r := range manually(test.before...) {
				merge(t, last, r)
				last = last.Batch(0)
			}
			for name, batch := range map[string]*Batch{"one batch": one, "a chain of batches": last} {
				r := Report{Change: test.change, Source: test.source}
				said, text := r, ""
				got, err := batch.Merge(&r)
				if err != nil {
					text = err.Error()
				}
				if text != test.err {
					t.Errorf("%s: Merge(%+v) = %q, want %q", name, test.change, text, test.err)
				}
				if diff := cmp.Diff(Outcome{test.want, test.idle}, got); diff != "" {
					t.Errorf("%s: Merge completes to (-want +got):\n%s", name, diff)
				}
				if diff := cmp.Diff(said, r); diff != "" {
					t.Errorf("%s: Merge has altered the report (-before +after):\n%s", name, diff)
				}
			}
			if diff := cmp.Diff(snapshot, b.Snapshot()); diff != "" {
				t.Errorf("a batch has touched the board (-before +after):\n%s", diff)
			}
		})
	}
}

// A log that syncs to disk merges the next publisher's reports while the last one's are on their way to the board.
func TestABatchOutlivesTheOneBelowIt(t *testing.T) {
	var b Board
	first := b.Batch(0)
	merge(t, first, manually(add("I768 gate=7"))...)
	second := first.Batch(0)
	first.Commit()
	second.Rebase()
	b.Apply(new(remove("I768"))) // the board counts now, and not the first batch
	if _, err := second.Merge(&Report{Change: remove("I768")}); err == nil {
		t.Error("the second batch still has the first one's flight")
	}
}

func TestARejectedReportLeavesNoTraceInTheBatch(t *testing.T) {
	var b Board
	d := b.Batch(0)
	rejected := []Change{saying(KindPut, Flight{ID: "L1"}), add("I768 arrival=soon"), replace("A123", "A123")}
	for _, c := range append(rejected, remove("L1"), remove("I768"), remove("A123")) {
		if _, err := d.Merge(&Report{Change: c}); err == nil {
			t.Fatalf("%+v was accepted", c)
		}
	}
	if len(d.Changes()) != 0 || !d.IsEmpty() {
		t.Errorf("the batch holds %+v", d.Changes())
	}
}

// An idle report changes nothing that viewers see, also an old removal that names fields.
func TestAnIdleReportAltersNoFlight(t *testing.T) {
	for _, c := range []struct {
		reason string
		report Report
	}{
		{"an old removal that names fields", Report{Change: as(KindRemove, update("I768 state=landed")), Source: "a",
			Stamp: 1}},
		{"an old removal of nobody", Report{Change: as(KindRemove, update("I768 state=landed gate=9")), Stamp: 1}},
		{"an old update", Report{Change: update("I768 gate=1"), Source: "a", Stamp: 1}},
		{"a repetition", Report{Change: update("I768 gate=7"), Source: "a", Stamp: 9}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			var b Board
			first := b.Batch(2)
			merge(t, first, manually(add("I768 gate=7"))...)
			first.Commit()
			before := b.Snapshot()
			batch := b.Batch(3)
			if o := merge(t, batch, c.report); !o[0].Idle || len(batch.Changes()) != 0 {
				t.Errorf("it is not idle: %+v, and published: %+v", o, batch.Changes())
			}
			batch.Commit()
			if diff := cmp.Diff(before, b.Snapshot()); diff != "" {
				t.Errorf("the board (-before +after):\n%s", diff)
			}
		})
	}
}

func as(kind Kind, c Change) Change { c.Kind = kind; return c }

func TestABoardIsBounded(t *testing.T) {
	const full = "the board is full: it holds at most 2 flights"
	for _, c := range []struct {
		reason  string
		on      []Change // the board, which does not count
		changes []Change // of one batch
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
			batch, apart := b.Batch(0), b.Batch(0)
			for i, change := range c.changes {
				for _, d := range []*Batch{batch, apart} {
					text := ""
					if _, err := d.Merge(&Report{Change: change}); err != nil {
						text = err.Error()
					}
					if text != c.errs[i] {
						t.Errorf("change %d, %+v: error %q, want %q", i, change, text, c.errs[i])
					}
				}
				apart = apart.Batch(0) // each change in a batch of its own, on those before it
			}
		})
	}
}
