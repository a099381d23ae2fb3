package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/web"
)

// strangers make the bubble's clients come from the address in X-Forwarded-For: limits do not count for this machine.
var strangers = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// from is the header of a request from the nth stranger.
func from(n int) []string { return []string{"X-Forwarded-For", "192.0.2." + strconv.Itoa(n)} }

// Viewers beyond a limit can return: an EventSource, because its stream ends without an error status and tells when;
// everybody else, because of Retry-After.
func TestViewersBeyondTheLimitsCanReturn(t *testing.T) {
	for reason, o := range map[string]web.Options{"full": {Viewers: 1}, "full-address": {ViewersEach: 1}} {
		o.Proxies, o.AllowOrigin = strangers, []string{"https://a.example"}
		status := map[string]int{"full": 503, "full-address": 429}[reason]
		bubble(t, o, func(s *site) {
			first := s.watch("/events", from(1)...)
			first.event()
			for _, path := range []string{"/events", "/events?batch", "/sse", "/events?wait=1s"} {
				answer := s.do("GET", path, "", append(from(1), "Origin", "https://a.example")...)
				later, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
				if answer.StatusCode != status || later < 5 || answer.Header.Get("Content-Type") != "text/plain; charset=utf-8" ||
					!strings.Contains(answer.Header.Get("Access-Control-Expose-Headers"), "Retry-After") {
					t.Errorf("GET %s is %s with %v, want %d and a time to come back", path, answer.Status, answer.Header, status)
				}
				answer = s.do("GET", path, "", append(from(1), "Accept", "text/event-stream", "Accept-Encoding", "gzip")...)
				if strings.Contains(path, "wait") {
					if answer.StatusCode != status {
						t.Errorf("a poll is %s, want %d", answer.Status, status)
					}
					continue
				}
				checkRefusal(s, answer, status, reason)
			}
			s.append(1)
			first.want("flightAddition", `{"flight":"LH1","origin":"Frankfurt","arrival":"00:01"}`)
			first.answer.Body.Close()
			synctest.Wait()
			s.watch("/events", append(from(1), "Accept", "text/event-stream")...).want("flightSnapshot",
				"["+`{"flight":"LH1","origin":"Frankfurt","arrival":"00:01"}`+"]")
			s.wantMetrics("afterwards", `flightboard_refusals_total{who="viewer",reason="`+reason+`"} 8`)
			if lines := s.logs.String(); !strings.Contains(lines, `msg="viewers were refused" `+reason+"=1 last=192.0.2.1:0") {
				t.Errorf("the log lacks the refusal: %s", lines)
			}
		})
	}
}

// checkRefusal checks a stream that only refuses.
func checkRefusal(s *site, answer *http.Response, status int, reason string) {
	s.Helper()
	text := s.text(answer)
	retry, rest, _ := strings.Cut(text, "\n")
	data, found := strings.CutPrefix(rest, "event: refusal\ndata: ")
	var told struct {
		Status, Wait  int
		Reason, Error string
	}
	if err := json.Unmarshal([]byte(strings.TrimSuffix(data, "\n\n")), &told); err != nil || !found ||
		answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		s.Fatalf("%s to an EventSource is %s %v %q, want a stream with a refusal", answer.Request.URL, answer.Status,
			err, text)
	}
	if told.Status != status || told.Reason != reason || told.Error == "" || told.Wait < 1 ||
		retry != "retry: "+strconv.Itoa(told.Wait)+"000" {
		s.Errorf("%s: the refusal is %q, want %d because of %s", answer.Request.URL, text, status, reason)
	}
}

func TestAnEventSourceThatComesInADrainReturnsLater(t *testing.T) {
	bubble(t, web.Options{}, func(s *site) {
		s.watch("/events").event()
		go s.handler.Drain(s.browsing, time.Minute)
		synctest.Wait()
		checkRefusal(s, s.do("GET", "/events", "", "Accept", "text/event-stream"), 503, "closing")
	})
}

func TestRequestsThatComeTooFastAreRefused(t *testing.T) {
	o := web.Options{Limits: web.Limits{Requests: 2}, Proxies: strangers, Page: files(), OpenDoor: true,
		AllowOrigin: []string{"*"}, Tokens: tokens("0123456789abcdef")}
	bubble(t, o, func(s *site) {
		paths := []string{"/", "/boot.js", "/healthz", "/readyz", "/gone", "/healthz?verbose"}
		for n := range 20 { // ten seconds' worth
			if answer := s.do("GET", paths[n%len(paths)], "", from(1)...); answer.StatusCode == 429 {
				t.Fatalf("request %d is refused", n)
			}
		}
		for _, path := range append(paths, "/flights", "/events", "/events?wait=1s", "/sse") {
			answer, later := s.do("GET", path, "", from(1)...), "1"
			if path == "/flights" { // counts as ten requests
				later = "5"
			}
			if answer.StatusCode != 429 || answer.Header.Get("Retry-After") != later {
				t.Errorf("GET %s is %s, Retry-After %q, want 429 and %s", path, answer.Status,
					answer.Header.Get("Retry-After"), later)
			}
		}
		for _, path := range []string{"/events", "/sse"} {
			answer := s.do("GET", path, "", append(from(1), "Accept", "text/event-stream")...)
			if answer.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s: a page of another origin cannot read the refusal: %v", path, answer.Header)
			}
			checkRefusal(s, answer, 429, "requests")
		}
		publish := func(token string) int {
			answer := s.do("POST", "/flights", `{"flight":"LH1"}`, append(from(1), "Authorization", "Bearer "+token)...)
			return answer.StatusCode
		}
		if got := publish("wrong-wrong-wrong"); got != 429 {
			t.Errorf("a publisher with a wrong token gets %d, want 429", got)
		}
		if got := publish("0123456789abcdef"); got != 200 {
			t.Errorf("a publisher with a token gets %d, want 200", got)
		}
		if got := s.do("GET", "/flights", "", from(2)...); got.StatusCode != 200 {
			t.Errorf("another client gets %s", got.Status)
		}
		for range 50 {
			if got := s.do("GET", "/readyz", ""); got.StatusCode != 200 {
				t.Fatalf("this machine gets %s", got.Status)
			}
		}
		time.Sleep(time.Second)
		for n, want := range []int{200, 200, 429} {
			if got := s.do("GET", "/readyz", "", from(1)...); got.StatusCode != want {
				t.Errorf("a second later request %d is %s, want %d", n, got.Status, want)
			}
		}
		s.wantMetrics("afterwards", `flightboard_refusals_total{who="client",reason="requests"} 14`)
	})
}

// A body that no handler reads would otherwise hold its connection for ever: net/http reads it before it answers.
func TestABodyThatNoHandlerReadsHasATime(t *testing.T) {
	bubble(t, web.Options{Page: files(), Limits: web.Limits{BodyTime: 20 * time.Second}}, func(s *site) {
		for _, path := range []string{"/", "/flights", "/healthz", "/readyz", "/gone", "/events?wait=1s", "/sse?count=1"} {
			began := time.Now()
			c, err := s.network.Dial(context.Background(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			go func() { // it reads what comes, and sends no more
				c.Write([]byte("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"))
			}()
			for buffer := make([]byte, 4<<10); err == nil; {
				_, err = c.Read(buffer)
			}
			if after := time.Since(began); after > 25*time.Second {
				t.Errorf("GET %s with an endless body is cut after %v, want 20s", path, after)
			}
			c.Close()
		}
	})
}
