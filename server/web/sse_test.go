package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventstream"
	"flightboard/server/web"
)

const hello = "Hello, client! This is a test message."

var randomNumber = regexp.MustCompile(`^Random number: ([0-9]|[1-9][0-9])$`)

// sseID takes the number and the time out of an event's ID.
func sseID(t *testing.T, e eventstream.Event) (number int, at time.Time) {
	t.Helper()
	before, after, _ := strings.Cut(e.ID, "-")
	number, err1 := strconv.Atoi(before)
	ms, err2 := strconv.ParseInt(after, 10, 64)
	if err1 != nil || err2 != nil {
		t.Errorf("the ID %q is not a number and a time", e.ID)
	}
	return number, time.UnixMilli(ms)
}

func TestSSESendsAGreetingAndRandomNumbers(t *testing.T) {
	bubble(t, web.Options{AllowOrigin: []string{"*"}}, func(s *site) {
		w := s.watch("/sse")
		for name, want := range map[string]string{"Content-Type": "text/event-stream", "X-Accel-Buffering": "no",
			"Cache-Control": "no-cache, no-transform", "Access-Control-Allow-Origin": "*", "Timing-Allow-Origin": "*"} {
			if got := w.answer.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		began := time.Now()
		e := w.want("message", hello)
		if e.Retry < 500*time.Millisecond || e.Retry >= 1500*time.Millisecond {
			t.Errorf("retry: %v", e.Retry)
		}
		seen := map[string]bool{}
		for n := 1; n <= 100; n++ {
			number, at := sseID(t, e)
			if number != n || !at.Equal(time.Now().Truncate(time.Millisecond)) {
				t.Errorf("message %d at %v has ID %s", n, time.Now(), e.ID)
			}
			if got := time.Since(began); got != time.Duration(n-1)*5*time.Second {
				t.Errorf("message %d comes after %v", n, got)
			}
			e = w.event()
			if e.Type != "message" || !randomNumber.Match(e.Data) {
				t.Fatalf("got %s %s, want a random number in an untyped event", e.Type, e.Data)
			}
			seen[string(e.Data)] = true
		}
		if len(seen) < 20 {
			t.Errorf("only %d different numbers of 100", len(seen))
		}
	})
}

// The timer ends with the connection, and the log has both ends of it. A bubble fails if a goroutine stays.
func TestSSEEndsWithItsConnection(t *testing.T) {
	bubble(t, web.Options{Viewers: 1}, func(s *site) {
		w := s.watch("/sse")
		w.event()
		w.event()
		if answer := s.do("GET", "/sse", ""); answer.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("beside the only client that is allowed: %s, want 503", answer.Status)
		}
		w.answer.Body.Close()
		synctest.Wait()
		for _, want := range []string{`msg="sse: client connects" client=127.0.0.1:1 resumed=false`,
			`msg="sse: client leaves" client=127.0.0.1:1 reason="the viewer went away" messages=2 after=5s`} {
			if !strings.Contains(s.logs.String(), want) {
				t.Errorf("the log has no %s:\n%s", want, s.logs)
			}
		}
		s.watch("/sse").want("message", hello)
	})
}

func TestSSEQuery(t *testing.T) {
	oneBubble(t, web.Options{}, true, func(s *site) {
		for query, want := range map[string]string{
			"every=10ms": `every="10ms" is not a duration from 50ms to 1m0s, such as 200ms`,
			"every=5":    `every="5" is not a duration from 50ms to 1m0s, such as 200ms`,
			"count=0":    `count="0" is not a number from 1 to 1000`,
			"count=x":    `count="x" is not a number from 1 to 1000`,
			"pad=99999":  `pad="99999" is not a number from 1 to 65536`,
		} {
			if answer := s.do("GET", "/sse?"+query, ""); answer.StatusCode != 400 || s.text(answer) != want+"\n" {
				t.Errorf("%s: %s, want %s", query, answer.Status, want)
			}
		}
		began := time.Now()
		text := s.text(s.do("GET", "/sse?every=200ms&count=4&pad=100", "", "Last-Event-ID", "7-123"))
		if took := time.Since(began); took != 600*time.Millisecond {
			t.Errorf("four messages take %v", took)
		}
		if got := strings.Count(text, "\n:"+strings.Repeat(".", 100)+"\n"); got != 4 {
			t.Errorf("%d of 4 messages have a comment of 100 bytes: %q", got, text)
		}
		n := 7
		for e, err := range eventstream.Read(strings.NewReader(text)) {
			n++
			if number, _ := sseID(t, e); err != nil || number != n {
				t.Errorf("after 7-123 there is %s, error %v, want %d", e.ID, err, n)
			}
		}
		if n != 11 {
			t.Errorf("the last message is number %d, want 11", n)
		}
	})
}

// The client sees what the server got and sent, but no header that a proxy may have added as a secret.
func TestSSEEchoesHeaders(t *testing.T) {
	oneBubble(t, web.Options{AllowOrigin: []string{"*"}}, true, func(s *site) {
		w := s.watch("/sse?headers&count=1", "Via", "1.1 box", "X-Forwarded-For", "10.0.0.1", "Authorization", "Basic secret",
			"X-User", "secret", "Accept-Encoding", "br")
		w.want("message", hello)
		e := w.event()
		var seen struct {
			Protocol          string
			Request, Response map[string]string
			Proxy             []string
		}
		if err := json.Unmarshal(e.Data, &seen); err != nil || e.Type != "headers" {
			t.Fatalf("%s %s: %v", e.Type, e.Data, err)
		}
		if seen.Protocol != "HTTP/1.1" || seen.Request["Via"] != "1.1 box" || seen.Request["Accept-Encoding"] != "br" ||
			strings.Join(seen.Proxy, " ") != "Via X-Forwarded-For" ||
			strings.Contains(string(e.Data), "secret") || strings.Contains(string(e.Data), "10.0.0.1") {
			t.Errorf("the headers: %s", e.Data)
		}
		for name, value := range seen.Response {
			if got := strings.Join(w.answer.Header.Values(name), ", "); got != value {
				t.Errorf("the server says that it sent %s: %s, and sent %s", name, value, got)
			}
		}
		if seen.Response["Content-Type"] != "text/event-stream" {
			t.Errorf("the response's headers are %v", seen.Response)
		}
	})
}

func TestDrainingCutsSSE(t *testing.T) {
	oneBubble(t, web.Options{}, true, func(s *site) {
		w := s.watch("/sse")
		w.event()
		began := time.Now()
		go s.handler.Drain(s.Context(), 4*time.Second)
		if _, err := io.ReadAll(w.answer.Body); err != io.ErrUnexpectedEOF || time.Since(began) > 4*time.Second {
			t.Errorf("after %v: %v, want a cut, so that the client returns", time.Since(began), err)
		}
		if answer := s.do("GET", "/sse", ""); answer.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("in the drain: %s, want 503", answer.Status)
		}
	})
}
