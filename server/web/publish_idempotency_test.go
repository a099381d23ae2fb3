package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
	"flightboard/timetable"
)

func TestAnIdempotencyKeyBelongsToItsPublisherAndItsRequest(t *testing.T) {
	const anna, bert = "anna's own token of 26", "bert's own token of 26"
	const other = `{"errors":[{"error":"Idempotency-Key: was used with another body; nothing was taken"}]}`
	ba2, ba3 := `{"flight":"BA2"}`, `{"flight":"BA3"}`
	for _, c := range []struct {
		reason                    string
		token, method, path, body string
		status                    int
		replayed                  string
		numbers                   []string // on the board, besides BA2
	}{
		{"the same again", anna, "POST", "/flights", ba2, 200, "true", nil},
		{"the same of another publisher is appended", bert, "POST", "/flights", ba2, 200, "", nil},
		{"another publisher's own body is appended", bert, "POST", "/flights", ba3, 200, "", []string{"BA3"}},
		{"another body", anna, "POST", "/flights", ba3, 422, "", nil},
		{"a body that differs in nothing but a space", anna, "POST", "/flights", ba2 + " ", 422, "", nil},
		{"a body that is no change", anna, "POST", "/flights", "<flights/>", 422, "", nil},
		{"another method and path is another key", anna, "DELETE", "/flights/BA9", "", 404, "", nil},
		{"a body that is too large is refused for that", anna, "POST", "/flights", strings.Repeat(" ", 1<<20+1), 413,
			"", nil},
	} {
		t.Run(c.reason, func(t *testing.T) {
			bubble(t, web.Options{Tokens: tokens(anna, bert, anna)}, func(s *site) {
				_, first := s.ask("POST", "/flights", ba2, "Authorization", "Bearer "+anna, "Idempotency-Key", "k")
				before := s.head()
				answer := s.do(c.method, c.path, c.body, "Authorization", "Bearer "+c.token, "Idempotency-Key", "k")
				text := strings.TrimSpace(s.text(answer))
				if got := answer.Header.Get("Idempotent-Replayed"); answer.StatusCode != c.status || got != c.replayed {
					t.Errorf("got %d %s, replayed %q; want %d, %q", answer.StatusCode, text, got, c.status, c.replayed)
				}
				switch {
				case c.status == http.StatusUnprocessableEntity && text != other:
					t.Errorf("the error is %s, want %s", text, other)
				case (text == first) != (c.replayed != ""):
					t.Errorf("the answer is %s, and the first was %s", text, first)
				}
				if appended := s.head() != before; appended != (c.status == http.StatusOK && c.replayed == "") {
					t.Errorf("appended: %t", appended)
				}
				if diff := cmp.Diff(append([]string{"BA2"}, c.numbers...), s.numbers()); diff != "" {
					t.Errorf("the board (-want +got):\n%s", diff)
				}
				_, again := s.ask("POST", "/flights", ba2, "Authorization", "Bearer "+anna, "Idempotency-Key", "k")
				if again != first {
					t.Errorf("afterwards the first is answered with %s, want %s", again, first)
				}
			})
		})
	}
}

// Whether the first is taken is not known while it is under way, so a second request waits for it, whatever its body
// is.
func TestAnotherBodyWithAKeyInProgressWaits(t *testing.T) {
	for _, c := range []struct {
		reason  string
		fail    int
		second  int
		numbers []string
	}{
		{"the first is taken", 0, 422, []string{"BA2"}},
		{"the first fails", 1, 200, []string{"BA3"}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			h := &hesitant{}
			bubble(t, web.Options{OpenDoor: true, Publish: h}, func(s *site) {
				h.Publisher, h.fail, h.hold = s.log, c.fail, make(chan struct{})
				post := func(number string) chan int {
					status := make(chan int, 1)
					go func() {
						r, _ := http.NewRequest("POST", "http://localhost/flights", strings.NewReader(`{"flight":"`+number+`"}`))
						r.Header.Set("Idempotency-Key", "k")
						answer, err := s.client.Do(r)
						if err != nil {
							status <- 0
							return
						}
						answer.Body.Close()
						status <- answer.StatusCode
					}()
					synctest.Wait()
					return status
				}
				first, second := post("BA2"), post("BA3")
				select {
				case status := <-second:
					t.Fatalf("the second is answered %d while the first is under way", status)
				default:
				}
				close(h.hold)
				<-first
				if status := <-second; status != c.second {
					t.Errorf("the second is answered %d, want %d", status, c.second)
				}
				if diff := cmp.Diff(c.numbers, s.numbers()); diff != "" {
					t.Errorf("the board (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestAnIdempotencyKeySeenBeforeAnswersAsBefore(t *testing.T) {
	bubble(t, web.Options{OpenDoor: true}, func(s *site) {
		body := `{"flight":"BA2"}`
		status, first := s.ask("POST", "/flights", body, "Idempotency-Key", "k1")
		if status != 200 {
			t.Fatalf("POST = %d %s", status, first)
		}
		logtest.Append(s.T, s.log, timetable.Change{Kind: timetable.KindRemove, Flight: timetable.Flight{Number: "BA2"}})
		before := s.head()
		answer := s.do("POST", "/flights", body, "Idempotency-Key", "k1")
		if again := strings.TrimSpace(s.text(answer)); answer.StatusCode != 200 || again != first ||
			answer.Header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("the same again = %d %s %v, want 200 %s", answer.StatusCode, again, answer.Header, first)
		}
		if at := s.head(); at != before {
			t.Errorf("the log went from %v to %v", before, at)
		}
		if status, text := s.ask("POST", "/flights", body, "Idempotency-Key", "k2"); status != 200 || text == first {
			t.Errorf("another key = %d %s, want 200 and a later position", status, text)
		}
		if status, _ := s.ask("POST", "/flights", body, "Idempotency-Key", strings.Repeat("k", 256)); status != 400 {
			t.Errorf("a key of 256 bytes = %d, want 400", status)
		}
	})
}

func TestARefusalIsNotRemembered(t *testing.T) {
	bubble(t, web.Options{OpenDoor: true}, func(s *site) {
		if status, _ := s.ask("POST", "/flights", `{"flihgt":"BA2"}`, "Idempotency-Key", "k"); status != 422 {
			t.Fatalf("POST = %d, want 422", status)
		}
		if status, text := s.ask("POST", "/flights", `{"flight":"BA2"}`, "Idempotency-Key", "k"); status != 200 {
			t.Errorf("the body put right = %d %s, want 200", status, text)
		}
	})
}

// A hesitant log blocks appends until hold is closed, and fails the first ones.
type hesitant struct {
	web.Publisher
	hold chan struct{}
	mu   sync.Mutex
	fail int

	began atomic.Int64 // appends
}

func (h *hesitant) Publish(ctx context.Context, reports ...timetable.Report) (
	[]timetable.Outcome, eventlog.Position, error,
) {
	h.began.Add(1)
	<-h.hold
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fail > 0 {
		h.fail--
		return nil, 0, errors.New("the disk is full")
	}
	return h.Publisher.Publish(ctx, reports...)
}

func TestOfTwoAtOnceWithTheSameKeyOneIsAppended(t *testing.T) {
	for _, fail := range []int{0, 1} {
		t.Run(fmt.Sprintf("with %d failures", fail), func(t *testing.T) {
			h := &hesitant{}
			bubble(t, web.Options{OpenDoor: true, Publish: h}, func(s *site) {
				// The channel is made in the bubble, or waiting for it would stop the clock.
				h.Publisher, h.fail, h.hold = s.log, fail, make(chan struct{})
				before := s.head()
				statuses := make(chan int, 3)
				for range 3 {
					go func() {
						r, _ := http.NewRequest("POST", "http://localhost/flights", strings.NewReader(`{"flight":"BA2"}`))
						r.Header.Set("Idempotency-Key", "k")
						answer, err := s.client.Do(r)
						if err != nil {
							statuses <- 0
							return
						}
						answer.Body.Close()
						statuses <- answer.StatusCode
					}()
				}
				synctest.Wait()
				close(h.hold)
				count := map[int]int{}
				for range 3 {
					count[<-statuses]++
				}
				want := map[int]int{200: 3 - fail}
				if fail > 0 {
					want[503] = fail
				}
				if diff := cmp.Diff(want, count); diff != "" {
					t.Errorf("answers (-want +got):\n%s", diff)
				}
				if n := s.head() - before; n != 1 {
					t.Errorf("%d changes were appended, want 1", n)
				}
			})
		})
	}
}

func TestABodyThatStopsDoesNotDelayItsSecondAttempt(t *testing.T) {
	bubble(t, web.Options{OpenDoor: true}, func(s *site) {
		c, err := s.network.Dial(s.browsing, "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, "POST /flights HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: k\r\nContent-Length: "+
			"16\r\n\r\n{\"flight\":")
		synctest.Wait()
		began := time.Now()
		if status, text := s.ask("POST", "/flights", `{"flight":"BA2"}`, "Idempotency-Key", "k"); status != 200 ||
			time.Since(began) > 0 {
			t.Errorf("the second attempt = %d %s after %v, want 200 at once", status, text, time.Since(began))
		}
		before := s.head()
		io.WriteString(c, `"BA2"}`) // it was only slow
		synctest.Wait()
		if at := s.head(); at != before {
			t.Errorf("the first attempt moved the log from %v to %v, want that it is answered as the second was", before, at)
		}
	})
}
