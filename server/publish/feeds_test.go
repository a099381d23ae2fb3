package publish

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/feed"
	"flightboard/timetable"
)

// A script is a feed that does what a test wants.
type script func(ctx context.Context, log feed.Log) error

func (s script) Run(ctx context.Context, log feed.Log) error { return s(ctx, log) }

func says(changes ...timetable.Change) script {
	return func(ctx context.Context, log feed.Log) error {
		for _, c := range changes {
			if _, _, err := log.Publish(ctx, timetable.Report{Change: c}); err != nil {
				return err
			}
			time.Sleep(time.Second)
		}
		<-ctx.Done()
		return nil
	}
}

// play runs feeds on one board for a minute.
func play(t *testing.T, log *eventlog.Log, list ...namedFeed) *Feeds {
	t.Helper()
	f := NewFeeds(log, log, slog.New(slog.DiscardHandler))
	for _, one := range list {
		f.Add(one.Publisher, one.Feed)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan bool)
	go func() { f.Run(ctx); close(done) }()
	time.Sleep(time.Minute)
	stop()
	<-done
	return f
}

func named(log *eventlog.Log, name string, s script) namedFeed {
	return namedFeed{New(log, log, name), s}
}

func board(flights ...timetable.Flight) timetable.Change {
	return timetable.Change{Kind: timetable.KindReplace, Board: flights}
}

func flight(number, feed string) timetable.Flight {
	return timetable.Flight{Number: number, Feed: feed}
}

func TestFeedsShareABoard(t *testing.T) {
	add := func(f timetable.Flight) timetable.Change { return timetable.Change{Kind: timetable.KindAdd, Flight: f} }
	put := func(f timetable.Flight) timetable.Change {
		return timetable.Change{Kind: timetable.KindPut, Flight: f, Named: f.Filled()}
	}
	one := timetable.Flight{Number: "A1", Gate: "7"}
	for _, c := range []struct {
		reason    string
		one, two  script
		want      []timetable.Flight
		alone     bool
		fromAfore []timetable.Flight
	}{
		{"each has its own flights, and replaces no others",
			says(board(flight("A1", ""), flight("A2", "")), board(flight("A2", ""), flight("A3", ""))),
			says(board(flight("B1", ""))), []timetable.Flight{flight("A2", "one"), flight("A3", "one"), flight("B1", "two")},
			false, nil},
		{"flights that nobody has brought stay", says(board(flight("A1", ""))), says(),
			[]timetable.Flight{flight("A1", "one"), flight("D1", "")}, false,
			[]timetable.Flight{flight("D1", "")}},
		{"flights of an earlier life of the server are the feed's own", says(board(flight("A1", ""))), says(),
			[]timetable.Flight{flight("A1", "one"), flight("B0", "two")}, false,
			[]timetable.Flight{flight("A0", "one"), flight("B0", "two")}},
		{"two speak about one flight: it is the first one's, and what the second knows is added", says(add(one)),
			func(ctx context.Context, log feed.Log) error {
				time.Sleep(time.Second)
				return says(add(timetable.Flight{Number: "A1", Belt: "3"}),
					put(timetable.Flight{Number: "A1", State: "landed"}))(ctx, log)
			}, []timetable.Flight{{Number: "A1", Gate: "7", Belt: "3", State: "landed", Feed: "one"}}, false, nil},
		{"a table from which it has gone does not end it for the first one", says(add(one)),
			func(ctx context.Context, log feed.Log) error {
				time.Sleep(time.Second)
				return says(put(timetable.Flight{Number: "A1", Belt: "3"}),
					timetable.Change{Kind: timetable.KindRemove, Flight: flight("A1", "two")})(ctx, log)
			}, []timetable.Flight{{Number: "A1", Gate: "7", Belt: "3", Feed: "one"}}, false, nil},
		{"and does where it is its own", says(put(one),
			timetable.Change{Kind: timetable.KindRemove, Flight: flight("A1", "one")}), says(), []timetable.Flight{},
			false, nil},
		{"a flight that is put is the feed's own too", says(put(one)), says(),
			[]timetable.Flight{{Number: "A1", Gate: "7", Feed: "one"}}, false, nil},
		{"a feed that is alone needs no name", says(board(one)), nil, []timetable.Flight{one}, true, nil},
		{"and replaces all", says(board(one)), nil, []timetable.Flight{one}, true, []timetable.Flight{flight("D1", "")}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := eventlog.New(eventlog.Options{})
				if c.fromAfore != nil {
					logtest.Append(t, log, board(c.fromAfore...))
				}
				list := []namedFeed{named(log, "one", c.one)}
				if !c.alone {
					list = append(list, named(log, "two", c.two))
				}
				play(t, log, list...)
				if diff := cmp.Diff(c.want, logtest.Board(log)); diff != "" {
					t.Errorf("the board (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestAFailedFeedStopsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := eventlog.New(eventlog.Options{})
		began := time.Now().UTC()
		tick := func(ctx context.Context, log feed.Log) error {
			for n := range 30 {
				time.Sleep(time.Second)
				if _, _, err := log.Publish(ctx, timetable.Report{Change: logtest.Addition(n)}); err != nil {
					return err
				}
			}
			if _, _, err := log.Publish(ctx, timetable.Report{Change: logtest.State(99, "landed")}); err == nil {
				return errors.New("an unknown flight was taken")
			}
			<-ctx.Done()
			return nil
		}
		f := play(t, log,
			named(log, "steady", tick),
			named(log, "panics", func(context.Context, feed.Log) error { panic("a nil map") }),
			named(log, "fails", func(context.Context, feed.Log) error {
				return &fs.PathError{Op: "open", Path: "/secret", Err: fs.ErrNotExist}
			}),
			named(log, "ends", func(ctx context.Context, log feed.Log) error { _, err := log.End(ctx); return err }),
			named(log, "stops", func(context.Context, feed.Log) error { return nil }),
		)
		if n := len(logtest.Board(log)); n != 30 {
			t.Errorf("the steady feed brought %d flights, want 30", n)
		}
		if _, err := log.Cursor("", 0); err != nil {
			t.Errorf("one feed's end ended the log: %v", err)
		}
		want := []Status{
			{Feed: "POST /flights"},
			{Feed: "steady", Last: began.Add(30 * time.Second), Accepted: 30, Refused: 1},
			{Feed: "panics", Last: began, Silent: began, Fault: "panic: a nil map"},
			{Feed: "fails", Last: began, Silent: began, Fault: "file does not exist"},
			{Feed: "ends", Last: began, Over: true},
			{Feed: "stops", Last: began, Silent: began, Fault: "nothing more comes"},
		}
		if diff := cmp.Diff(want, f.Statuses(time.Now())); diff != "" {
			t.Errorf("health (-want +got):\n%s", diff)
		}
		var silent []string
		for _, s := range f.Statuses(time.Now()) {
			if !s.Silent.IsZero() {
				silent = append(silent, s.Feed)
			}
		}
		if diff := cmp.Diff([]string{"panics", "fails", "stops"}, silent); diff != "" {
			t.Errorf("viewers are told of (-want +got):\n%s", diff)
		}
	})
}

func TestFlightsThatAreOverAreRemoved(t *testing.T) {
	replay, err := feed.NewReplay(feed.ReplayOptions{})
	if err != nil {
		t.Fatal(err)
	}
	lines := &feed.Pipe{}
	for _, c := range []struct {
		reason string
		list   []feed.Feed
		rows   map[string]bool // by feed: do they leave?
	}{
		{"flights of the door alone", nil, map[string]bool{"": true}},
		{"flights of a program", []feed.Feed{lines}, map[string]bool{"": true}},
		{"a replay looks after its own", []feed.Feed{replay}, nil},
		{"also beside others", []feed.Feed{replay, lines}, map[string]bool{"feed0": false, "feed1": true, "": true}},
	} {
		f := NewFeeds(nil, nil, nil)
		f.LingerLanded, f.LingerCancelled = time.Minute, time.Hour
		for i, one := range c.list {
			f.Add(New(nil, nil, "feed"+string(rune('0'+i))), one)
		}
		l := f.linger()
		if (l == nil) != (c.rows == nil) {
			t.Errorf("%s: lingers = %v", c.reason, l)
			continue
		}
		for name, leaves := range c.rows {
			if l.Landed != time.Minute || l.OffSchedule != time.Hour || l.Except(name) == leaves {
				t.Errorf("%s: %q: lingers for %v and %v, except %t", c.reason, name, l.Landed, l.OffSchedule, l.Except(name))
			}
		}
	}
}
