package web_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
	"flightboard/timetable"
)

// numbers are those of the flights on the board.
func (s *site) numbers() (numbers []string) {
	for _, f := range logtest.Board(s.log) {
		numbers = append(numbers, f.Number)
	}
	return numbers
}

// ask sends a request and reads the answer.
func (s *site) ask(method, path, body string, headers ...string) (status int, text string) {
	s.Helper()
	answer := s.do(method, path, body, headers...)
	return answer.StatusCode, strings.TrimSpace(s.text(answer))
}

func TestRemovingAFlight(t *testing.T) {
	bubble(t, web.Options{OpenDoor: true}, func(s *site) {
		s.append(1)
		s.append(2)
		logtest.Append(s.T, s.log, timetable.Change{Kind: timetable.KindAdd,
			Flight: timetable.Flight{Number: "BA2", ID: "BA 2/é"}})
		for _, c := range []struct {
			reason, path string
			status       int
			answer       string
		}{
			{"by its number", "/flights/LH1", 200, `{"position":946684800000004,"changes":1,` +
				`"understood":[{"event":"flightRemoval","data":{"flight":"LH1"}}]}`},
			{"it is gone", "/flights/LH1", 404, `{"errors":[{"error":"flight \"LH1\" is not on the board"}]}`},
			{"by its ID, whatever that holds", "/flights/BA%202%2F%C3%A9", 200,
				`{"position":946684800000005,"changes":1,"understood":[{"event":"flightRemoval","data":{"flight":"BA2","id":"BA ` +
					`2/é"}}]}`},
			{"an ID that none can have", "/flights/" + strings.Repeat("x", 65), 422,
				`{"errors":[{"field":"flight","error":"flight: has 65 characters, at most 64 fit"}]}`},
		} {
			if status, text := s.ask("DELETE", c.path, ""); status != c.status || text != c.answer {
				t.Errorf("%s: DELETE %s = %d %s\nwant %d %s", c.reason, c.path, status, text, c.status, c.answer)
			}
		}
		if diff := cmp.Diff([]string{"LH2"}, s.numbers()); diff != "" {
			t.Errorf("flights left (-want +got):\n%s", diff)
		}
		if status, _ := s.ask("DELETE", "/flights/LH2", "", "Host", "evil.example"); status != 403 {
			t.Errorf("DELETE from elsewhere = %d, want 403", status)
		}
	})
}

// The newer value of each field counts, so a body that comes twice, late or in reverse order publishes nothing.
func TestABodyThatComesAgainChangesNothing(t *testing.T) {
	const (
		enters = `{"flight":"LH400","origin":"Frankfurt","state":"expected","feed":"tower","stamp":"2026-11-20T17:00:00Z"}`
		moves  = `{"flight":"LH400","state":"landing","gate":"B7","feed":"tower","stamp":"2026-11-20T17:30:00Z"}`
		lands  = `{"flight":"LH400","state":"landed","feed":"tower","stamp":"2026-11-20T18:00:00Z"}`
	)
	bubble(t, web.Options{OpenDoor: true}, func(s *site) {
		for _, body := range []string{enters, moves, lands} {
			if status, text := s.ask("POST", "/flights", body); status != 200 {
				t.Fatalf("POST %s = %d %s", body, status, text)
			}
		}
		board, head := logtest.Board(s.log), s.head()
		for _, c := range []struct{ reason, body string }{
			{"the last one twice", lands},
			{"an older one late", moves},
			{"the first one", enters},
			{"all of them", enters + "\n" + moves + "\n" + lands},
			{"all of them upside down", lands + "\n" + moves + "\n" + enters},
		} {
			status, text := s.ask("POST", "/flights", c.body)
			var answer struct{ Changes, Idle int }
			if err := json.Unmarshal([]byte(text), &answer); status != 200 || err != nil || answer.Idle != answer.Changes {
				t.Errorf("%s: %d %s, want 200, and all of it idle", c.reason, status, text)
			}
			if now := s.head(); now != head {
				t.Errorf("%s: %d records were appended", c.reason, now-head)
			}
			if diff := cmp.Diff(board, logtest.Board(s.log)); diff != "" {
				t.Errorf("%s changes the board (-before +after):\n%s", c.reason, diff)
			}
		}
		// A report that repeats the board makes its fields newer, so that reports between are late.
		repeats := strings.Replace(lands, "18:00", "19:00", 1)
		between := strings.Replace(moves, "17:30", "18:30", 1)
		for _, body := range []string{repeats, between} {
			s.ask("POST", "/flights", body)
		}
		if got := logtest.Board(s.log)[0].State; got != "landed" {
			t.Errorf("a report that is older than the last repetition made the flight %s", got)
		}
		if status, text := s.ask("POST", "/flights", `{"flight":"LH400","state":"landed"}`); status != 200 ||
			s.head() == head {
			t.Errorf("a hand that repeats itself is heard: %d %s", status, text)
		}
	})
}

func TestTokens(t *testing.T) {
	o := web.Options{Tokens: tokens("yesterday's", "today's")}
	for _, c := range []struct {
		reason  string
		headers []string
		status  int
	}{
		{"a token", []string{"Authorization", "Bearer today's"}, 200},
		{"the one before, until all publishers have the new one", []string{"Authorization", "Bearer yesterday's"}, 200},
		{"from another machine's name", []string{"Authorization", "Bearer today's", "Host", "board.example"}, 200},
		{"the scheme's case does not count", []string{"Authorization", "bearer today's"}, 200},
		{"no token, from this machine even", nil, 401},
		{"an empty token", []string{"Authorization", "Bearer "}, 401},
		{"another token", []string{"Authorization", "Bearer tomorrow's"}, 401},
		{"a part of a token", []string{"Authorization", "Bearer today"}, 401},
		{"two tokens", []string{"Authorization", "Bearer today's yesterday's"}, 401},
		{"another scheme", []string{"Authorization", "Basic today's"}, 401},
		{"a token alone", []string{"Authorization", "today's"}, 401},
		{"several headers, even with a token in each",
			[]string{"Authorization", "Bearer today's", "Authorization", "Bearer yesterday's"}, 401},
		{"a token in another header", []string{"X-Token", "today's"}, 401},
		{"a token with a sign of a proxy, which has no part in it",
			[]string{"Authorization", "Bearer today's", "X-Forwarded-For", "203.0.113.7"}, 200},
		{"a token, but from a page of another site",
			[]string{"Authorization", "Bearer today's", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, 403},
	} {
		t.Run(c.reason, func(t *testing.T) {
			bubble(t, o, func(s *site) {
				answer := s.do("POST", "/flights", `{"flight":"BA2"}`, c.headers...)
				if answer.StatusCode != c.status {
					t.Errorf("got %s, want %d", answer.Status, c.status)
				}
				if challenge := answer.Header.Get("WWW-Authenticate"); (challenge != "") != (c.status == 401) {
					t.Errorf("WWW-Authenticate: %q with status %d", challenge, c.status)
				}
				if n := len(s.numbers()); (n == 1) != (c.status == 200) {
					t.Errorf("the board holds %d flights", n)
				}
				if status, _ := s.ask("DELETE", "/flights/BA2", "", c.headers...); status != c.status {
					t.Errorf("DELETE: got %d, want %d", status, c.status)
				}
				for _, query := range []string{"token", "access_token", "authorization"} { // it would stand in logs and histories
					status, _ := s.ask("POST", "/flights?"+query+"=today's", `{"flight":"BA2"}`, c.headers...)
					if status != c.status {
						t.Errorf("with a token in the query as %s: got %d, want %d", query, status, c.status)
					}
				}
			})
		})
	}
}

// Rejections by the log are counted by the Publisher.
func TestLinesThatFailToParseAreCounted(t *testing.T) {
	for _, c := range []struct {
		reason, method, path, body string
		refused                    int
	}{
		{"a change", "POST", "/flights", `{"flight":"BA2"}`, 0},
		{"what the log refuses", "POST", "/flights", `{"event":"flightRemoval","data":{"flight":"XX9"}}`, 0},
		{"a field that there is not", "POST", "/flights", `{"flihgt":"BA2"}`, 1},
		{"junk", "POST", "/flights", `<flights/>`, 1},
		{"two bad lines of three", "POST", "/flights", "{\"flight\":7}\n{\"flight\":\"BA2\"}\n{\"sate\":\"\"}\n", 2},
		{"nothing", "POST", "/flights", "", 1},
		{"a line that is too long", "POST", "/flights", strings.Repeat("x", 65<<10), 1},
		{"a body that is too long", "POST", "/flights", strings.Repeat("x", 1<<20+1), 1},
		{"an identity that none can have", "DELETE", "/flights/" + strings.Repeat("x", 65), "", 1},
	} {
		t.Run(c.reason, func(t *testing.T) {
			refused := 0
			bubble(t, web.Options{OpenDoor: true, Refused: func() { refused++ }}, func(s *site) {
				refused = 0
				s.ask(c.method, c.path, c.body)
				if refused != c.refused {
					t.Errorf("%d lines were counted, want %d", refused, c.refused)
				}
			})
		})
	}
}

func TestTheRateIsLimited(t *testing.T) {
	bubble(t, web.Options{OpenDoor: true, Rate: 10}, func(s *site) {
		body := strings.Repeat("{\"flight\":\"BA2\"}\n", 25)
		if status, _ := s.ask("POST", "/flights", body); status != 200 {
			t.Fatalf("a large body after a pause = %d, want 200", status)
		}
		before := s.head()
		answer := s.do("POST", "/flights", body)
		if answer.StatusCode != 429 || answer.Header.Get("Retry-After") != "2" {
			t.Errorf("the next one at once = %d, Retry-After %q, want 429 and 2", answer.StatusCode,
				answer.Header.Get("Retry-After"))
		}
		if s.head() != before {
			t.Error("a body was appended and refused")
		}
		time.Sleep(2 * time.Second)
		if status, text := s.ask("POST", "/flights", body); status != 200 {
			t.Errorf("after the time told = %d %s, want 200", status, text)
		}
	})
	bubble(t, web.Options{OpenDoor: true, Rate: -1}, func(s *site) {
		for range 3 {
			if status, _ := s.ask("POST", "/flights", strings.Repeat("{\"flight\":\"BA2\"}\n", 30_000)); status != 200 {
				t.Errorf("without a limit = %d, want 200", status)
			}
		}
	})
}

// If a publisher is killed in the middle of a body, no change of it is published.
func TestABodyThatBreaksOffLeavesNothing(t *testing.T) {
	bubble(t, web.Options{OpenDoor: true}, func(s *site) {
		before := s.head()
		for _, length := range []string{"Content-Length: 400\r\n", "Transfer-Encoding: chunked\r\n"} {
			c, err := s.network.Dial(s.browsing, "", "")
			if err != nil {
				t.Fatal(err)
			}
			body := "{\"flight\":\"BA2\"}\n{\"flight\":\"BA3\"}\n"
			if strings.HasPrefix(length, "T") {
				body = fmt.Sprintf("%x\r\n%s\r\n", len(body), body)
			}
			if _, err := io.WriteString(c, "POST /flights HTTP/1.1\r\nHost: localhost\r\n"+length+"\r\n"+body); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			c.Close()
			synctest.Wait()
		}
		if at := s.head(); at != before {
			t.Errorf("the log went from %v to %v", before, at)
		}
	})
}

func TestAnAnswerToALargeBodyIsSmall(t *testing.T) {
	bubble(t, web.Options{OpenDoor: true}, func(s *site) {
		_, text := s.ask("POST", "/flights", strings.Repeat("{\"flight\":\"BA2\"}\n", 5000))
		var answer struct {
			Changes    int
			Understood []json.RawMessage
		}
		if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.Changes != 5000 ||
			len(answer.Understood) != 100 {
			t.Errorf("%d changes, %d repeated, %v; want 5000 and 100", answer.Changes, len(answer.Understood), err)
		}
	})
}

// head is the position of the log's last record.
func (s *site) head() (at eventlog.Position) {
	s.log.Read(func(_ *timetable.Board, p eventlog.Position) { at = p })
	return at
}

// A large body needs many times its memory, so there is one at a time. Small ones do not wait for it.
func TestLargeBodiesAreTakenOneAfterTheOther(t *testing.T) {
	h := &hesitant{}
	bubble(t, web.Options{OpenDoor: true, Publish: h}, func(s *site) {
		h.Publisher, h.hold = s.log, make(chan struct{})
		h.began.Store(0)
		statuses := make(chan int, 3)
		post := func(body string) {
			go func() {
				answer, err := s.client.Post("http://localhost/flights", "", strings.NewReader(body))
				if err != nil {
					statuses <- 0
					return
				}
				answer.Body.Close()
				statuses <- answer.StatusCode
			}()
			synctest.Wait()
		}
		large := strings.Repeat("{\"flight\":\"BA2\"}\n", 5000)
		post(large)
		post(large)
		post(`{"flight":"BA3"}`)
		if n := h.began.Load(); n != 2 {
			t.Errorf("%d bodies are with the log, want the first and the small one", n)
		}
		close(h.hold)
		for range 3 {
			if status := <-statuses; status != http.StatusOK {
				t.Errorf("answered %d, want 200", status)
			}
		}
	})
}
