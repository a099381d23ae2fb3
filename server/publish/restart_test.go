package publish

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/feed"
	"flightboard/timetable"
)

// TestAPublisherWhoDiedBeforeTheRestartIsMissed has a board of an earlier life of the server, which somebody posted.
func TestAPublisherWhoDiedBeforeTheRestartIsMissed(t *testing.T) {
	for _, c := range []struct {
		reason  string
		flights []timetable.Flight
		posts   bool
		silent  bool
	}{
		{"flights are on the board, and nobody posts", []timetable.Flight{flight("A1", "")}, false, true},
		{"somebody posts", []timetable.Flight{flight("A1", "")}, true, false},
		{"nobody has ever posted", nil, false, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			log := eventlog.New(eventlog.Options{})
			logtest.Append(t, log, board(c.flights...))
			f := NewFeeds(log, log, slog.New(slog.DiscardHandler))
			f.Posted.Expect(time.Minute)
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan bool)
			began := time.Now()
			go func() { f.Run(ctx); close(done) }()
			time.Sleep(59 * time.Second)
			if s := f.Statuses(time.Now())[0]; !s.Silent.IsZero() {
				t.Errorf("%s: silent since %v, before the time is over", c.reason, s.Silent)
			}
			if c.posts {
				if _, _, err := f.Posted.Publish(ctx, timetable.Report{Change: logtest.Addition(1)}); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(2 * time.Second)
			if s := f.Statuses(time.Now())[0]; c.silent != s.Silent.Equal(began) || !c.silent && !s.Silent.IsZero() {
				t.Errorf("%s: silent since %v; the server began at %v", c.reason, s.Silent, began)
			}
			stop()
			<-done
		})
	}
}

// TestALineIsRefusedOnce counts lines that are wrong in themselves, and lines that the board rejects.
func TestALineIsRefusedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := eventlog.New(eventlog.Options{})
		p := New(log, log, "tower")
		const text = "nonsense\n" + `{"flight":null,"origin":"Karratha"}` + "\n" + `{"flight":"A1"}` + "\n"
		pipe := feed.NewPipe("tower", reader{strings.NewReader(text)}, p.LineOptions(nil))
		if err := pipe.Run(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		s := p.Status(time.Now())
		if s.Refused != 2 || s.Accepted != 1 || s.Rejected != 2 || len(s.Reasons) != 2 {
			t.Errorf("%+v, want 1 accepted, and 2 refused and rejected", s)
		}
		time.Sleep(time.Hour)
		if s := p.Status(time.Now()); s.Refused != 2 || s.Rejected != 0 {
			t.Errorf("an hour later: %+v, want none rejected of late", s)
		}
		p.Expect(time.Minute)
		if s := p.Status(time.Now()); s.Silent.IsZero() {
			t.Error("it is silent, and does not say so")
		}
		p.Heard()
		if s := p.Status(time.Now()); !s.Silent.IsZero() || s.Accepted != 1 {
			t.Errorf("it was heard of: %+v", s)
		}
	})
}

type reader struct{ *strings.Reader }

func (reader) Close() error { return nil }
