package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/feed"
	"flightboard/server/web"
	"flightboard/timetable"
)

// A script is a feed that does what a test wants.
type script func(ctx context.Context, log feed.Log) error

func (s script) Run(ctx context.Context, log feed.Log) error { return s(ctx, log) }

func says(changes ...timetable.Change) script {
	return func(ctx context.Context, log feed.Log) error {
		for _, c := range changes {
			if _, err := log.Append(ctx, c); err != nil {
				return err
			}
			time.Sleep(time.Second)
		}
		<-ctx.Done()
		return nil
	}
}

// play runs feeds on one board for a minute.
func play(t *testing.T, log *eventlog.Log, list ...namedFeed) *feeds {
	t.Helper()
	f := &feeds{log: log, list: list, door: &monitor{Log: log, name: "POST /flights"}, logger: slog.New(slog.DiscardHandler)}
	for _, one := range list {
		one.shares, one.source = len(list) > 1, one.name
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan bool)
	go func() { f.run(ctx); close(done) }()
	time.Sleep(time.Minute)
	stop()
	<-done
	return f
}

func named(log *eventlog.Log, name string, s script) namedFeed {
	return namedFeed{&monitor{Log: log, name: name}, s}
}

func board(flights ...timetable.Flight) timetable.Change {
	return timetable.Change{Kind: timetable.Replace, Board: flights}
}

func flight(number, feed string) timetable.Flight {
	return timetable.Flight{Number: number, Feed: feed}
}

func TestFeedsShareABoard(t *testing.T) {
	add := func(f timetable.Flight) timetable.Change { return timetable.Change{Kind: timetable.Add, Flight: f} }
	put := func(f timetable.Flight) timetable.Change {
		return timetable.Change{Kind: timetable.Put, Flight: f, Named: f.Filled()}
	}
	one := timetable.Flight{Number: "A1", Gate: "7"}
	for _, c := range []struct {
		reason    string
		one, two  script
		want      []timetable.Flight
		alone     bool
		fromAfore []timetable.Flight
	}{
		{"each has its own flights, and replaces no others", says(board(flight("A1", ""), flight("A2", "")), board(flight("A2", ""), flight("A3", ""))),
			says(board(flight("B1", ""))), []timetable.Flight{flight("A2", "one"), flight("A3", "one"), flight("B1", "two")}, false, nil},
		{"flights that nobody has brought stay", says(board(flight("A1", ""))), says(), []timetable.Flight{flight("A1", "one"), flight("D1", "")}, false,
			[]timetable.Flight{flight("D1", "")}},
		{"flights of an earlier life of the server are the feed's own", says(board(flight("A1", ""))), says(), []timetable.Flight{flight("A1", "one"), flight("B0", "two")}, false,
			[]timetable.Flight{flight("A0", "one"), flight("B0", "two")}},
		{"two speak about one flight: it is the first one's, and what the second knows is added", says(add(one)),
			func(ctx context.Context, log feed.Log) error {
				time.Sleep(time.Second)
				return says(add(timetable.Flight{Number: "A1", Belt: "3"}), put(timetable.Flight{Number: "A1", State: "landed"}))(ctx, log)
			}, []timetable.Flight{{Number: "A1", Gate: "7", Belt: "3", State: "landed", Feed: "one"}}, false, nil},
		{"a table from which it has gone does not end it for the first one", says(add(one)),
			func(ctx context.Context, log feed.Log) error {
				time.Sleep(time.Second)
				return says(put(timetable.Flight{Number: "A1", Belt: "3"}),
					timetable.Change{Kind: timetable.Remove, Flight: flight("A1", "two")})(ctx, log)
			}, []timetable.Flight{{Number: "A1", Gate: "7", Belt: "3", Feed: "one"}}, false, nil},
		{"and does where it is its own", says(put(one), timetable.Change{Kind: timetable.Remove, Flight: flight("A1", "one")}), says(), []timetable.Flight{}, false, nil},
		{"a flight that is put is the feed's own too", says(put(one)), says(), []timetable.Flight{{Number: "A1", Gate: "7", Feed: "one"}}, false, nil},
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

func TestADyingFeedStopsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := eventlog.New(eventlog.Options{})
		began := time.Now().UTC()
		tick := func(ctx context.Context, log feed.Log) error {
			for n := range 30 {
				time.Sleep(time.Second)
				if _, err := log.Append(ctx, logtest.Addition(n)); err != nil {
					return err
				}
			}
			if _, err := log.Append(ctx, logtest.State(99, "landed")); err == nil {
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
		want := []web.Health{
			{Feed: "POST /flights"},
			{Feed: "steady", Last: began.Add(30 * time.Second), Accepted: 30, Refused: 1},
			{Feed: "panics", Last: began, Silent: true, Fault: "panic: a nil map"},
			{Feed: "fails", Last: began, Silent: true, Fault: "file does not exist"},
			{Feed: "ends", Last: began, Over: true},
			{Feed: "stops", Last: began, Silent: true, Fault: "nothing more comes"},
		}
		if diff := cmp.Diff(want, f.health(time.Now())); diff != "" {
			t.Errorf("health (-want +got):\n%s", diff)
		}
		var silent []string
		for _, s := range f.silent(time.Now()) {
			silent = append(silent, s.Feed)
		}
		if diff := cmp.Diff([]string{"panics", "fails", "stops"}, silent); diff != "" {
			t.Errorf("viewers are told of (-want +got):\n%s", diff)
		}
	})
}

func TestNamesOfFeeds(t *testing.T) {
	for text, want := range map[string][2]string{
		"replay": {"replay", "replay"}, "-": {"stdin", "-"}, "logs/tower.ndjson": {"tower", "logs/tower.ndjson"},
		"north=logs/tower.ndjson": {"north", "logs/tower.ndjson"}, "./a=b.csv": {"a=b", "./a=b.csv"}, "south=-": {"south", "-"},
	} {
		if name, what := nameOf(text); name != want[0] || what != want[1] {
			t.Errorf("nameOf(%q) = %q, %q, want %q", text, name, what, want)
		}
	}
	err := run(t.Context(), strings.Fields("-feed replay,replay"), io.Discard)
	if !errors.As(err, new(usageError)) || !strings.Contains(err.Error(), "two are called replay") {
		t.Errorf("run(-feed replay,replay) = %v", err)
	}
}

// launch starts what ships and returns where it listens. The function that it returns ends it.
func launch(t *testing.T, args ...string) (url string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	logs, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, append(args, "-addr", "127.0.0.1:0", "-drain", "0"), out)
		out.CloseWithError(err)
		done <- err
	}()
	lines := bufio.NewScanner(logs)
	listening := regexp.MustCompile(`msg=listening url=(http://127\.0\.0\.1:\d+)`)
	for lines.Scan() {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			url = m[1]
			break
		}
	}
	if url == "" {
		t.Fatalf("the server does not listen: %v", <-done)
	}
	go func() {
		for lines.Scan() {
		}
	}()
	return url, func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run = %v", err)
		}
	}
}

// sees follows the events until one has this in its data.
func sees(t *testing.T, url, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", url+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	for events := bufio.NewScanner(answer.Body); events.Scan(); {
		if strings.HasPrefix(events.Text(), "data:") && strings.Contains(events.Text(), want) {
			return
		}
	}
	t.Fatalf("no event has %s", want)
}

// TestFeedsOfTheWholeServer starts what ships with two files and a recording, and asks how they are.
func TestFeedsOfTheWholeServer(t *testing.T) {
	folder := t.TempDir()
	tower, gates, day := filepath.Join(folder, "tower.ndjson"), filepath.Join(folder, "gates.csv"), filepath.Join(folder, "day.ndjson")
	if err := os.WriteFile(tower, []byte("{\"flight\":\"LH400\",\"state\":\"landing\"}\nnonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(gates, []byte("flight,gate\nBA2,A7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	url, stop := launch(t, "-feed", tower+",west="+gates, "-record", day, "-open-door")
	sees(t, url, `{"flight":"LH400","state":"landing","feed":"tower"}`)
	sees(t, url, `{"flight":"BA2","gate":"A7","feed":"west"}`)
	if answer, err := http.Post(url+"/flights", "application/json", strings.NewReader("nonsense")); err != nil || answer.StatusCode != 422 {
		t.Fatalf("POST nonsense = %v, %v", answer, err)
	}
	answer, err := http.Get(url + "/healthz?verbose")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var health struct {
		Status string
		Feeds  []web.Health
	}
	if err := json.NewDecoder(answer.Body).Decode(&health); err != nil {
		t.Fatal(err)
	}
	for i := range health.Feeds {
		health.Feeds[i].Last = time.Time{}
	}
	want := []web.Health{{Feed: "POST /flights", Refused: 1}, {Feed: "tower", Accepted: 1, Refused: 1}, {Feed: "west", Accepted: 1}}
	if diff := cmp.Diff(want, health.Feeds); diff != "" || health.Status != "ok" {
		t.Errorf("status %q, feeds (-want +got):\n%s", health.Status, diff)
	}
	stop()

	url, stop = launch(t, "-feed", day, "-speed", "3600")
	defer stop()
	sees(t, url, `"flight":"LH400"`)
	sees(t, url, `"flight":"BA2"`)
}

func TestFlightsThatAreOverLeave(t *testing.T) {
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
		f := &feeds{linger: lingers{time.Minute, time.Hour}}
		for i, one := range c.list {
			f.list = append(f.list, namedFeed{&monitor{name: "feed" + string(rune('0'+i)), shares: len(c.list) > 1}, one})
		}
		l := f.lingers()
		if (l == nil) != (c.rows == nil) {
			t.Errorf("%s: lingers = %v", c.reason, l)
			continue
		}
		for name, leaves := range c.rows {
			if l.Landed != time.Minute || l.Astray != time.Hour || l.Except(name) == leaves {
				t.Errorf("%s: %q: lingers for %v and %v, except %t", c.reason, name, l.Landed, l.Astray, l.Except(name))
			}
		}
	}
}

// Feeds and publishers meet the same bound: what does not fit of a file is left out, and of a body refused.
func TestTheBoardsBoundIsAFlag(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tower.ndjson")
	if err := os.WriteFile(file, []byte(`{"flight":"A1"} {"flight":"B2"} {"flight":"C3"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	url, stop := launch(t, "-feed", file, "-flights", "2", "-open-door")
	defer stop()
	sees(t, url, `"flight":"B2"`)
	body := strings.NewReader("{\"flight\":\"A1\"}\n{\"flight\":\"D4\"}")
	answer, err := http.Post(url+"/flights", "application/json", body)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	want := `{"errors":[{"line":2,"error":"the board is full: it holds at most 2 flights"}]}` + "\n"
	if answer.StatusCode != http.StatusUnprocessableEntity || string(text) != want {
		t.Errorf("POST of one more = %s %s, want 422 %s", answer.Status, text, want)
	}
}

func TestTheRateOfPublishersIsAFlag(t *testing.T) {
	url, stop := launch(t, "-feed", "none", "-open-door", "-rate", "0.001")
	defer stop()
	for i, want := range []int{http.StatusOK, http.StatusTooManyRequests} {
		answer, err := http.Post(url+"/flights", "application/json", strings.NewReader(`{"flight":"LH400"}`))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("POST %d with -rate 0.001 = %s, want %d", i+1, answer.Status, want)
		}
	}
}
