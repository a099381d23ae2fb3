package web_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"iter"
	"log/slog"
	"net"
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

// A network connects with a server, and cuts nothing.
type network interface {
	Dial(ctx context.Context, network, address string) (net.Conn, error)
}

// A site is a server in a bubble and a browser beside it.
type site struct {
	*testing.T
	log      *eventlog.Log
	handler  *web.Handler
	network  network
	browsing context.Context // of all requests
	client   *http.Client
	logs     *bytes.Buffer
}

// bubble runs a test against a server whose clock is the bubble's, once for each of the ways in which viewers get their
// events.
func bubble(t *testing.T, o web.Options, test func(s *site)) {
	t.Helper()
	t.Run("handlers send", func(t *testing.T) { handlersBubble(t, o, test) })
	t.Run("the pool sends", func(t *testing.T) { poolBubble(t, o, test) })
	t.Run("the pool sends over TLS", func(t *testing.T) { tlsBubble(t, o, test) })
}

func handlersBubble(t *testing.T, o web.Options, test func(s *site)) { oneBubble(t, o, false, test) }
func poolBubble(t *testing.T, o web.Options, test func(s *site))     { oneBubble(t, o, true, test) }

func oneBubble(t *testing.T, o web.Options, takeover bool, test func(s *site)) {
	synctest.Test(t, func(t *testing.T) {
		o.NoTakeover = !takeover
		network := memnet.Listen(4 << 10)
		inBubble(t, o, network, network, test)
	})
}

// tlsBubble is oneBubble for viewers who come over TLS, and are taken over.
func tlsBubble(t *testing.T, o web.Options, test func(s *site)) {
	synctest.Test(t, func(t *testing.T) {
		network := encrypted{memnet.Listen(4 << 10)}
		inBubble(t, o, network, speakTLS(t, network.Listener), test)
	})
}

func inBubble(t *testing.T, o web.Options, network network, listener net.Listener, test func(s *site)) {
	s := &site{T: t, log: eventlog.New(eventlog.Options{}), network: network, logs: new(bytes.Buffer)}
	o.Log = slog.New(slog.NewTextHandler(s.logs, nil))
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
	go server.Serve(listener)
	var leave context.CancelFunc
	s.browsing, leave = context.WithCancel(t.Context())
	test(s)
	leave() // before the server goes: what it still writes would wait for a reader
	synctest.Wait()
	server.Close()
	stop()
	time.Sleep(time.Second) // net/http lingers for half a second over a body that it has refused
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
