package web_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"flightboard/server/web"
	"flightboard/timetable"
)

// The page's style knows from the table's tag which columns the rows have, before any script.
func TestTheTablesTagNamesTheColumns(t *testing.T) {
	page := files()
	page["index.html"] = &fstest.MapFile{Data: []byte(`<table id="flights" data-example><tbody></tbody></table>`)}
	bubble(t, web.Options{Page: page}, func(s *site) {
		if got := s.text(s.do("GET", "/", "")); !strings.HasPrefix(got, `<table id="flights"><tbody>`) {
			t.Errorf("the page of an empty board begins with %.60q", got)
		}
		f := timetable.Flight{Number: "LH1", Arrival: "10:10", Gate: "A1", Expected: "10:20", Belt: "1", Terminal: "2"}
		if _, err := s.log.Append(s.Context(), timetable.Change{Kind: timetable.KindAdd, Flight: f}); err != nil {
			t.Fatal(err)
		}
		want := `<table id="flights" data-columns="expected terminal gate belt" data-wide><tbody>`
		if got := s.text(s.do("GET", "/", "")); !strings.HasPrefix(got, want) {
			t.Errorf("the page begins with %.90q, want %s", got, want)
		}
	})
}

// The page tells as of when its rows are, to readers without scripts and in copies. A page that is requested a while
// later is not as old as the last change.
func TestThePageTellsAsOfWhenItIs(t *testing.T) {
	page := files()
	page["index.html"] = &fstest.MapFile{Data: []byte(`<p id="status">Not live</p><tbody></tbody>`)}
	bubble(t, web.Options{Page: page}, func(s *site) {
		s.append(1)
		for _, want := range []string{"2000-01-01 00:00:00 UTC", "2000-01-01 00:10:00 UTC"} {
			line := `<p id="status" data-as-of="` + want + `">Not live, board as of ` + want + `</p><tbody>`
			if got := s.text(s.do("GET", "/", "")); !strings.HasPrefix(got, line) {
				t.Errorf("the page begins with %.110q, want %s", got, line)
			}
			time.Sleep(10 * time.Minute)
		}
	})
}

// A resumed viewer that has missed nothing is told so, on whichever way its events are sent.
func TestAResumedViewerThatMissedNothingGetsAHeartbeat(t *testing.T) {
	for _, form := range []string{"/events", "/events?batch"} {
		bubble(t, web.Options{}, func(s *site) {
			at := s.append(1)
			synctest.Wait()
			began := time.Now()
			e := s.watch(form, "Last-Event-ID", at.String()).event()
			if took := time.Since(began); e.Type != "heartbeat" || took > time.Second {
				t.Errorf("%s: the first event is a %s after %v, want a heartbeat at once", form, e.Type, took)
			}
			if e := s.watch(form).event(); e.Type != "flightSnapshot" {
				t.Errorf("%s: a new viewer's first event is a %s, want the snapshot", form, e.Type)
			}
		})
	}
}
