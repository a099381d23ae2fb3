package eventlog

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventstream"
	"flightboard/timetable"
)

// TestARecordIsReadAsTheStandardReadsIt compares what a start reads with a reader of event streams.
func TestARecordIsReadAsTheStandardReadsIt(t *testing.T) {
	flight := timetable.Flight{Number: "LH1", Origin: "Köln", Remark: "two\nlines,\tid: 7 \"data: \" \u2028"}
	for _, c := range []timetable.Change{
		{Kind: timetable.KindAdd, Flight: flight},
		{Kind: timetable.KindUpdate, Flight: flight, Named: timetable.FieldRemark.Bit() | timetable.FieldGate.Bit()},
		{Kind: timetable.KindRemove, Flight: timetable.Flight{Number: "LH1"}},
		{Kind: timetable.KindReplace, Board: []timetable.Flight{}},
		{Kind: timetable.KindReplace, Board: []timetable.Flight{flight, {Number: "LH2"}, {Number: "LH3"}}},
	} {
		record := (&Log{next: 7}).encode(nil, &c)
		var want, got timetable.Change
		for e, err := range eventstream.Read(bytes.NewReader(record)) {
			if err != nil {
				t.Fatal(err)
			}
			if name := typeOf(record); name != e.Type {
				t.Errorf("the type of %q is %q, want %q", record, name, e.Type)
			}
			kind, _ := timetable.KindOf(e.Type)
			if err := want.Decode(kind, string(e.Data)); err != nil {
				t.Fatal(err)
			}
		}
		if err := decodeRecord(&got, record); err != nil {
			t.Errorf("decodeRecord(%q) = %v", record, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q is decoded as (-want +got):\n%s", record, diff)
		}
	}
	for _, record := range []string{"", "event: flightAddition\nid: 7\n\n", "event: other\nid: 7\ndata: {}\n\n"} {
		if err := decodeRecord(new(timetable.Change), []byte(record)); err == nil {
			t.Errorf("decodeRecord(%q) succeeds", record)
		}
	}
}
