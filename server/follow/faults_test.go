package follow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/web"
)

// An answerer answers the requests of a follower in place of an origin.
type answerer func(*http.Request) (*http.Response, error)

func (a answerer) RoundTrip(r *http.Request) (*http.Response, error) { return a(r) }

// answer returns an answer with headers, in pairs.
func answer(status int, body io.Reader, headers ...string) (*http.Response, error) {
	h := make(http.Header)
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(body), ContentLength: -1}, nil
}

func stream(body io.Reader) (*http.Response, error) {
	return answer(http.StatusOK, body, "Content-Type", "text/event-stream; charset=utf-8")
}

// never is a body of which nothing comes.
type never struct{ ctx context.Context }

func (n never) Read([]byte) (int, error) {
	<-n.ctx.Done()
	return 0, n.ctx.Err()
}

// followed runs a follower for a time, and returns it with its log.
func followed(t *testing.T, d time.Duration, o Options) (*Follower, *eventlog.Log) {
	t.Helper()
	log := eventlog.New(eventlog.Options{})
	if o.Origin == nil {
		o.Origin = &url.URL{Scheme: "https", Host: "board.example"}
	}
	o.Logger = slog.New(slog.DiscardHandler)
	f := New(log, o)
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	f.Run(ctx)
	return f, log
}

func trouble(f *Follower) string { return f.Health(time.Now())[0].Source.Trouble }

// What an origin answers instead of its log is the reason for which it is not followed, and names what to do.
func TestTheReasonSaysWhatToDo(t *testing.T) {
	for _, c := range []struct {
		reason string
		answer func() (*http.Response, error)
		want   string
	}{
		{"a reader's token is missing", func() (*http.Response, error) {
			return answer(http.StatusUnauthorized, strings.NewReader("no"))
		}, "status 401 Unauthorized: $FLIGHTBOARD_FOLLOW_TOKEN must have a token of its readers"},
		{"an older server has no such page", func() (*http.Response, error) {
			return answer(http.StatusNotFound, strings.NewReader("no"))
		}, "status 404 Not Found: it is older than this server, or this is not the address of its page"},
		{"a redirection is not followed, because it would not apply to posts", func() (*http.Response, error) {
			return answer(http.StatusFound, strings.NewReader("no"), "Location", "https://u:p@www.example/x/log?secret")
		}, "status 302 Found: it redirects to https://www.example/x/log"},
		{"a page", func() (*http.Response, error) {
			return answer(http.StatusOK, strings.NewReader("<html>"), "Content-Type", "text/html")
		}, `the answer is "text/html", not an event stream`},
		{"a window that is cut", func() (*http.Response, error) {
			return stream(strings.NewReader("event: flightSnapshot\nid: 7\ndata: []\n"))
		}, "the origin's window is empty"},
		{"a window that does not reach its board", func() (*http.Response, error) {
			return stream(strings.NewReader("event: flightSnapshot\nid: 7\ndata: []\n\n" +
				"event: flightRemoval\nid: 6\ndata: {\"flight\":\"LH1\"}\n\n"))
		}, "the window ends at 6, and the board is that at 7"},
	} {
		synctest.Test(t, func(t *testing.T) {
			asked := ""
			f, _ := followed(t, time.Minute, Options{Origin: &url.URL{Scheme: "https", Host: "board.example", Path: "/board/"},
				Transport: answerer(func(r *http.Request) (*http.Response, error) {
					asked = r.URL.String()
					a, err := c.answer()
					a.Request = r
					return a, err
				})})
			if got := trouble(f); !strings.Contains(got, c.want) || strings.Contains(got, "secret") {
				t.Errorf("%s: the reason is %q, want %q", c.reason, got, c.want)
			}
			if len(f.Silent(time.Now())) != 1 {
				t.Errorf("%s: viewers are not told", c.reason)
			}
			if want := "https://board.example/board/log"; asked != want {
				t.Errorf("asked %s, want %s", asked, want)
			}
		})
	}
}

// An origin that accepts connections and does not answer, or stops in the middle of its window, is given up.
func TestAnOriginThatHangsIsGivenUp(t *testing.T) {
	for what, hang := range map[string]answerer{
		"before the answer": func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"in its window": func(r *http.Request) (*http.Response, error) {
			return stream(io.MultiReader(strings.NewReader("event: flightSnapshot\nid: 7\n"), never{r.Context()}))
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			attempts := 0
			f, _ := followed(t, time.Minute, Options{Transport: answerer(func(r *http.Request) (*http.Response, error) {
				attempts++
				return hang(r)
			})})
			if attempts < 3 || trouble(f) != errSilent.Error() {
				t.Errorf("%s: %d attempts in a minute, the last for %q; want 3, for %q", what, attempts, trouble(f), errSilent)
			}
		})
	}
}

// A record that a newer origin has, and this version cannot read, is never passed over: the board would be wrong.
func TestAnUnknownRecordIsNotPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		f, log := followed(t, time.Minute, Options{Transport: answerer(func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("Last-Event-ID") == "" {
				return stream(strings.NewReader("event: flightSnapshot\nid: 7\ndata: []\n\n" +
					"event: flightRemoval\nid: 7\ndata: {\"flight\":\"LH1\"}\n\n"))
			}
			attempts++
			return stream(strings.NewReader("event: heartbeat\ndata: {}\n\nevent: flightSplit\nid: 8\ndata: {}\n\n" +
				"event: flightRemoval\nid: 9\ndata: {\"flight\":\"LH1\"}\n\n"))
		})})
		if got := log.Stats().Head; got != 7 || !strings.Contains(trouble(f), `unknown event "flightSplit"`) {
			t.Errorf("the log is at %d, and the reason is %q; want 7, and the event's type", got, trouble(f))
		}
		if attempts > 25 {
			t.Errorf("%d attempts in a minute", attempts)
		}
	})
}

// The end of a session has the ID of the record before it, and is not the end of the log.
func TestATokenThatIsTakenAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, log := followed(t, time.Minute, Options{Transport: answerer(func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("Last-Event-ID") == "" {
				return stream(strings.NewReader("event: flightSnapshot\nid: 7\ndata: []\n\n"))
			}
			return stream(strings.NewReader("event: closedConnection\ndata: {\"reason\":\"signInAgain\"}\n\n"))
		})})
		if got := log.Stats().Head; got != 7 || trouble(f) != errSignedOut.Error() {
			t.Errorf("the log is at %d, and the reason is %q", got, trouble(f))
		}
	})
}

// An origin that has no room refuses a follower with a status, and is asked again after Retry-After.
func TestAFullOriginIsNotFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		origin, left, _, _ := tree(t, web.Options{Viewers: 3})
		logtest.Append(t, origin.log, logtest.Addition(1))
		time.Sleep(time.Second)
		left.unplug(true)
		origin.unplug(true)
		time.Sleep(10 * time.Second)
		origin.unplug(false)
		for range 3 {
			viewer, err := origin.stream("")
			if err != nil {
				t.Fatal(err)
			}
			defer viewer.Close()
		}
		time.Sleep(time.Minute)
		if got := trouble(left.edge); !strings.Contains(got, "503") {
			t.Errorf("the reason is %q, want the status", got)
		}
	})
}

// As long as heartbeats come, a connection stays.
func TestAQuietOriginIsFollowedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		origin, _, _, _ := tree(t, web.Options{})
		connections := func() int {
			origin.mu.Lock()
			defer origin.mu.Unlock()
			return len(origin.conns)
		}
		time.Sleep(time.Second)
		before := connections()
		time.Sleep(10 * time.Minute)
		if after := connections(); after != before {
			t.Errorf("in ten quiet minutes the origin had %d new connections", after-before)
		}
	})
}

// A cut that is shorter than the grace is not reported, also if the origin had been quiet.
func TestABriefCutIsNotReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		origin, left, _, _ := tree(t, web.Options{})
		time.Sleep(time.Minute + 12*time.Second)
		origin.unplug(true)
		time.Sleep(grace - time.Second)
		if got := left.edge.Silent(time.Now()); len(got) != 0 {
			t.Errorf("after %v: %v", grace-time.Second, got)
		}
		time.Sleep(time.Second)
		if got := left.edge.Silent(time.Now()); len(got) != 1 {
			t.Errorf("after %v: %v, want the origin", grace, got)
		}
	})
}

// An edge that starts with the log of an earlier run, and without its origin, tells how old the board is.
func TestAnOldBoardHasItsAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		heard := time.Now().Add(-24 * time.Hour)
		f, _ := followed(t, grace+time.Second, Options{Heard: heard, Transport: answerer(
			func(r *http.Request) (*http.Response, error) { return nil, errors.New("no route to host") })})
		if got := f.Silent(time.Now()); len(got) != 1 || !got[0].Since.Equal(heard) {
			t.Errorf("silent: %v, want since %v", got, heard)
		}
	})
}

// Servers that follow themselves, or each other, never have the log of an origin: they say so, and refuse publishers.
func TestACircle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		self := &node{t: t, name: "self", dir: t.TempDir()}
		self.parent = self
		a, b := &node{t: t, name: "a", dir: t.TempDir()}, &node{t: t, name: "b", dir: t.TempDir()}
		a.parent, b.parent = b, a
		for _, n := range []*node{self, a, b} {
			n.start()
			t.Cleanup(n.end)
		}
		time.Sleep(time.Minute)
		for _, n := range []*node{self, a, b} {
			if len(n.edge.Silent(time.Now())) != 1 {
				t.Errorf("%s takes itself for its origin", n.name)
			}
			if status, text := post(t, n); status != http.StatusLoopDetected {
				t.Errorf("POST at %s: %d %s", n.name, status, text)
			}
			transport := n.transport()
			defer transport.CloseIdleConnections()
			log, err := (&http.Client{Transport: transport}).Get("http://" + n.name + "/log")
			if err != nil {
				t.Fatal(err)
			}
			log.Body.Close()
			if log.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("GET /log at %s: %s", n.name, log.Status)
			}
		}
	})
}

// A server whose origin's address comes to lead to itself, or to one that follows it, does not follow it.
func TestAnAddressThatComesToLeadBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		origin, left, _, leaf := tree(t, web.Options{})
		time.Sleep(time.Second)
		for _, to := range []*node{left, leaf} {
			left.mu.Lock()
			left.parent = to
			left.mu.Unlock()
			origin.disconnect()
			time.Sleep(2 * longestPause)
			if got := trouble(left.edge); got != errLoop.Error() {
				t.Errorf("when it leads to %s, the reason is %q", to.name, got)
			}
		}
		if status, text := post(t, left); status != http.StatusLoopDetected {
			t.Errorf("POST: %d %s", status, text)
		}
		left.mu.Lock()
		left.parent = origin
		left.mu.Unlock()
		time.Sleep(4 * longestPause) // the first attempt may get the connection of the post
		if got := trouble(left.edge); got != "" {
			t.Errorf("when it leads to the origin again: %q", got)
		}
	})
}

// post publishes at a node, without a token.
func post(t *testing.T, n *node) (status int, text string) {
	t.Helper()
	transport := n.transport()
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport}).Post("http://"+n.name+"/flights", "application/json",
		strings.NewReader(`{"flight":"LH400"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, fmt.Sprint(string(body), answer.Header["Retry-After"])
}

// A publisher at an edge whose origin does not answer is refused before its own connection is given up.
func TestAPublisherIsRefusedWhenTheOriginHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, left, _, _ := tree(t, web.Options{})
		time.Sleep(time.Second)
		left.mu.Lock()
		left.slow = time.Now().Add(10 * time.Minute)
		left.mu.Unlock()
		began := time.Now()
		status, text := post(t, left)
		if status != http.StatusServiceUnavailable || !strings.Contains(text, "[5]") {
			t.Errorf("after %v: %d %s; want 503 with Retry-After", time.Since(began), status, text)
		}
		time.Sleep(10 * time.Minute) // the reads that sleep end
	})
}
