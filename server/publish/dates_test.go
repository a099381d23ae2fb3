package publish

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/feed"
	"flightboard/timetable"
)

// A datedBoard is a board whose publishers date times.
type datedBoard struct {
	*Feeds
	log *eventlog.Log
}

func newDatedBoard(zone *time.Location, source feed.Feed) datedBoard {
	log := eventlog.New(eventlog.Options{})
	f := NewFeeds(log, log, slog.New(slog.DiscardHandler))
	f.LingerLanded, f.LingerCancelled, f.LingerOverdue = 15*time.Minute, 2*time.Hour, 6*time.Hour
	if source != nil {
		f.Add(New(log, log, "feed"), source)
	}
	f.Date(zone)
	return datedBoard{f, log}
}

func (d datedBoard) run(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { d.Run(ctx); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	synctest.Wait()
}

func (d datedBoard) post(t *testing.T, lines string) {
	t.Helper()
	for entry, err := range timetable.Body(lines) {
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.Posted.Publish(t.Context(), *entry.Report); err != nil {
			t.Fatal(err)
		}
	}
}

// place returns where a flight stands on the board, from 0; -1: nowhere.
func (d datedBoard) place(number string) int {
	for i, f := range logtest.Board(d.log) {
		if f.Number == number {
			return i
		}
	}
	return -1
}

const fieldCurl = `{"flight":"LH400","origin":"Frankfurt","arrival":"16:05","state":"landing"}`

// A curl of the field (N1) shows its flight on the first page.
func TestTheFirstCurlIsOnTheFirstPage(t *testing.T) {
	for _, minutes := range []int{0, 1, 2, 5, 10, 15, 17, 60, 1000} {
		synctest.Test(t, func(t *testing.T) {
			replay, err := feed.NewReplay(feed.ReplayOptions{})
			if err != nil {
				t.Fatal(err)
			}
			d := newDatedBoard(nil, replay)
			d.run(t)
			time.Sleep(time.Duration(minutes)*time.Minute + time.Second)
			d.post(t, fieldCurl)
			at, of := d.place("LH400"), len(logtest.Board(d.log))
			t.Logf("after %d minutes, at %v: row %d of %d", minutes, replay.Clock(time.Now()).In(replay.Zone()), at+1, of)
			if at < 0 || at >= 20 {
				t.Errorf("after %d minutes the flight is row %d of %d", minutes, at+1, of)
			}
		})
	}
}

// A posted flight leaves a recording's board some hours after its time, by the recording's clock.
func TestAnOverdueFlightLeavesARecording(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		replay, err := feed.NewReplay(feed.ReplayOptions{Speed: 3600})
		if err != nil {
			t.Fatal(err)
		}
		d := newDatedBoard(nil, replay)
		d.run(t)
		d.post(t, fieldCurl)
		time.Sleep(6 * time.Second) // 21:30
		if d.place("LH400") < 0 {
			t.Error("the flight has left already")
		}
		time.Sleep(3 * time.Second)
		if d.place("LH400") >= 0 {
			t.Error("the flight is still there")
		}
		if len(logtest.Board(d.log)) == 0 {
			t.Error("so have the recording's flights")
		}
	})
}

// The clock of a replay is at the start until it runs, and then goes as fast as the replay, for centuries.
func TestTheRecordingsClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		replay, err := feed.NewReplay(feed.ReplayOptions{Speed: 3600})
		if err != nil {
			t.Fatal(err)
		}
		start := replay.Clock(time.Now())
		if got, want := start.In(replay.Zone()).Format(time.RFC3339), "2023-12-20T15:30:00-05:00"; got != want {
			t.Errorf("it begins at %s, want %s", got, want)
		}
		d := newDatedBoard(nil, replay)
		d.run(t)
		time.Sleep(1500 * time.Millisecond)
		if got := replay.Clock(time.Now()).Sub(start); got != 90*time.Minute {
			t.Errorf("after 1.5 s it is %v later", got)
		}
		if got := replay.Clock(time.Now().AddDate(0, 2, 0)).UTC().Year(); got < 2600 || got > 2640 {
			t.Errorf("after two months it is the year %d", got)
		}
	})
}

// Rows of days whose landing nobody has reported leave; they are not taken for today's.
func TestOverdueFlightsLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it is 2000-01-01T00:00:00Z
		time.Sleep(9 * time.Hour)
		d := newDatedBoard(time.UTC, nil)
		d.run(t)
		d.post(t, `{"flight":"OD2","arrival":"1999-12-30T09:10:00Z","state":"expected","expected":"1999-12-30T09:20:00Z"}
{"flight":"OD1","arrival":"1999-12-31T09:10:00Z","state":"expected","expected":"1999-12-31T09:20:00Z"}
{"flight":"OD0","arrival":"2000-01-01T09:10:00Z","state":"expected","expected":"2000-01-01T09:20:00Z"}
{"flight":"HM1","arrival":"09:15","state":"expected"}
{"flight":"POLL","arrival":"09:15","state":"expected"}
{"flight":"NONE","state":"expected"}`)
		for hour := 9; hour < 15; hour++ {
			if hour == 13 {
				d.post(t, `{"flight":"POLL","arrival":"09:15","state":"expected"}`)
			}
			if n := len(logtest.Board(d.log)); n != 6 {
				t.Errorf("at %d:00 there are %d flights", hour, n)
			}
			time.Sleep(time.Hour)
		}
		time.Sleep(2 * time.Second)
		if d.place("OD2") >= 0 || d.place("OD1") >= 0 || d.place("OD0") < 0 || d.place("HM1") < 0 {
			t.Errorf("at 15:00, six hours after they were reported: %v", logtest.Board(d.log))
		}
		time.Sleep(30 * time.Minute)
		if d.place("OD0") >= 0 || d.place("HM1") >= 0 || d.place("POLL") < 0 || d.place("NONE") < 0 {
			t.Errorf("at 15:30: %v", logtest.Board(d.log))
		}
		time.Sleep(4 * time.Hour)
		if d.place("POLL") >= 0 || d.place("NONE") < 0 {
			t.Errorf("at 19:30: %v", logtest.Board(d.log))
		}
	})
}

// A poller repeats yesterday's flight for days: it keeps its date.
func TestARepeatedFlightStaysOfItsDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(9 * time.Hour)
		d := newDatedBoard(time.UTC, nil)
		d.run(t)
		for range 3 * 24 {
			d.post(t, `{"flight":"HM1","arrival":"09:15","state":"expected"}`)
			time.Sleep(time.Hour)
		}
		if f := logtest.Board(d.log); len(f) != 1 || f[0].Dated != "2000-01-01T09:15:00Z" {
			t.Errorf("the board is %+v", f)
		}
	})
}

// The tutorial's clients see the bytes that they always saw.
func TestTheTutorialHasNoDates(t *testing.T) {
	d := newDatedBoard(nil, feed.NewTutorial())
	d.post(t, fieldCurl)
	if f := logtest.Board(d.log); f[0].Dated != "" {
		t.Errorf("the flight is %+v", f[0])
	}
	d = newDatedBoard(time.UTC, feed.NewTutorial())
	d.post(t, fieldCurl)
	if f := logtest.Board(d.log); f[0].Dated == "" {
		t.Errorf("with -zone the flight is %+v", f[0])
	}
}
