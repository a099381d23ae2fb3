package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/eventstream"
	"flightboard/server/web"
)

// poll sends a waiting request, and returns the answer's events. It fails unless the answer is complete.
func (s *site) poll(path string, headers ...string) ([]eventstream.Event, *http.Response) {
	s.Helper()
	answer := s.do("GET", path, "", headers...)
	body := s.text(answer)
	if answer.StatusCode != http.StatusOK {
		s.Fatalf("GET %s = %s %q, want 200", path, answer.Status, body)
	}
	if answer.Header.Get("Content-Length") != strconv.Itoa(len(body)) {
		s.Errorf("GET %s: Content-Length %s of %d bytes", path, answer.Header.Get("Content-Length"), len(body))
	}
	if answer.Header.Get("Content-Encoding") == "gzip" {
		plain, err := gzip.NewReader(strings.NewReader(body))
		if err != nil {
			s.Fatal(err)
		}
		text, err := io.ReadAll(plain) // also checks the trailer
		if err != nil {
			s.Fatalf("GET %s: %v after %q", path, err, text)
		}
		body = string(text)
	}
	var events []eventstream.Event
	for e, err := range eventstream.Read(strings.NewReader(body)) {
		if err != nil {
			s.Fatalf("GET %s: %v in %q", path, err, body)
		}
		e.Data = bytes.Clone(e.Data)
		events = append(events, e)
	}
	return events, answer
}

// types returns the types of events and the IDs that they set.
func types(events []eventstream.Event) string {
	var text []string
	last := ""
	for _, e := range events {
		if e.ID != last {
			text, last = append(text, e.Type+" "+e.ID), e.ID
		} else {
			text = append(text, e.Type)
		}
	}
	return strings.Join(text, ", ")
}

func TestWaitingRequestIsAnsweredWithWhatIsNew(t *testing.T) {
	for _, form := range []string{"", "&batch"} {
		for _, coding := range []string{"identity", "gzip"} {
			t.Run(coding+form, func(t *testing.T) {
				oneBubble(t, web.Options{}, true, func(s *site) {
					first := s.append(1).String()
					synctest.Wait()
					began := time.Now()
					took := func(what string, want time.Duration) {
						t.Helper()
						if took := time.Since(began).Truncate(100 * time.Millisecond); took != want {
							t.Errorf("%s took %v, want %v", what, took, want)
						}
						began = time.Now()
					}
					poll := func(id string) (string, *http.Response) {
						t.Helper()
						events, answer := s.poll("/events?wait=25s"+form, "Last-Event-ID", id, "Accept-Encoding", coding)
						if got := answer.Header.Get("Content-Encoding"); got != strings.TrimPrefix(coding, "identity") {
							t.Errorf("Content-Encoding %s", got)
						}
						wait := events[0].Retry
						if types(events) == "heartbeat" != (wait >= time.Second && wait < 3*time.Second) {
							t.Errorf("%s with retry: %v", types(events), wait)
						}
						return types(events), answer
					}
					got, answer := poll("")
					took("fresh", 0)
					if want := "flightSnapshot " + first + ", heartbeat"; got != want {
						t.Errorf("fresh: %s, want %s", got, want)
					}
					for name, want := range map[string]string{"Content-Type": "text/event-stream", "Last-Event-Id": first,
						"Cache-Control": "no-store, no-transform", "Vary": "Origin,Accept-Encoding"} {
						if got := strings.Join(answer.Header.Values(name), ","); got != want {
							t.Errorf("%s: %s, want %s", name, got, want)
						}
					}

					if got, answer = poll(first); got != "heartbeat" || answer.Header.Get("Last-Event-ID") != first {
						t.Errorf("no news: %s after %s", got, answer.Header.Get("Last-Event-ID"))
					}
					took("no news", 25*time.Second)

					appended := make(chan eventlog.Position, 1)
					time.AfterFunc(7*time.Second, func() { appended <- s.append(2) })
					got, _ = poll(first)
					second := <-appended
					if got != "flightAddition "+second.String()+", heartbeat" {
						t.Errorf("one change: %s, want the addition %d", got, second)
					}
					took("one change", 7*time.Second)

					third := logtest.Append(t, s.log, logtest.Addition(3), logtest.Addition(4), logtest.Addition(5))
					synctest.Wait()
					time.Sleep(10 * time.Millisecond) // the tick is cut
					want := "flightAddition " + (third - 2).String() + ", flightAddition " + (third - 1).String() +
						", flightAddition " + third.String() + ", heartbeat"
					if form != "" {
						want = "flightChanges " + third.String() + ", heartbeat"
					}
					if got, _ = poll(second.String()); got != want {
						t.Errorf("several changes: %s, want %s", got, want)
					}
					took("several changes", 0)
					if got, _ = poll("nonsense"); !strings.HasPrefix(got, "flightSnapshot "+third.String()) {
						t.Errorf("with an ID that is no position: %s, want a snapshot", got)
					}

					time.AfterFunc(3*time.Second, func() { s.log.End(s.Context()) })
					if got, _ = poll(third.String()); got != "closedConnection "+(third+1).String() {
						t.Errorf("the end: %s", got)
					}
					took("the end", 3*time.Second)
					last := (third + 1).String()
					if got, _ := poll(""); got != "flightSnapshot "+third.String()+", closedConnection "+last {
						t.Errorf("fresh after the end: %s", got)
					}
					if answer := s.do("GET", "/events?wait=1s&lastEventId="+last, ""); answer.StatusCode != http.StatusNoContent {
						t.Errorf("after the end: %s, want 204", answer.Status)
					}
				})
			})
		}
	}
}

// The events have the bytes that they have in the stream.
func TestWaitingAnswerHasTheBytesOfTheStream(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		at := s.append(1)
		stream := s.do("GET", "/events", "", "Last-Event-ID", at.String())
		synctest.Wait()
		s.append(2)
		s.append(3)
		time.Sleep(20 * time.Millisecond)
		text := s.text(s.do("GET", "/events?wait=1s", "", "Last-Event-ID", at.String()))
		events, _, _ := strings.Cut(text, "event: heartbeat")
		buffer := make([]byte, 4096)
		n := 0
		for !strings.Contains(string(buffer[:n]), events) {
			m, err := stream.Body.Read(buffer[n:])
			if n += m; err != nil {
				t.Fatalf("the stream ends after %q, the answer is %q", buffer[:n], text)
			}
		}
	})
}

func TestWaitIsADurationUpToAMinute(t *testing.T) {
	oneBubble(t, web.Options{AllowOrigin: []string{"*"}}, true, func(s *site) {
		for value, status := range map[string]int{"": 400, "25": 400, "-1s": 400, "61s": 400, "1h": 400, "%00": 400,
			"0": 200, "0s": 200, "250ms": 200, "1m": 200, "0.5m": 200} {
			answer := s.do("GET", "/events?wait="+value, "")
			text := s.text(answer)
			if answer.StatusCode != status || answer.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("wait=%s: %s %v, want %d", value, answer.Status, answer.Header, status)
			}
			if status == 400 && !strings.HasSuffix(text, "is not a duration from 0s to 1m, such as 25s\n") {
				t.Errorf("wait=%s: %s", value, text)
			}
		}
		began := time.Now()
		head := s.do("HEAD", "/events?wait=1m", "")
		if head.StatusCode != 200 || head.Header.Get("Content-Type") != "text/event-stream" ||
			time.Since(began) > time.Second {
			t.Errorf("HEAD: %s %v after %v", head.Status, head.Header, time.Since(began))
		}
	})
}

// A minute is longer than the deadlines of writes, also on HTTP/2, where one that passes would reset the stream.
func TestWaitingOutlivesTheDeadlinesOfWrites(t *testing.T) {
	for _, version := range []int{1, 2} {
		oneBubble(t, web.Options{Page: files()}, true, func(s *site) {
			only := new(http.Protocols)
			only.SetHTTP1(version == 1)
			only.SetUnencryptedHTTP2(version == 2)
			s.client.Transport = &http.Transport{DialContext: s.network.Dial, Protocols: only, DisableCompression: true}
			at := s.append(1).String()
			s.text(s.do("GET", "/flights", "")) // sets a deadline, on the same connection
			for range 2 {
				events, answer := s.poll("/events?wait=1m", "Last-Event-ID", at)
				if types(events) != "heartbeat" || answer.ProtoMajor != version {
					t.Errorf("HTTP/%d: %s", answer.ProtoMajor, types(events))
				}
			}
			s.client.CloseIdleConnections()
			synctest.Wait()
		})
	}
}

// A poller gets the description when it comes, when there is nothing else, and for two minutes after it has changed.
func TestPollersLearnWhatTheBoardIs(t *testing.T) {
	airport := "JFK"
	options := web.Options{Describe: func(time.Time) web.Description { return web.Description{Airport: airport} }}
	oneBubble(t, options, true, func(s *site) {
		events, answer := s.poll("/events?wait=25s")
		check := func(when, want string) {
			t.Helper()
			got := types(events)
			for _, e := range events {
				if e.Type == "flightBoard" && string(e.Data) != `{"airport":"`+airport+`"}` {
					t.Errorf("%s: %s, want %s", when, e.Data, airport)
				}
			}
			want = strings.ReplaceAll(want, "@", answer.Header.Get("Last-Event-ID"))
			if got != want {
				t.Errorf("%s: %s, want %s", when, got, want)
			}
			events, answer = nil, nil
		}
		at := answer.Header.Get("Last-Event-ID")
		poll := func() {
			t.Helper()
			events, answer = s.poll("/events?wait=25s", "Last-Event-ID", at)
			at = answer.Header.Get("Last-Event-ID")
		}
		check("fresh", "flightBoard, flightSnapshot @, heartbeat")
		poll()
		check("without news", "flightBoard, heartbeat")
		n := 0
		later := func() { n++; time.AfterFunc(5*time.Second, func() { s.append(n) }) }
		later()
		poll()
		check("a change that was waited for", "flightAddition @, heartbeat")
		airport = "LGA"
		later()
		poll()
		check("a change, and another board", "flightBoard, flightAddition @, heartbeat")
		later()
		poll()
		check("the answer after it", "flightBoard, flightAddition @, heartbeat")
		time.Sleep(2 * time.Minute)
		later()
		poll()
		check("long after it", "flightAddition @, heartbeat")
		time.Sleep(2 * time.Minute)
		s.append(100)
		poll()
		check("at once, after a pause", "flightBoard, flightAddition @, heartbeat")
	})
}

func TestPollersLearnWhichFeedsAreSilent(t *testing.T) {
	trouble := true
	options := web.Options{Silent: func(now time.Time) []web.Silence {
		if !trouble {
			return nil
		}
		return []web.Silence{{Feed: "tower", Since: now.Truncate(time.Minute).UTC()}}
	}, Rejected: func(time.Time) []web.Rejection {
		if !trouble {
			return nil
		}
		return []web.Rejection{{Feed: "table", Rows: 3}}
	}}
	oneBubble(t, options, true, func(s *site) {
		at := s.append(1)
		const named = `,"silent":[{"feed":"tower","since":"2000-01-01T00:00:00Z"}],"rejected":[{"feed":"table","rows":3}]}`
		for _, coding := range []string{"identity", "gzip"} {
			for _, c := range []struct {
				trouble bool
				rest    string
			}{{true, named}, {false, `}`}} {
				trouble = c.trouble
				time.AfterFunc(3*time.Second, func() { s.append(2) })
				events, answer := s.poll("/events?wait=25s", "Last-Event-ID", at.String(), "Accept-Encoding", coding)
				last := events[len(events)-1]
				if last.Type != "heartbeat" || !strings.HasSuffix(string(last.Data), `Z"`+c.rest) {
					t.Errorf("%s with %d events ends with %s %s, want %s", coding, len(events), last.Type, last.Data, c.rest)
				}
				p, _ := eventlog.ParsePosition(answer.Header.Get("Last-Event-ID"))
				at = p
			}
		}
	})
}

func TestWaitingRequestsCountAsViewers(t *testing.T) {
	oneBubble(t, web.Options{Viewers: 2}, true, func(s *site) {
		at := s.append(1).String()
		s.watch("/events").event()
		go func() { s.poll("/events?wait=10s", "Last-Event-ID", at) }()
		synctest.Wait()
		answer := s.do("GET", "/events?wait=10s", "")
		if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
			t.Errorf("the third viewer gets %s, want 503 and a time to come back", answer.Status)
		}
		time.Sleep(11 * time.Second)
		if events, _ := s.poll("/events?wait=10s"); len(events) == 0 {
			t.Error("nothing for the viewer that came when there was room")
		}
	})
}

// Waiting requests are answered when the server drains, spread over the time, and are not counted when they have left.
func TestDrainingAnswersWaitingRequests(t *testing.T) {
	oneBubble(t, web.Options{}, true, func(s *site) {
		const pollers, within = 100, 5 * time.Second
		at := s.append(1).String()
		synctest.Wait()
		drained, answered := make(chan bool, 1), make(chan time.Duration, pollers)
		began := time.Now()
		for range pollers {
			go func() {
				events, answer := s.poll("/events?wait=1m", "Last-Event-ID", at)
				if types(events) != "heartbeat" || !answer.Close {
					t.Errorf("in the drain: %s, close %v", types(events), answer.Close)
				}
				answered <- time.Since(began)
			}()
		}
		synctest.Wait()
		go func() { s.handler.Drain(s.Context(), within); drained <- true }()
		early := 0
		for range pollers {
			if after := <-answered; after < within/2 {
				early++
			}
		}
		<-drained
		if took := time.Since(began); took > within || early < pollers/4 || early > pollers*3/4 {
			t.Errorf("drained in %v, %d of %d in the first half", took, early, pollers)
		}
	})
}
