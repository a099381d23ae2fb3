package follow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"flightboard/server/web"
)

// get requests the origin's log after the event with this ID, or, without one, its window.
func (f *Follower) get(ctx context.Context, w *watchdog, lastEventID string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.Origin.JoinPath("log").String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "text/event-stream, text/plain") // an EventSource gets refusals with status 200
	request.Header.Set("Accept-Encoding", "identity")
	if lastEventID != "" {
		request.Header.Set("Last-Event-ID", lastEventID)
	}
	if f.Token != "" {
		request.Header.Set("Authorization", "Bearer "+f.Token)
	}
	answer, err := f.client.Do(request)
	if err != nil {
		return nil, err
	}
	if err = f.check(answer); err != nil {
		answer.Body.Close()
		return nil, err
	}
	answer.Body = &watched{answer.Body, w}
	return answer, nil
}

// check returns an error if the origin's log is not in the answer, or is this server's own.
func (f *Follower) check(answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return newStatusError(answer)
	}
	got := answer.Header.Get("Content-Type")
	if media, _, err := mime.ParseMediaType(got); err != nil || media != "text/event-stream" {
		return fmt.Errorf("GET /log: the answer is %.40q, not an event stream", got)
	}
	via := strings.Join(answer.Header.Values("Via"), ", ")
	if strings.Contains(via, f.id) {
		return errLoop
	}
	f.state.setVia(strings.TrimPrefix(via+", "+f.pseudonym(), ", "))
	return nil
}

var errLoop = errors.New("it follows this server")

// pseudonym returns the element for this server in a Via field (RFC 9110, 7.6.3).
func (f *Follower) pseudonym() string { return "1.1 " + f.id }

// A statusError is an answer with a status other than 200.
type statusError struct {
	status int
	to     string        // the address of a redirection, without its query
	after  time.Duration // Retry-After
}

func newStatusError(answer *http.Response) *statusError {
	seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
	e := &statusError{status: answer.StatusCode, after: time.Duration(min(max(seconds, 0), 60)) * time.Second}
	if to, err := answer.Location(); err == nil {
		e.to = (&url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path}).String()
	}
	return e
}

func (e *statusError) Error() string {
	text := fmt.Sprintf("GET /log: status %d %s", e.status, http.StatusText(e.status))
	switch {
	case e.to != "":
		text += ": it redirects to " + e.to
	case e.status == http.StatusUnauthorized:
		text += ": $FLIGHTBOARD_FOLLOW_TOKEN must have a token of its readers"
	case e.status == http.StatusNotFound:
		text += ": it is older than this server, or this is not the address of its page"
	}
	return text
}

const (
	// answerTime is after how long without an answer, or without another part of it, a request is given up.
	answerTime = 15 * time.Second

	// patience is after how many intervals without a heartbeat a connection is given up.
	patience = 2.5
)

var errSilent = errors.New("it sends nothing")

// A watchdog ends an attempt to follow when nothing has come for a time.
type watchdog struct {
	timer   *time.Timer
	silence time.Duration
}

// watched is the body of an answer that a watchdog observes.
type watched struct {
	io.ReadCloser
	watchdog *watchdog
}

func (b *watched) Read(to []byte) (int, error) {
	n, err := b.ReadCloser.Read(to)
	if n > 0 {
		b.watchdog.timer.Reset(b.watchdog.silence)
	}
	return n, err
}

// heartbeatOf returns the time after which the origin sends a heartbeat.
func heartbeatOf(answer *http.Response) time.Duration {
	seconds, _ := strconv.ParseFloat(answer.Header.Get(web.HeartbeatInterval), 64)
	if !(seconds > 0) {
		seconds = 0 // also for a text that is not a number
	}
	return time.Duration(min(cmp.Or(seconds, 15), 24*60*60) * float64(time.Second))
}
