package web_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog/logtest"
	"flightboard/server/eventstream"
	"flightboard/server/web"
	"flightboard/timetable"
)

func TestAFreshViewerGetsASnapshotAndThenChanges(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		at := s.append(1)
		w := s.watch("/events")
		for name, want := range map[string]string{
			"Content-Type":      "text/event-stream",
			"Cache-Control":     "no-cache, no-transform",
			"X-Accel-Buffering": "no",
		} {
			if got := w.answer.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if e := w.want("flightSnapshot", `[{"flight":"LH1","origin":"Frankfurt","arrival":"00:01"}]`); e.ID != at.String() {
			t.Errorf("the snapshot has ID %s, want %d", e.ID, at)
		}
		s.append(2)
		if e := w.want("flightAddition", `{"flight":"LH2","origin":"Frankfurt","arrival":"00:02"}`); e.ID != (at +
			1).String() {
			t.Errorf("the addition has ID %s, want %d", e.ID, at+1)
		}
		logtest.Append(t, s.log, logtest.State(1, "landed"))
		w.want("flightStateUpdate", `{"flight":"LH1","state":"landed"}`)
		logtest.Append(t, s.log, timetable.Change{Kind: timetable.KindRemove, Flight: logtest.Flight(1)})
		w.want("flightRemoval", `{"flight":"LH1"}`)
	})
}

func TestAReturningViewerGetsExactlyWhatItMissed(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		first := s.append(1)
		s.append(2)
		s.append(3)
		for reason, w := range map[string]*watcher{
			"header":                s.watch("/events", "Last-Event-ID", first.String()),
			"query":                 s.watch("/events?lastEventId=" + first.String()),
			"the header wins":       s.watch("/events?lastEventId=1", "Last-Event-ID", first.String()),
			"other query is no bar": s.watch("/events?x=y&lastEventId=" + first.String()),
		} {
			if e := w.event(); e.Type != "flightAddition" || e.ID != (first+1).String() {
				t.Errorf("%s: the first event is %s %s, want the addition %d", reason, e.Type, e.ID, first+1)
			}
			if e := w.event(); e.ID != (first + 2).String() {
				t.Errorf("%s: the second event is %s, want %d", reason, e.ID, first+2)
			}
		}
	})
}

func TestSilenceIsBrokenByAHeartbeatForAll(t *testing.T) {
	bubble(t, web.Options{Heartbeat: 15 * time.Second}, func(s *site) {
		a := s.watch("/events")
		b := s.watch("/events")
		a.event()
		b.event()
		began := time.Now()
		one, two := a.event(), b.event()
		if silence := time.Since(began); silence != 15*time.Second {
			t.Errorf("the heartbeat came after %v, want 15s", silence)
		}
		if one.Type != "heartbeat" || string(one.Data) != `{"time":"2000-01-01T00:00:15Z"}` ||
			string(one.Data) != string(two.Data) {
			t.Errorf("the heartbeats are %s %s and %s %s", one.Type, one.Data, two.Type, two.Data)
		}
		time.Sleep(10 * time.Second)
		at := s.append(1)
		if e := a.event(); e.ID != at.String() {
			t.Errorf("after the heartbeat came %s %s, want the addition %d", e.Type, e.ID, at)
		}
		began = time.Now()
		if a.event(); time.Since(began) != 15*time.Second {
			t.Errorf("the next heartbeat came %v after the addition, want 15s", time.Since(began))
		}
	})
}

func TestASilentFeedIsReportedAlsoIfOthersPublish(t *testing.T) {
	const (
		interval = 15 * time.Second
		falls    = 40 * time.Second
		comes    = 60 * time.Second // a viewer to which it was not reported yet
		speaks   = 121 * time.Second
		end      = 200 * time.Second
	)
	for _, c := range []struct {
		reason string
		every  time.Duration
	}{
		{"no viewer ever waits", 100 * time.Millisecond},
		{"a busy hour", time.Second},
		{"a slow evening", 10 * time.Second},
		{"nearly silence", 14 * time.Second},
	} {
		t.Run(c.reason, func(t *testing.T) {
			var began time.Time
			options := web.Options{Heartbeat: interval, Silent: func(now time.Time) []web.Silence {
				if at := now.Sub(began); at < falls || at >= speaks {
					return nil
				}
				return []web.Silence{{Feed: "tower", Since: began.UTC()}}
			}}
			bubble(t, options, func(s *site) {
				began = time.Now()
				all := map[string]*watcher{"plain": s.watch("/events"), "gzip": s.compressed("/events"),
					"gzip, batch": s.compressed("/events?batch")}
				since := map[string]time.Duration{} // when the viewer was last told, or could have been
				silent := map[string]bool{}
				for _, w := range all {
					w.event()
				}
				time.Sleep(7 * time.Millisecond)
				for n := 0; time.Since(began) < end; n++ {
					if time.Since(began) >= comes && all["newcomer"] == nil {
						all["newcomer"], since["newcomer"] = s.watch("/events"), time.Since(began)
						all["newcomer"].event()
					}
					time.Sleep(c.every)
					id := s.append(n).String()
					for name, w := range all {
						for {
							e := w.event()
							if e.Type != "heartbeat" {
								if e.ID != id {
									s.Fatalf("%s: got %s %s, want the addition %s", name, e.Type, e.ID, id)
								}
								break
							}
							var told struct {
								Time   time.Time
								Silent []web.Silence
							}
							if err := json.Unmarshal(e.Data, &told); err != nil {
								s.Fatal(err)
							}
							at, was := told.Time.Sub(began), silent[name]
							silent[name] = len(told.Silent) > 0
							if !was && !silent[name] {
								s.Errorf("%s: a heartbeat at %v, when there was nothing to tell", name, at)
							}
							if since[name] > 0 && at < since[name].Truncate(time.Second)+interval {
								s.Errorf("%s: a heartbeat at %v, less than an interval after %v", name, at, since[name])
							}
							since[name] = at
						}
						at := time.Since(began)
						late := at - max(since[name], falls)
						if at < speaks && late > interval+time.Second || at > speaks+interval+time.Second && silent[name] {
							s.Fatalf("%s: at %v it was last told at %v, and thinks that the feed is silent: %v", name, at, since[name],
								silent[name])
						}
					}
				}
			})
		})
	}
}

func TestAHeartbeatDoesNotMoveTheLastEventID(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		at := s.append(1)
		w := s.watch("/events")
		w.event()
		if e := w.event(); e.Type != "heartbeat" || e.ID != at.String() {
			t.Errorf("got %s with last event ID %s, want a heartbeat with %d", e.Type, e.ID, at)
		}
	})
}

func TestAViewerThatStopsReadingIsCutOffAndDelaysNoOther(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		stuck, err := s.network.Dial(s.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer stuck.Close()
		go stuck.Write([]byte("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"))
		synctest.Wait() // its server is in its first write now, without a reader
		w := s.watch("/events")
		w.event()
		began := time.Now()
		for n := range 100 {
			s.append(n)
			w.event()
		}
		if late := time.Since(began); late > time.Second {
			t.Errorf("100 events took the others %v", late)
		}
		time.Sleep(11 * time.Second)
		synctest.Wait()
		want := regexp.MustCompile(`reason="the viewer stopped reading" events=\d+ after=10(\.\d+)?s`)
		if !want.MatchString(s.logs.String()) {
			t.Errorf("the stuck viewer was not cut after 10s:\n%s", s.logs)
		}
	})
}

func TestAFeedsEndClosesConnectionsForGood(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		s.append(1)
		w := s.watch("/events")
		w.event()
		s.log.End(s.Context())
		last := w.want("closedConnection", "")
		if _, err, more := w.next(); more || err != nil {
			t.Errorf("after closedConnection the stream goes on, error %v", err)
		}
		answer := s.do("GET", "/events", "", "Last-Event-ID", last.ID)
		if answer.StatusCode != http.StatusNoContent {
			t.Errorf("returning with the end's ID = %s, want 204", answer.Status)
		}
		fresh := s.watch("/events")
		if e := fresh.event(); e.Type != "flightSnapshot" {
			t.Errorf("a fresh viewer begins with %s, want the final board", e.Type)
		}
		fresh.want("closedConnection", "")
	})
}

func TestArrivedIsCalledForEachViewerBeforeItsFirstEvent(t *testing.T) {
	var s *site
	var arrivals []bool
	options := web.Options{Arrived: func(fresh bool) {
		arrivals = append(arrivals, fresh)
		s.append(len(arrivals))
	}}
	bubble(t, options, func(inner *site) {
		s, arrivals = inner, nil
		e := s.watch("/events").event()
		if !strings.Contains(string(e.Data), "LH1") {
			t.Errorf("the first viewer's snapshot is %s, want the flight that its arrival has brought", e.Data)
		}
		s.watch("/events", "Last-Event-ID", e.ID).want("flightAddition",
			`{"flight":"LH2","origin":"Frankfurt","arrival":"00:02"}`)
		if len(arrivals) != 2 || !arrivals[0] || arrivals[1] {
			t.Errorf("arrivals, fresh or not: %v, want [true false]", arrivals)
		}
	})
}

func TestEachViewerGetsAReconnectionTimeOfItsOwn(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		times := map[string]bool{}
		greeting := regexp.MustCompile(`^retry: [12]\d{3}\nevent: flightSnapshot\n$`)
		for range 20 {
			answer := s.do("GET", "/events", "")
			first := make([]byte, len("retry: 1000\nevent: flightSnapshot\n"))
			if _, err := io.ReadFull(answer.Body, first); err != nil || !greeting.Match(first) {
				t.Fatalf("a stream begins with %q, error %v, want a retry of 1 to 3 s in the first event's block", first, err)
			}
			answer.Body.Close()
			times[string(first)] = true
		}
		if len(times) < 10 {
			t.Errorf("20 viewers got %d different times", len(times))
		}
	})
}

func TestOneLineWhenAViewerArrivesAndOneWhenItLeaves(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		at := s.append(1)
		w := s.watch("/events")
		w.event()
		s.append(2)
		w.event()
		w.answer.Body.Close()
		synctest.Wait()
		s.watch("/events", "Last-Event-ID", at.String()).event()
		for _, want := range []string{`msg="viewer arrives" viewer=127.0.0.1:1 resumed=false`,
			`msg="viewer leaves" viewer=127.0.0.1:1 reason="the viewer went away" events=2`, "resumed=true"} {
			if !strings.Contains(s.logs.String(), want) {
				t.Errorf("the log lacks %s:\n%s", want, s.logs)
			}
		}
	})
}

func TestHeadOfTheStreamIsItsHeaders(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		answer := s.do("HEAD", "/events", "")
		if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" || s.text(answer) != "" {
			t.Errorf("HEAD /events = %s %v", answer.Status, answer.Header)
		}
	})
}

func TestViewersGetChangesInBatchesOnRequest(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		w := s.watch("/events?batch")
		w.want("flightSnapshot", "[]")
		at := logtest.Append(t, s.log, logtest.Addition(1), logtest.State(1, "landed"))
		e := w.want("flightChanges", `{"event":"flightAddition","data":{"flight":"LH1","origin":"Frankfurt",`+
			`"arrival":"00:01"}}`+
			"\n"+`{"event":"flightStateUpdate","data":{"flight":"LH1","state":"landed"}}`)
		if e.ID != at.String() {
			t.Errorf("the batch has ID %s, want that of its last change, %d", e.ID, at)
		}
		time.Sleep(time.Second)
		logtest.Append(t, s.log, logtest.State(1, "on belt"))
		w.want("flightStateUpdate", `{"flight":"LH1","state":"on belt"}`)
		back := s.watch("/events?batch&lastEventId=" + (at - 1).String())
		back.want("flightStateUpdate", `{"flight":"LH1","state":"landed"}`) // it was cut inside a batch
	})
}

func TestViewersShareOneCompressedStream(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		s.append(0)
		var all []*watcher
		for n := range 300 { // past two keyframes
			if n%40 == 0 {
				for _, path := range []string{"/events", "/events?batch"} {
					w := s.compressed(path)
					if e := w.event(); e.Type != "flightSnapshot" {
						t.Fatalf("%s begins with %s, want a snapshot", path, e.Type)
					}
					all = append(all, w)
				}
			}
			if n == 150 {
				time.Sleep(16 * time.Second) // a heartbeat goes to each, and everybody's stream is another one
			}
			at := s.append(n)
			for _, w := range all {
				e := w.event()
				for e.Type == "heartbeat" {
					e = w.event()
				}
				if e.Type != "flightAddition" || e.ID != at.String() {
					t.Fatalf("event %d is %s %s, want the addition %d", n, e.Type, e.ID, at)
				}
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
}

// compressed watches through gzip, as a browser does.
func (s *site) compressed(path string) *watcher {
	s.Helper()
	answer := s.do("GET", path, "", "Accept-Encoding", "gzip, deflate, br")
	if got := answer.Header.Get("Content-Encoding"); got != "gzip" {
		s.Fatalf("the stream's coding is %q, want gzip", got)
	}
	z, err := gzip.NewReader(answer.Body)
	if err != nil {
		s.Fatal(err)
	}
	next, stop := iter.Pull2(eventstream.Read(z))
	s.Cleanup(stop)
	return &watcher{site: s, answer: answer, next: next}
}

// TestEventsAreNotDelayedWhenOthersComeAndGo appends, and lets a viewer come, at the one moment at which a sweeper
// certainly is at work: when it asks for silent feeds.
func TestEventsAreNotDelayedWhenOthersComeAndGo(t *testing.T) {
	var s *site
	var appended time.Time
	options := web.Options{Silent: func(time.Time) []web.Silence {
		s.append(1)
		appended = time.Now()
		s.do("GET", "/events", "").Body.Close()
		return nil
	}}
	bubble(t, options, func(inner *site) {
		s = inner
		w := s.watch("/events")
		w.event()
		for range 20 {
			e := w.event()
			for e.Type == "heartbeat" {
				e = w.event()
			}
			if e.Type != "flightAddition" || time.Since(appended) > 5*time.Millisecond {
				t.Fatalf("%v after it was appended came %s, want the addition at once", time.Since(appended), e.Type)
			}
		}
	})
}
