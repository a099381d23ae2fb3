package web_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/web"
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
			bubble(t, web.Options{Tokens: []string{anna, bert, anna}}, func(s *site) {
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
