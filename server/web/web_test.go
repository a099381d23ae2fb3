package web_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/eventstream"
	"flightboard/server/token"
	"flightboard/server/web"
	"flightboard/server/web/memnet"
)

// A site is a server in a bubble and a browser beside it.
type site struct {
	*testing.T
	log      *eventlog.Log
	handler  *web.Handler
	network  *memnet.Listener
	browsing context.Context // of all requests
	client   *http.Client
	logs     *bytes.Buffer
}

// bubble runs a test against a server whose clock is the bubble's, once for each of the two ways in which viewers get
// their events.
func bubble(t *testing.T, o web.Options, test func(s *site)) {
	t.Helper()
	t.Run("handlers send", func(t *testing.T) { oneBubble(t, o, false, test) })
	t.Run("the pool sends", func(t *testing.T) { oneBubble(t, o, true, test) })
}

func oneBubble(t *testing.T, o web.Options, takeover bool, test func(s *site)) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{T: t, log: eventlog.New(eventlog.Options{}), network: memnet.Listen(4 << 10), logs: new(bytes.Buffer)}
		o.Log = slog.New(slog.NewTextHandler(s.logs, nil))
		o.NoTakeover = !takeover
		s.handler = web.New(s.log, o)
		protocols := new(http.Protocols)
		protocols.SetHTTP1(true)
		protocols.SetUnencryptedHTTP2(true)
		server := &http.Server{Handler: s.handler, Protocols: protocols, ConnContext: s.handler.ConnContext}
		running, stop := context.WithCancel(t.Context())
		go s.handler.Run(running)
		synctest.Wait()
		transport := &http.Transport{DialContext: s.network.Dial, DisableCompression: true, DisableKeepAlives: true}
		s.client = &http.Client{Transport: transport}
		go server.Serve(s.network)
		var leave context.CancelFunc
		s.browsing, leave = context.WithCancel(t.Context())
		test(s)
		leave() // before the server goes: what it still writes would wait for a reader
		synctest.Wait()
		server.Close()
		stop()
		time.Sleep(time.Second) // net/http lingers for half a second over a body that it has refused
	})
}

// do sends a request; headers are given in pairs.
func (s *site) do(method, path, body string, headers ...string) *http.Response {
	s.Helper()
	r, err := http.NewRequestWithContext(s.browsing, method, "http://localhost"+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Add(headers[i], headers[i+1])
	}
	answer, err := s.client.Do(r)
	if err != nil {
		s.Fatalf("%s %s: %v", method, path, err)
	}
	s.Cleanup(func() { answer.Body.Close() })
	return answer
}

// text reads an answer to its end.
func (s *site) text(answer *http.Response) string {
	s.Helper()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.Fatal(err)
	}
	return string(text)
}

// tokens returns tokens that have no names.
func tokens(texts ...string) (all []token.Token) {
	for i, text := range texts {
		all = append(all, token.Token{Name: "token " + strconv.Itoa(i+1), Bare: true, Text: text})
	}
	return all
}

// A watcher reads an event stream one event at a time.
type watcher struct {
	*site
	answer *http.Response
	next   func() (eventstream.Event, error, bool)
}

func (s *site) watch(path string, headers ...string) *watcher {
	s.Helper()
	answer := s.do("GET", path, "", headers...)
	if answer.StatusCode != http.StatusOK {
		s.Fatalf("GET %s = %s, want 200", path, answer.Status)
	}
	next, stop := iter.Pull2(eventstream.Read(bufio.NewReader(answer.Body)))
	s.Cleanup(stop)
	return &watcher{site: s, answer: answer, next: next}
}

// event waits for the next event.
func (w *watcher) event() eventstream.Event {
	w.Helper()
	e, err, ok := w.next()
	if !ok || err != nil {
		w.Fatalf("the stream ended, error %v", err)
	}
	return e
}

func (w *watcher) want(eventType, data string) eventstream.Event {
	w.Helper()
	e := w.event()
	if e.Type != eventType || string(e.Data) != data {
		w.Fatalf("got event %s %s\nwant      %s %s", e.Type, e.Data, eventType, data)
	}
	return e
}

func (s *site) append(n int) eventlog.Position {
	return logtest.Append(s.T, s.log, logtest.Addition(n))
}

func TestViewersBeyondTheLimitsGetRetryAfter(t *testing.T) {
	for status, o := range map[int]web.Options{
		http.StatusServiceUnavailable: {Viewers: 1},
		http.StatusTooManyRequests:    {ViewersEach: 1},
	} {
		bubble(t, o, func(s *site) {
			first := s.watch("/events")
			first.event()
			answer := s.do("GET", "/events", "")
			later, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
			if answer.StatusCode != status || later < 5 ||
				strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
				t.Errorf("the second viewer gets %s and %v, want %d and a time to come back", answer.Status, answer.Header, status)
			}
			s.append(1)
			first.want("flightAddition", `{"flight":"LH1","origin":"Frankfurt","arrival":"00:01"}`)
			first.answer.Body.Close()
			synctest.Wait()
			s.watch("/events").event()
		})
	}
}
