package web_test

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
	"flightboard/timetable"
)

// raw sends a request as it is written and returns the head of the answer and what follows it.
func (s *site) raw(request string) (head *http.Response, body *bufio.Reader, cut func()) {
	s.Helper()
	c, err := s.network.Dial(s.Context(), "", "")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, request); err != nil {
		s.Fatal(err)
	}
	from := bufio.NewReader(c)
	var lines strings.Builder
	for line := ""; line != "\r\n"; lines.WriteString(line) {
		if line, err = from.ReadString('\n'); err != nil {
			s.Fatalf("the head of the answer broke off after %q: %v", lines.String(), err)
		}
	}
	// net/http would take the chunks off; the test wants to see them.
	head, err = http.ReadResponse(bufio.NewReader(strings.NewReader(lines.String())), nil)
	if err != nil {
		s.Fatal(err)
	}
	return head, from, func() { c.Close() }
}

func TestAnEndIsAnEndAndACutIsACut(t *testing.T) {
	for _, c := range []struct {
		reason, headers string
		zipped          bool
	}{
		{"plain", "", false},
		{"compressed", "Accept-Encoding: gzip\r\n", true},
	} {
		for over, want := range map[bool]error{true: nil, false: io.ErrUnexpectedEOF} {
			t.Run(fmt.Sprintf("%s, the feed is over: %v", c.reason, over), func(t *testing.T) {
				bubble(t, web.Options{}, func(s *site) {
					s.append(1)
					head, body, _ := s.raw("GET /events HTTP/1.1\r\nHost: localhost\r\n" + c.headers + "\r\n")
					if len(head.TransferEncoding) != 1 || head.TransferEncoding[0] != "chunked" {
						t.Errorf("the body is framed by %q, want chunks", head.TransferEncoding)
					}
					time.Sleep(20 * time.Second) // a heartbeat is in between
					s.append(2)
					time.Sleep(time.Second)
					if over {
						s.log.End(s.Context())
					} else {
						go s.handler.Drain(s.Context(), time.Second)
					}
					content := httputil.NewChunkedReader(body)
					if c.zipped {
						z, err := gzip.NewReader(content)
						if err != nil {
							t.Fatal(err)
						}
						content = z
					}
					text, err := io.ReadAll(content)
					if err != want {
						t.Errorf("the body ends with %v, want %v", err, want)
					}
					ended := strings.HasSuffix(string(text), "\ndata: \n\n")
					if ended != over || strings.Count(string(text), "LH") != 2 {
						t.Errorf("the body is %q", text)
					}
					if _, err := body.ReadByte(); over && err != nil && err != io.EOF {
						t.Errorf("after the body comes %v", err)
					}
				})
			})
		}
	}
}

func TestAProxyThatSpeaksHTTP10GetsNoChunks(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		s.append(1)
		head, body, _ := s.raw("GET /events HTTP/1.0\r\n\r\n")
		if len(head.TransferEncoding) != 0 {
			t.Errorf("the body is framed by %q", head.TransferEncoding)
		}
		line, err := body.ReadString('\n')
		if err != nil || !strings.HasPrefix(line, "retry: ") {
			t.Errorf("the body begins with %q, error %v", line, err)
		}
	})
}

// One chunk a write is what lets a client that reads by blocks have each event at once, and it is all that framing
// costs.
func TestATickIsOneChunkOfAtMostEightBytesMore(t *testing.T) {
	oneBubble(t, web.Options{}, true, func(s *site) {
		_, body, _ := s.raw("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
		for line := ""; line != "data: []\n"; { // the snapshot is a write of its own, after the head
			var err error
			if line, err = body.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		body.Discard(body.Buffered())
		for _, events := range []int{1, 3, 20} {
			var changes []timetable.Change
			for n := range events {
				changes = append(changes, logtest.Addition(n))
			}
			logtest.Append(t, s.log, changes...)
			time.Sleep(time.Second)
			synctest.Wait()
			body.Peek(1)
			all, _ := body.Peek(body.Buffered())
			size, rest, _ := strings.Cut(string(all), "\r\n")
			length, err := strconv.ParseInt(size, 16, 64)
			if err != nil || len(rest) != int(length)+len("\r\n") || len(all)-int(length) > 8 {
				t.Errorf("%d events came as %d bytes in a chunk of %q, and not as one chunk", events, len(all), size)
			}
			body.Discard(len(all))
		}
	})
}

func TestARejectedViewerGetsTheReason(t *testing.T) {
	bubble(t, web.Options{Viewers: 1}, func(s *site) {
		s.watch("/events").event()
		answer := s.do("GET", "/events", "", "Accept-Encoding", "gzip")
		coding, mediaType := answer.Header.Get("Content-Encoding"), answer.Header.Get("Content-Type")
		if coding != "" || !strings.HasPrefix(mediaType, "text/plain") {
			t.Errorf("the refusal says that it is %q, %q", coding, mediaType)
		}
		if text := s.text(answer); !strings.Contains(text, "the server has its maximum number of viewers") {
			t.Errorf("the refusal is %q", text)
		}
		if !strings.Contains(strings.Join(answer.Header.Values("Vary"), ", "), "Accept-Encoding") {
			t.Errorf("the refusal varies with %q", answer.Header.Values("Vary"))
		}
	})
}

func TestASteadyReaderIsNotCutHoweverSlow(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		var changes []timetable.Change
		for n := range 2000 {
			changes = append(changes, logtest.Addition(n))
		}
		logtest.Append(t, s.log, changes...)
		_, body, _ := s.raw("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
		content := httputil.NewChunkedReader(body)
		var text strings.Builder
		began := time.Now()
		for room := make([]byte, 2<<10); !strings.HasSuffix(text.String(), "\n\n"); {
			n, err := content.Read(room)
			text.Write(room[:n])
			if err != nil {
				t.Fatalf("cut after %v and %d bytes: %v", time.Since(began), text.Len(), err)
			}
			time.Sleep(time.Second)
		}
		if time.Since(began) < time.Minute || strings.Count(text.String(), `"LH`) != 2000 {
			t.Errorf("after %v there are %d flights", time.Since(began), strings.Count(text.String(), `"LH`))
		}
	})
}
