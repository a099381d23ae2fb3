package web

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"flightboard/server/eventstream"
	"flightboard/server/web/fanout"
)

// sseHandler answers GET /sse: a stream without flights, which shows how Server-Sent Events get through a network. It
// sends one message at once and a random number every five seconds, until the client leaves. The page /check reads it.
type sseHandler struct{ *streamHandler }

// trial is what a request for /sse asks for in its query.
type trial struct {
	every   time.Duration // between two messages
	count   int           // the stream ends after this number of messages; 0: it does not end
	pad     int           // bytes of a comment after each message
	headers bool          // an event with the headers follows the first message
}

const (
	leastEvery = 50 * time.Millisecond
	mostEvery  = time.Minute
	mostCount  = 1000
	mostPad    = 64 << 10
)

func trialOf(query url.Values) (trial, error) {
	t := trial{every: 5 * time.Second, headers: query.Has("headers")}
	var err error
	if text := query.Get("every"); text != "" {
		if t.every, err = time.ParseDuration(text); err != nil || t.every < leastEvery || t.every > mostEvery {
			return t, fmt.Errorf("every=%.40q is not a duration from %v to %v, such as 200ms", text, leastEvery, mostEvery)
		}
	}
	for name, p := range map[string]struct {
		value *int
		most  int
	}{"count": {&t.count, mostCount}, "pad": {&t.pad, mostPad}} {
		if text := query.Get(name); text != "" {
			if *p.value, err = strconv.Atoi(text); err != nil || *p.value < 1 || *p.value > p.most {
				return t, fmt.Errorf("%s=%.40q is not a number from 1 to %d", name, text, p.most)
			}
		}
	}
	return t, nil
}

func (s *sseHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t, err := trialOf(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if r.Method != http.MethodHead {
		if err := s.admit(r.RemoteAddr); err != nil {
			s.refuser.refuseViewer(w, r, err)
			return
		}
		defer s.release(r.RemoteAddr)
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", cached(r, "no-cache, no-transform"))
	h.Set("X-Accel-Buffering", "no")
	if origin := h.Get("Access-Control-Allow-Origin"); origin != "" {
		h.Set("Timing-Allow-Origin", origin) // a page elsewhere may know which HTTP version is used
	}
	if r.Method == http.MethodHead {
		return
	}
	began := time.Now()
	out := &trialStream{trial: t, partWriter: newPartWriter(w), number: resumeAfter(r)}
	id := requestID(r)
	s.logger.Info("sse: client connects", "client", r.RemoteAddr, "resumed", out.number > 0, "request", id)
	reason := s.run(out, r)
	s.logger.Info("sse: client leaves", "client", r.RemoteAddr, "reason", reason.Error(), "messages", out.sent,
		"after", time.Since(began).Round(time.Millisecond).String(), "request", id)
	if reason == fanout.ErrClosing {
		panic(http.ErrAbortHandler) // a client that counts on the end would take it for one
	}
}

// trialStream is the stream of one client.
type trialStream struct {
	partWriter
	trial
	number int // of the last message, counted on from the client's last event ID
	sent   int
}

// resumeAfter returns the number in the last event ID, or 0.
func resumeAfter(r *http.Request) int {
	number, _, _ := strings.Cut(lastEventID(r, r.URL.Query()), "-")
	n, err := strconv.ParseUint(number, 10, 31)
	if err != nil {
		return 0
	}
	return int(n)
}

// run sends the messages until one side ends the stream, and returns the reason.
func (s *sseHandler) run(out *trialStream, r *http.Request) error {
	ticker := time.NewTicker(out.every)
	defer ticker.Stop()
	closing, leave := s.closing, (<-chan time.Time)(nil)
	expired, stop := expiry(r)
	defer stop()
	err := out.send("Hello, client! This is a test message.")
	if err == nil && out.headers {
		err = out.echo(r)
	}
	for err == nil {
		if out.sent == out.count {
			return fanout.ErrEnded
		}
		select {
		case <-ticker.C:
			err = out.send("Random number: " + strconv.Itoa(rand.IntN(100)))
		case <-closing:
			closing, leave = nil, time.After(rand.N(s.within))
		case <-leave:
			return fanout.ErrClosing
		case <-expired.Done():
			out.write([]byte(signInAgain))
			return fanout.ErrExpired
		case <-r.Context().Done():
			return fanout.ErrLeft
		}
	}
	return err
}

// send sends a message. Its ID is its number and the server's time in milliseconds, so that a client can tell how long
// the message was on its way.
func (t *trialStream) send(text string) error {
	t.number++
	e := eventstream.Event{ID: fmt.Sprintf("%d-%d", t.number, time.Now().UnixMilli()), Data: []byte(text)}
	if t.sent++; t.sent == 1 {
		e.Retry = time.Duration(500+rand.IntN(1000)) * time.Millisecond
	}
	message, err := e.AppendText(nil)
	if err != nil {
		return err
	}
	if t.pad > 0 {
		message = append(append(message, ':'), strings.Repeat(".", t.pad)...)
		message = append(message, '\n')
	}
	return t.write(message)
}

// echoed are the request headers that a client may see as the server got them. No other is sent: a proxy may have added
// one that is a secret.
var echoed = []string{"Accept", "Accept-Encoding", "Cache-Control", "Connection", "Last-Event-Id", "Via",
	"X-Forwarded-Proto"}

// echo sends an event with the headers of the request as they came, and those of the response as they were sent.
func (t *trialStream) echo(r *http.Request) error {
	seen := struct {
		Protocol string            `json:"protocol"`
		Request  map[string]string `json:"request"`
		Proxy    []string          `json:"proxy"`
		Response map[string]string `json:"response"`
	}{r.Proto, map[string]string{}, []string{}, map[string]string{}}
	for _, name := range echoed {
		if values := r.Header.Values(name); len(values) > 0 {
			seen.Request[name] = strings.Join(values, ", ")
		}
	}
	for name := range r.Header {
		if addedByProxies(name) {
			seen.Proxy = append(seen.Proxy, name) // without its value
		}
	}
	slices.Sort(seen.Proxy)
	for name, values := range t.body.Header() {
		seen.Response[name] = strings.Join(values, ", ")
	}
	data, err := json.Marshal(seen)
	if err != nil {
		return err
	}
	event, err := eventstream.Event{Type: "headers", Data: data}.AppendText(nil)
	if err != nil {
		return err
	}
	return t.write(event)
}
