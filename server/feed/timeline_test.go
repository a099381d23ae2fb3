package feed

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/timetable"
)

// southwest is one whole day of one airline, at 64 airports of four offsets; one number flies up to eight legs.
const southwest = "testdata/wn_arrivals_2008-04-08.csv.gz"

func recorded(t *testing.T, file string) *timeline {
	t.Helper()
	name, data, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	legs, err := readLegs(name, data, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return newTimeline(legs)
}

// A board made at any time is the one that an earlier board and the changes since build.
func TestBoardPlusChangesIsTheLaterBoard(t *testing.T) {
	for _, test := range []struct {
		file  string
		begin time.Time
		step  time.Duration
	}{
		// Over the end of the turn.
		{"", time.Date(2023, 12, 30, 12, 0, 0, 0, time.UTC), 5*time.Hour + 7*time.Minute + 31*time.Second},
		{southwest, time.Date(2008, 4, 8, 9, 0, 0, 0, time.UTC), 97*time.Minute + 13*time.Second},
	} {
		name, line := test.file, recorded(t, test.file)
		if name == "" {
			name = sampleName
		}
		t.Run(name, func(t *testing.T) {
			var board timetable.Board
			at := test.begin
			apply(t, &board, line.board(at))
			h := line.after(at)
			for range 30 {
				at = at.Add(test.step)
				for ; !line.time(h).After(at); h = line.following(h) {
					apply(t, &board, line.change(h))
				}
				var direct timetable.Board
				apply(t, &direct, line.board(at))
				want, got := direct.Snapshot(), board.Snapshot()
				if diff := cmp.Diff(want.Board, got.Board); diff != "" {
					t.Fatalf("at %v the board of %d flights differs (-want +got):\n%s", at, len(want.Board), diff)
				}
				if again := line.after(at); again != h {
					t.Fatalf("after %v comes mark %v, but playing has come to %v", at, again, h)
				}
			}
		})
	}
}

// apply applies the change, and fails the test if the log would reject it.
func apply(t *testing.T, b *timetable.Board, c timetable.Change) {
	t.Helper()
	batch := b.Batch(0)
	if _, err := batch.Merge(&timetable.Report{Change: c}); err != nil {
		t.Fatalf("the change %s %s is rejected: %v", c.Kind.EventType(), c.AppendJSON(nil), err)
	}
	batch.Commit()
}

// A leg whose delay is longer than the recording has two rows at the same time, with two dates.
func TestAVeryLateLegIsOnTheBoardTwice(t *testing.T) {
	legs, _, err := read(t, columns+changed("2023-12-20T16:35:00Z", "2023-12-22T16:35:00Z",
		"2023-12-20T21:10:00Z,2023-12-20T21:29:00Z", "2023-12-22T21:10:00Z,2023-12-22T21:29:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	board := newTimeline(legs).board(time.Date(2023, 12, 22, 21, 0, 0, 0, time.UTC))
	var got []string
	for _, f := range board.Board {
		got = append(got, f.ID+" "+f.State+" "+f.Expected)
	}
	want := []string{
		"AA1-20231222-PHX-JFK delayed 2023-12-24T16:25:00-05:00",
		"AA1-20231221-PHX-JFK delayed 2023-12-23T16:25:00-05:00",
		"AA1-20231220-PHX-JFK delayed 2023-12-22T16:12:00-05:00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the board (-want +got):\n%s", diff)
	}
}

func TestStart(t *testing.T) {
	summer := "AA3-20231220-LHR-JFK,AA,AA3,LHR,London,2023-12-20T16:39:00Z,2023-12-20T16:35:00Z,," +
		"2023-12-20T23:29:00Z,2023-12-21T00:29,2023-12-20T23:10:00Z,2023-12-20T23:29:00Z,landed\n"
	legs, _, err := read(t, columns+good+summer)
	if err != nil {
		t.Fatal(err)
	}
	line := newTimeline(legs)
	for _, test := range []struct{ at, want, reason string }{
		{"", "2023-12-20 16:34", "a minute before the first flight leaves its stand, give or take its second"},
		{"15:30", "2023-12-20 20:30", "on the first day, by the clock of the flight that is due next to it"},
		{"2023-12-20T23:30", "2023-12-20 22:30", "another flight is due next to it, and its clock shows another offset"},
		{"2023-12-20T00:00", "2023-12-20 05:00", "the first minute of the recording"},
		{"2023-12-21T00:00", "", "after its last day: 2023-12-21T00:00: the recording goes from 2023-12-20 to 2023-12-20"},
		{"2023-12-19T23:59", "", "before its first day: 2023-12-19T23:59: the recording goes from 2023-12-20 to 2023-12-20"},
		{"25:00", "", `no time: "25:00" is neither like 15:04 nor like 2006-01-02T15:04`},
		{"noon", "", `no time: "noon" is neither like 15:04 nor like 2006-01-02T15:04`},
	} {
		t.Run("at "+test.at, func(t *testing.T) {
			got, err := line.start(test.at)
			if test.want == "" {
				if err == nil || !bytes.HasSuffix([]byte(test.reason), []byte(": "+err.Error())) {
					t.Errorf("start(%q) = %v, %v, want an error: %s", test.at, got, err, test.reason)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if text := got.Format("2006-01-02 15:04"); text != test.want {
				t.Errorf("start(%q) = %s, want %s: %s", test.at, text, test.want, test.reason)
			}
		})
	}
}

// The note beside the sample and the files themselves belong together.
func TestTheFilesAreTheOnesThatTheirNoteDescribes(t *testing.T) {
	note, err := os.ReadFile("data/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"", southwest} {
		line := recorded(t, file)
		if want := fmt.Sprintf("%d,%03d", len(line.legs)/1000, len(line.legs)%1000); !bytes.Contains(note, []byte(want)) {
			t.Errorf("data/README.md does not say that a file has %s rows", want)
		}
	}
}
