package feed

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

func TestReplayGoesRoundWithLaterDates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		name := file(t, columns+good)
		legs := playback(t, ReplayOptions{File: name, Speed: 3600, At: "10:00"}, 24*400, nil)
		if len(legs) != 400 {
			t.Errorf("in 400 days %d legs came, want one a day", len(legs))
		}
		for id, arrival := range map[string]string{
			"AA1-20231220-PHX-JFK": "2023-12-20T16:29:00-05:00",
			"AA1-20231221-PHX-JFK": "2023-12-21T16:29:00-05:00",
			"AA1-20240101-PHX-JFK": "2024-01-01T16:29:00-05:00",
			"AA1-20240229-PHX-JFK": "2024-02-29T16:29:00-05:00",
			"AA1-20241231-PHX-JFK": "2024-12-31T16:29:00-05:00",
		} {
			switch h := legs[id]; {
			case h == nil:
				t.Errorf("%s did not come", id)
			case h.arrival != arrival:
				t.Errorf("%s was due %s, want %s", id, h.arrival, arrival)
			case strings.Join(h.states, " ") != "scheduled expected landing landed gone":
				t.Errorf("%s was %v", id, h.states)
			case h.expected != arrival[:11]+"16:10:00-05:00":
				t.Errorf("%s landed at %s", id, h.expected)
			}
		}
	})
}

// A hop of eight minutes leaves and is landing at the same time.
func TestReplayKeepsTheOrderOfWhatHappensAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hop := changed("2023-12-20T16:39:00Z,2023-12-20T16:35:00Z,,2023-12-20T21:29:00Z,2023-12-20T16:29,"+
			"2023-12-20T21:10:00Z,2023-12-20T21:29:00Z",
			"2023-12-20T21:00:00Z,2023-12-20T21:00:00Z,,2023-12-20T21:20:00Z,2023-12-20T16:20,"+
				"2023-12-20T21:08:00Z,2023-12-20T21:10:00Z")
		var text strings.Builder
		text.WriteString(columns)
		for i := range 500 {
			text.WriteString(strings.ReplaceAll(hop, "AA1", fmt.Sprint("AA", 1000+i)))
		}
		legs := playback(t, ReplayOptions{File: file(t, text.String()), At: "12:00"}, 12, nil)
		if len(legs) != 500 {
			t.Errorf("%d legs came, want 500", len(legs))
		}
		for id, h := range legs {
			if got := strings.Join(h.states, " "); got != "scheduled expected landing landed gone" {
				t.Errorf("%s was %s", id, got)
			}
		}
	})
}

func TestReplayOfTheSampleMovesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		replay, err := NewReplay(ReplayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		log := new(recorder)
		stop := start(t, replay, log)
		time.Sleep(10 * time.Second)
		if err := stop(); err != nil {
			t.Error(err)
		}
		entries := log.take()
		if n := len(entries[0].change.Board); n < 40 || n > 60 {
			t.Errorf("at the start the board has %d flights, want 40 to 60", n)
		}
		first := entries[1].at.Sub(entries[0].at)
		if first > 3*time.Second || len(entries) < 10 {
			t.Errorf("the first change comes after %v, and %d within 10 s; want 3 s, and 10", first, len(entries)-1)
		}
		t.Logf("%d flights; the first change after %v, %d within 10 s", len(entries[0].change.Board), first, len(entries)-1)
	})
}

// An hour played into the log itself leaves the board of that hour's end.
func TestReplayIntoTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		replay, err := NewReplay(ReplayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		log := eventlog.New(eventlog.Options{})
		stop := start(t, replay, log)
		time.Sleep(time.Minute)
		if err := stop(); err != nil {
			t.Error(err)
		}
		var want timetable.Board
		apply(t, &want, replay.timeline.board(replay.start.Add(time.Hour)))
		log.Read(func(got *timetable.Board, _ eventlog.Position) {
			if diff := cmp.Diff(want.Snapshot().Board, got.Snapshot().Board); diff != "" {
				t.Errorf("the log's board (-want +got):\n%s", diff)
			}
		})
	})
}

func TestReplaySpeed(t *testing.T) {
	for _, speed := range []float64{0.5, 1, 60, 3600} {
		t.Run(fmt.Sprint(speed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				replay, err := NewReplay(ReplayOptions{File: file(t, columns+good), Speed: speed, At: "16:00"})
				if err != nil {
					t.Fatal(err)
				}
				log := new(recorder)
				stop := start(t, replay, log)
				began := time.Now()
				time.Sleep(time.Duration(float64(11*time.Minute) / speed))
				if err := stop(); err != nil {
					t.Error(err)
				}
				entries := log.take()
				if last := entries[len(entries)-1]; last.change.Flight.State != "landed" ||
					last.at.Sub(began).Seconds()*speed < 600 {
					t.Errorf("after 11 minutes of recorded time the last change is %s, %v after the start, want landed after 10",
						last.change.AppendJSON(nil), last.at.Sub(began))
				}
			})
		})
	}
}

func TestReplayCatchesUpInBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		replay, err := NewReplay(ReplayOptions{Speed: 3600})
		if err != nil {
			t.Fatal(err)
		}
		log := new(recorder)
		stop := start(t, replay, log)
		time.Sleep(time.Second)
		release := log.stall()
		time.Sleep(3 * time.Minute)
		if n := len(log.take()); n == 0 {
			t.Error("nothing was appended before the pause")
		}
		release(nil)
		synctest.Wait()
		if n := len(log.take()); n < 5*maxBatch || log.largest != maxBatch {
			t.Errorf("after the pause %d changes came at once, up to %d together; want more than %d, up to %d", n, log.largest,
				5*maxBatch, maxBatch)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestReplayContinuesWithoutAFlightThatWasRemovedByHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		other := strings.ReplaceAll(good, "AA1", "AA2")
		var logged bytes.Buffer
		replay, err := NewReplay(ReplayOptions{File: file(t, columns+good+other), At: "15:00",
			Logger: slog.New(slog.NewTextHandler(&logged, nil))})
		if err != nil {
			t.Fatal(err)
		}
		log := new(recorder)
		stop := start(t, replay, log)
		synctest.Wait()
		log.remove(t, timetable.Flight{ID: "AA1-20231220-PHX-JFK"})
		release := log.stall()
		time.Sleep(2 * time.Minute)
		release(nil) // what was missed comes in one append, some of it refused
		time.Sleep(time.Minute)
		if err := stop(); err != nil {
			t.Error(err)
		}
		var got []string
		for _, e := range log.take()[2:] {
			got = append(got, e.change.Flight.Number+" "+e.change.Flight.State)
		}
		if want := "AA2 , AA2 landing, AA2 landed, AA2 "; strings.Join(got, ", ") != want {
			t.Errorf("the other flight's changes are %q, want %q", strings.Join(got, ", "), want)
		}
		if n := strings.Count(logged.String(), `flight \"AA1-20231220-PHX-JFK\" is not on the board`); n != 4 {
			t.Errorf("the log tells of %d refusals, want 4: %s", n, logged.String())
		}
	})
}

func TestReplayEndsWithTheLogsError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		replay, err := NewReplay(ReplayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		log := new(recorder)
		stop := start(t, replay, log)
		time.Sleep(time.Second)
		log.stall()(io.ErrShortWrite)
		time.Sleep(time.Hour)
		if err := stop(); err != io.ErrShortWrite {
			t.Errorf("Run = %v, want the log's error", err)
		}
	})
}

func TestReplayStopsAtOnce(t *testing.T) {
	for _, after := range []time.Duration{0, 1, time.Minute} {
		t.Run(fmt.Sprint("after ", after), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				replay, err := NewReplay(ReplayOptions{Speed: 0.001})
				if err != nil {
					t.Fatal(err)
				}
				stop := start(t, replay, new(recorder))
				time.Sleep(after)
				began := time.Now()
				if err := stop(); err != nil {
					t.Errorf("Run = %v, want nil", err)
				}
				if d := time.Since(began); d != 0 {
					t.Errorf("Run went on for %v after its context had ended", d)
				}
			})
		})
	}
}

func TestReplayRefusesBadOptions(t *testing.T) {
	for _, test := range []struct {
		o    ReplayOptions
		want string
	}{
		{ReplayOptions{Speed: -1}, "feed: speed -1: want more than 0 and at most 3600"},
		{ReplayOptions{Speed: math.NaN()}, "feed: speed NaN: want more than 0 and at most 3600"},
		{ReplayOptions{Speed: math.Inf(1)}, "feed: speed +Inf: want more than 0 and at most 3600"},
		{ReplayOptions{Speed: 3601}, "feed: speed 3601: want more than 0 and at most 3600"},
		{ReplayOptions{At: "tea"}, `feed: built-in sample: start: "tea" is neither like 15:04 nor like 2006-01-02T15:04`},
		{ReplayOptions{At: "2024-06-01T12:00"}, "feed: built-in sample: start: 2024-06-01T12:00: the recording goes from " +
			"2023-12-01 to 2023-12-31"},
		{ReplayOptions{File: "no/such.csv"}, "feed: open no/such.csv: no such file or directory"},
		{ReplayOptions{File: "testdata"}, "feed: testdata: read testdata: is a directory"},
	} {
		if _, err := NewReplay(test.o); err == nil || err.Error() != test.want {
			t.Errorf("NewReplay(%+v) = %v, want %s", test.o, err, test.want)
		}
	}
}

func TestReplayStartsOnTheSamplesDay(t *testing.T) {
	for at, want := range map[string]string{"": "2023-12-20T20:30:00Z", "06:00": "2023-12-20T11:00:00Z",
		"2023-12-31T23:59": "2024-01-01T04:59:00Z"} {
		replay, err := NewReplay(ReplayOptions{At: at})
		if err != nil {
			t.Fatal(err)
		}
		if got := replay.start.Format(time.RFC3339); got != want {
			t.Errorf("with -at %q it starts at %s, want %s", at, got, want)
		}
	}
}
