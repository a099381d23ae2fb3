package web

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"flightboard/server/web/fanout"
)

// A Health is the state of a feed.
type Health struct {
	Feed     string    `json:"feed"`
	Last     time.Time `json:"last,omitzero"` // the time of its last report
	Accepted int64     `json:"accepted"`      // number of accepted changes
	Refused  int64     `json:"refused"`       // number of rejected changes and lines
	Idle     Idle      `json:"idle,omitzero"` // of the accepted ones, those that were not published
	Silent   bool      `json:"silent"`
	Over     bool      `json:"over,omitzero"`  // it has ended by itself
	Fault    string    `json:"fault,omitzero"` // why no more reports will come

	Source *SourceHealth `json:"source,omitzero"` // nil: the feed is not that of a public source
}

// A SourceHealth is the state of a public source that the server asks.
type SourceHealth struct {
	Answered time.Time `json:"answered,omitzero"`  // the time of its last good answer
	News     time.Time `json:"news,omitzero"`      // of what that has: the source's own time, or of its last change
	Next     time.Time `json:"next,omitzero"`      // when it is asked next
	Every    float64   `json:"every"`              // seconds between two answers, as long as there is no trouble
	Trouble  string    `json:"trouble,omitzero"`   // why there was no answer
	Rows     int       `json:"rows"`               // that the last good answer had
	Rejected int       `json:"rejected"`           // those of them that the board cannot take
	Reasons  []string  `json:"reasons,omitempty"`  // of the first of them
	Unmapped []string  `json:"unmapped,omitempty"` // words for states that the source's table lacks
	Quota    *int      `json:"quota,omitzero"`     // requests that are left; nil: any number
}

// Idle counts changes that were not published, by reason.
type Idle struct {
	Older    int `json:"older,omitzero"`    // than the board
	Repeated int `json:"repeated,omitzero"` // what the board shows
	Removed  int `json:"removed,omitzero"`  // about a flight that was removed, without news
}

// A Rejection is the number of a feed's rows that cannot be read: a table's present rows, or another feed's latest
// lines. They are missing on the board.
type Rejection struct {
	Feed    string   `json:"feed"`
	Rows    int      `json:"rows"`
	Reasons []string `json:"reasons,omitempty"` // the errors of the first of them
}

// ifVerbose answers GET /healthz, and GET /healthz?verbose by details.
func ifVerbose(details, plain http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("verbose") {
			details.ServeHTTP(w, r)
		} else {
			plain.ServeHTTP(w, r)
		}
	})
}

// verbose answers GET /healthz?verbose. The state of feeds does not alter the status of the answer, because a restart
// of the server, which a bad status may cause, does not help a feed.
func verbose(complaint func() error, feeds func(now time.Time) ([]Health, []Rejection)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := struct {
			Status   string      `json:"status"`
			Feeds    []Health    `json:"feeds"`
			Rejected []Rejection `json:"rejected,omitempty"`
		}{"ok", []Health{}, nil}
		if feeds != nil {
			body.Feeds, body.Rejected = feeds(time.Now())
		}
		status := http.StatusOK
		if err := complaint(); err != nil {
			body.Status, status = err.Error(), http.StatusServiceUnavailable
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(body) // fails only if the connection is broken
	})
}

// feeds returns a function that returns the state of the feeds, or nil if there are none.
func (o *Options) feeds() func(now time.Time) ([]Health, []Rejection) {
	if o.Feeds == nil {
		return nil
	}
	return func(now time.Time) (healths []Health, rejected []Rejection) {
		if o.Rejected != nil {
			rejected = o.Rejected(now)
		}
		return o.Feeds(now), rejected
	}
}

// health answers 200, or 503 with the error of complaint.
func health(complaint func() error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if err := complaint(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write([]byte("ok\n"))
	})
}

// complaints removes paths from errors that are public. It logs the whole error, once for each cause.
type complaints struct {
	logger *slog.Logger

	mu     sync.Mutex
	logged string // the cause; "": there is no error
}

// public returns a function that returns check's error without paths.
func (c *complaints) public(check func() error) func() error {
	return func() error {
		err := check()
		c.log(err)
		return withoutPaths(err)
	}
}

func (c *complaints) log(err error) {
	if errors.Is(err, fanout.ErrClosing) {
		return // a server that closes is not unhealthy
	}
	cause := ""
	if err != nil {
		cause = causeOf(err).Error()
	}
	c.mu.Lock()
	logged := c.logged
	c.logged = cause
	c.mu.Unlock()
	switch {
	case cause == logged:
	case err == nil:
		c.logger.Info("the server is healthy again")
	default:
		c.logger.Error("the server is not healthy", "error", err)
	}
}

// causeOf returns the innermost error. Unlike the errors that wrap it, its text does not count seconds.
func causeOf(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// withoutPaths returns an error with the text of err, in which file errors are replaced by their reasons.
func withoutPaths(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(stripPaths(err.Error(), err))
}

// stripPaths removes the paths of err, and of the errors that it wraps, from a text.
func stripPaths(text string, err error) string {
	switch wrong := err.(type) {
	case *fs.PathError:
		text = strings.ReplaceAll(text, wrong.Error(), wrong.Err.Error())
	case *os.LinkError:
		text = strings.ReplaceAll(text, wrong.Error(), wrong.Err.Error())
	}
	switch outer := err.(type) {
	case interface{ Unwrap() error }:
		if inner := outer.Unwrap(); inner != nil {
			text = stripPaths(text, inner)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range outer.Unwrap() {
			text = stripPaths(text, inner)
		}
	}
	return text
}
