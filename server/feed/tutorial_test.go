package feed

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/timetable"
)

var (
	_ Feed = (*Tutorial)(nil)
	_ Log  = (*recorder)(nil)
)

// told describes entries as lines: seconds since the start, and what happened.
func told(entries []entry, start time.Time) []string {
	var lines []string
	for _, e := range entries {
		what := e.change.Kind.EventType()
		switch {
		case e.end:
			what = "end"
		case e.change.Kind == timetable.KindReplace:
			what += fmt.Sprint(" of ", len(e.change.Board))
		default:
			what += " " + e.change.Flight.Number + " " + e.change.Flight.State
		}
		lines = append(lines, fmt.Sprintf("%v %s", e.at.Sub(start), what))
	}
	return lines
}

var script = []string{
	"3s flightStateUpdate I768 landing",
	"6s flightStateUpdate I768 landed",
	"9s flightRemoval I768 ",
	"12s end",
}

func TestTutorialBeginsWithSixFlightsAndNoState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := new(recorder)
		stop := start(t, NewTutorial(), log)
		time.Sleep(time.Hour) // without a viewer
		entries := log.take()
		if len(entries) != 1 {
			t.Fatalf("without viewers the feed appended %v, want one snapshot", told(entries, time.Now()))
		}
		want := []timetable.Flight{
			{Number: "A123", Origin: "London", Arrival: "08:15"},
			{Number: "D654", Origin: "Berlin", Arrival: "08:45"},
			{Number: "U213", Origin: "New York", Arrival: "09:05"},
			{Number: "A987", Origin: "Buenos Aires", Arrival: "09:30"},
			{Number: "I768", Origin: "Rome", Arrival: "10:10"},
			{Number: "G119", Origin: "Tokyo", Arrival: "10:35"},
		}
		if diff := cmp.Diff(want, entries[0].change.Board); diff != "" {
			t.Errorf("the snapshot (-want +got):\n%s", diff)
		}
		if err := stop(); err != nil {
			t.Errorf("Run = %v when its context ended, want nil", err)
		}
	})
}

func TestTutorialPlaysForTheFirstViewer(t *testing.T) {
	for _, fresh := range []bool{true, false} {
		t.Run(fmt.Sprintf("fresh is %v", fresh), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log, tutorial := new(recorder), NewTutorial()
				stop := start(t, tutorial, log)
				time.Sleep(time.Minute)
				log.take()
				began := time.Now()
				tutorial.Viewer(fresh)
				tutorial.Viewer(true) // comes with the first
				time.Sleep(4 * time.Second)
				tutorial.Viewer(true) // comes later, which changes nothing
				time.Sleep(time.Hour)
				if diff := cmp.Diff(script, told(log.take(), began)); diff != "" {
					t.Errorf("the script (-want +got):\n%s", diff)
				}
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestTutorialPlaysForAViewerThatCameBeforeRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, tutorial := new(recorder), NewTutorial()
		tutorial.Viewer(true)
		tutorial.Viewer(false)
		time.Sleep(time.Minute)
		began := time.Now()
		stop := start(t, tutorial, log)
		time.Sleep(time.Hour)
		want := append([]string{"0s flightSnapshot of 6"}, script...)
		if diff := cmp.Diff(want, told(log.take(), began)); diff != "" {
			t.Errorf("the script (-want +got):\n%s", diff)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestTutorialStartsAgainForAFreshViewerAfterItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, tutorial := new(recorder), NewTutorial()
		stop := start(t, tutorial, log)
		tutorial.Viewer(true)
		for range 3 {
			time.Sleep(time.Hour)
			log.take()
			tutorial.Viewer(false) // one that comes back to what it has seen to its end
			time.Sleep(time.Hour)
			if entries := log.take(); len(entries) > 0 {
				t.Fatalf("for a viewer that is not fresh the feed appended %v, want nothing", told(entries, time.Now()))
			}
			if n := log.len(); n != 5 {
				t.Fatalf("after the end the board has %d flights, want 5", n)
			}
			began := time.Now()
			var together sync.WaitGroup
			for range 3 {
				together.Go(func() {
					tutorial.Viewer(true)
					if n := log.len(); n != 6 {
						t.Errorf("when Viewer returned the board had %d flights, want 6", n)
					}
				})
			}
			together.Wait()
			time.Sleep(time.Hour)
			want := append([]string{"0s flightSnapshot of 6"}, script...)
			if diff := cmp.Diff(want, told(log.take(), began)); diff != "" {
				t.Errorf("the script (-want +got):\n%s", diff)
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

// A viewer that comes while the end is being appended would otherwise be left with a board on which nothing happens.
func TestTutorialStartsAgainForAViewerThatComesAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, tutorial := new(recorder), NewTutorial()
		stop := start(t, tutorial, log)
		tutorial.Viewer(true)
		time.Sleep(10 * time.Second)
		log.take()
		release := log.stall()
		time.Sleep(10 * time.Second) // Run is appending the end
		began := time.Now()
		go tutorial.Viewer(true)
		synctest.Wait()
		release(nil)
		time.Sleep(time.Minute)
		want := append([]string{"0s end", "0s flightSnapshot of 6"}, script...)
		if diff := cmp.Diff(want, told(log.take(), began)); diff != "" {
			t.Errorf("the script (-want +got):\n%s", diff)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestTutorialNeverBlocksAViewerAfterRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, tutorial := new(recorder), NewTutorial()
		stop := start(t, tutorial, log)
		tutorial.Viewer(true)
		time.Sleep(time.Minute)
		release := log.stall()
		returned := make(chan struct{})
		go func() {
			tutorial.Viewer(true)
			close(returned)
		}()
		time.Sleep(time.Second)
		select {
		case <-returned:
			t.Fatal("Viewer returned before the six flights were on the board")
		default:
		}
		full := errors.New("disk full")
		release(full)
		<-returned
		if err := stop(); !errors.Is(err, full) {
			t.Errorf("Run = %v, want the log's error", err)
		}
		tutorial.Viewer(true)
		tutorial.Viewer(false)
	})
}

func TestTutorialContinuesWhenTheFlightWasRemovedByHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, tutorial := new(recorder), NewTutorial()
		stop := start(t, tutorial, log)
		began := time.Now()
		tutorial.Viewer(true)
		time.Sleep(4 * time.Second)
		log.remove(t, timetable.Flight{Number: "I768"})
		time.Sleep(time.Minute)
		want := []string{"0s flightSnapshot of 6", "3s flightStateUpdate I768 landing", "4s flightRemoval I768 ", "12s end"}
		if diff := cmp.Diff(want, told(log.take(), began)); diff != "" {
			t.Errorf("the script (-want +got):\n%s", diff)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestTutorialStopsAtOnce(t *testing.T) {
	for _, after := range []time.Duration{0, 1, 5 * time.Second, 20 * time.Second} {
		t.Run(fmt.Sprint("after ", after), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tutorial := NewTutorial()
				tutorial.Viewer(true)
				stop := start(t, tutorial, new(recorder))
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
