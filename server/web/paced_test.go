package web_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
	"flightboard/server/web/memnet"
	"flightboard/timetable"
)

// large is a page with a file of 2 MiB, beside a board that is nearly as large.
func large(s *site) {
	var all []timetable.Change
	for n := range 6000 {
		c := logtest.Addition(n)
		c.Flight.Remark = strings.Repeat("x", 200)
		all = append(all, c)
	}
	logtest.Append(s.T, s.log, all...)
}

var withProgram = web.Options{Page: fstest.MapFS{"app.wasm": {Data: bytes.Repeat([]byte("program\n"), 256<<10)}}}

// slowly reads what an answer holds, 2,000 bytes at most in each wait.
func slowly(r io.Reader, wait time.Duration) (text []byte, err error) {
	for piece := make([]byte, 2000); err == nil; time.Sleep(wait) {
		var n int
		n, err = r.Read(piece)
		text = append(text, piece[:n]...)
	}
	if err == io.EOF {
		err = nil
	}
	return text, err
}

func TestASlowReaderGetsAllOfALongAnswer(t *testing.T) {
	bubble(t, withProgram, func(s *site) {
		large(s)
		for _, path := range []string{"/flights", "/app.wasm"} {
			want := s.text(s.do("GET", path, ""))
			began := time.Now()
			got, err := slowly(s.do("GET", path, "").Body, time.Second/10)
			if err != nil || string(got) != want {
				t.Errorf("%s: %d bytes of %d came in %v, error %v", path, len(got), len(want), time.Since(began), err)
			}
			if took := time.Since(began); took < 70*time.Second {
				t.Errorf("%s was read in %v, which is not slow", path, took)
			}
		}
	})
}

func TestAReaderThatStopsIsCutOff(t *testing.T) {
	bubble(t, withProgram, func(s *site) {
		large(s)
		for _, path := range []string{"/flights", "/app.wasm"} {
			for _, c := range []struct {
				reason string
				reads  int64
			}{
				{"at once", 0},
				{"in the middle", 1 << 20},
			} {
				conn, err := s.network.Dial(s.browsing, "", "")
				if err != nil {
					t.Fatal(err)
				}
				io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
				if _, err := io.CopyN(io.Discard, conn, c.reads); err != nil {
					t.Fatal(err)
				}
				stopped := time.Now()
				carrier, most := conn, 11*time.Second
				if c, ok := conn.(*tls.Conn); ok {
					// When net/http closes a TLS connection, crypto/tls tries for 5 s to tell the peer.
					carrier, most = c.NetConn(), 16*time.Second
				}
				<-carrier.(*memnet.Conn).Gone()
				if took := time.Since(stopped); took > most {
					t.Errorf("%s: a reader who stops %s is cut after %v, want %v", path, c.reason, took, most)
				}
				conn.Close()
			}
		}
	})
}

func TestABodyHasTimeForASlowLine(t *testing.T) {
	for _, c := range []struct {
		reason string
		wait   time.Duration // for 2,000 bytes
		whole  bool
	}{
		{"a mebibyte in 26 s", time.Second / 20, true},
		{"a mebibyte in 52 s", time.Second / 10, false},
	} {
		t.Run(c.reason, func(t *testing.T) {
			bubble(t, web.Options{OpenDoor: true}, func(s *site) {
				body := strings.Repeat(`{"flight":"LH1","origin":"Rome","arrival":"08:00"}`+"\n", 1<<20/51)
				r, w := io.Pipe()
				go func() {
					for rest := body; rest != ""; time.Sleep(c.wait) {
						n := min(len(rest), 2000)
						if _, err := io.WriteString(w, rest[:n]); err != nil {
							return
						}
						rest = rest[n:]
					}
					w.Close()
				}()
				request, _ := http.NewRequestWithContext(s.browsing, "POST", "http://localhost/flights", r)
				request.ContentLength = int64(len(body))
				answer, err := s.client.Do(request)
				if err == nil {
					answer.Body.Close()
				}
				if taken := err == nil && answer.StatusCode == http.StatusOK; taken != c.whole {
					t.Errorf("the body is taken: %v, error %v, want %v", taken, err, c.whole)
				}
				r.Close()
			})
		})
	}
}
