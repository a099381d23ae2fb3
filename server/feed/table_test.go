package feed

import (
	"os"
	"strings"
	"testing"
	"time"

	"flightboard/timetable"
)

// whole is the time after which a file counts as complete, with a margin.
const whole = (ended + 5) * look

func TestFollowingATable(t *testing.T) {
	follow(t, "board.CSV", "flight,gate,seats,codeshares\r\nA1,1,180,\"B1, B2\"\r\nA2,2,99,\r\n", func(d *desk) {
		d.want("it is read", "A1 1", "A2 2")
		if got := d.log.board.Flight("A1").Codeshares; got != "B1\nB2" {
			t.Errorf("codeshares are %q", got)
		}
		before := len(d.log.take())
		d.write("flight,gate,seats,codeshares\nA1,1,170,\"B1, B2\"\nA2,3,99,\nA4,4,1,\n")
		d.want("it is written anew", "A1 1", "A2 3", "A4 4")
		if n := len(d.log.take()); before != 2 || n != 2 {
			t.Errorf("%d and then %d changes, want 2 and 2: what is the same is not said again", before, n)
		}
		d.append(d.path, "A5,5,1,\n")
		d.want("it grows", "A1 1", "A2 3", "A4 4", "A5 5")
		d.write("flight,gate\nA2,\nA5,5\n")
		d.want("an empty cell is empty; a row that is gone may be on its way", "A1 1", "A2", "A4 4", "A5 5")
		d.wantAfter(whole, "flights that it no longer has leave", "A2", "A5 5")
		d.write("flight,gate\nA2,8\n")
		os.Chtimes(d.path, time.Time{}, time.Unix(1, 0))
		d.wantAfter(whole, "whatever its time says", "A2 8")
		d.write("")
		d.wantAfter(whole, "an empty file is one that is about to be written", "A2 8")
		d.write("number,gate\nA9,1\n")
		d.wantAfter(whole, "a table that names no flights is none", "A2 8")
		d.write("flight,gate\nA2,8,9\nA3,noon\nA4,1\n\"\nA5,\n,7\n")
		d.wantAfter(whole, "bad rows spoil no others", "A2 8", "A3 noon", "A4 1", "A5")
		d.log.remove(t, timetable.Flight{Number: "A3"})
		d.wantAfter(whole, "a row that somebody has removed stays away", "A2 8", "A4 1", "A5")
	})
}

// A last line needs no line end. Without one it may be incomplete, so it is read again when the file grows.
func TestATablesLastRowNeedsNoEnd(t *testing.T) {
	follow(t, "board.csv", "flight,gate\nA1,1\nA2,2", func(d *desk) {
		d.want("the last row may go on", "A1 1")
		d.wantAfter(whole, "for a second", "A1 1", "A2 2")
		d.append(d.path, "1\nA3,3\nA4")
		d.want("it does after all", "A1 1", "A2 21", "A3 3")
		d.wantAfter(whole, "a row breaks off in its first cell", "A1 1", "A2 21", "A3 3")
		d.append(d.path, "00,4\n")
		d.wantAfter(whole, "and goes on", "A1 1", "A2 21", "A3 3", "A400 4")
		if d.told.refused != 1 {
			t.Errorf("%d lines were refused, want the one that broke off: %s", d.told.refused, d.told.text.String())
		}
	})
}

// A flight that is missing in a file that is written in pieces is removed only when the file has not grown for a while.
func TestATableWrittenWithAPauseRemovesNoFlight(t *testing.T) {
	const head, rest = "flight,gate\n", "A1,1\nA2,2\n"
	follow(t, "board.csv", head+rest, func(d *desk) {
		d.want("it is read", "A1 1", "A2 2")
		d.log.take()
		for range 3 {
			d.write(head)
			d.want("the rows are on their way", "A1 1", "A2 2")
			d.append(d.path, rest)
			d.wantAfter(whole, "they have come", "A1 1", "A2 2")
		}
		if entries := d.log.take(); len(entries) > 0 {
			t.Errorf("%d changes were published of a table that says the same as before", len(entries))
		}
		d.write(head)
		d.wantAfter(whole, "none come")
		for _, e := range d.log.take() {
			if e.change.Kind != timetable.KindRemove || e.change.Flight.Feed != "desk" ||
				strings.Contains(string(e.change.AppendJSON(nil)), "desk") {
				t.Errorf("%+v, want a removal that says to the log, and to no viewer, whose it is", e.change)
			}
		}
	})
}

// A rejected line may be the row of a flight, which is therefore not removed.
func TestARejectedRowRemovesNoFlight(t *testing.T) {
	const head = "flight,id,gate,expected\n"
	for _, test := range []struct {
		reason, text string
		want         []string
	}{
		{"A1 is gone for comparison", "A2,,2,\nB3,x3,3,\n", []string{"A2 2", "x3 3"}},
		{"a bad time: its flight stays as it was", "A1,,7,soon\nB3,x3,3,\n", []string{"A1 1", "x3 3"}},
		{"a bad time of a flight that has an id", "A2,,2,\nB3,x3,7,soon\n", []string{"A2 2", "x3 3"}},
		{"a cell too few", "A1,,7\nB3,x3,3,\n", []string{"A1 1", "x3 3"}},
		{"a cell too many", "A1,,7,,\nB3,x3,3,\n", []string{"A1 1", "x3 3"}},
		{"a cell too many, so that none is where it should be", "Paris,,A1,7,\nB3,x3,3,\n", []string{"A1 1", "A2 2", "x3 3"}},
		{"bad quotes", "\"A1,,7,\nB3,x3,3,\n", []string{"A1 1", "A2 2", "x3 3"}},
		{"no flight", ",,7,\n", []string{"A1 1", "A2 2", "x3 3"}},
		{"a line that is too long", "A1,," + strings.Repeat("x", maxLine) + ",\n", []string{"A1 1", "A2 2", "x3 3"}},
		{"a row of nothing is none", "A1,,1,\n,,,\n , ,,\n", []string{"A1 1"}},
		{"a bad row and a good one", "A1,,7,soon\nA1,,7,\n", []string{"A1 7"}},
	} {
		t.Run(test.reason, func(t *testing.T) {
			follow(t, "board.csv", head+"A1,,1,\nA2,,2,\nB3,x3,3,\n", func(d *desk) {
				d.want("it is read", "A1 1", "A2 2", "x3 3")
				d.write(head + test.text)
				d.wantAfter(whole, "it is written anew", test.want...)
				d.write(head + "A2,,2,\n")
				d.wantAfter(whole, "the bad line is gone, and so is what only it kept", "A2 2")
			})
		})
	}
}
