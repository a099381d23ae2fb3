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

// A Health says how a feed is.
type Health struct {
	Feed     string    `json:"feed"`
	Last     time.Time `json:"last,omitzero"` // when it was last heard of
	Accepted int64     `json:"accepted"`      // changes
	Refused  int64     `json:"refused"`       // changes, or lines that are none
	Silent   bool      `json:"silent"`
	Over     bool      `json:"over,omitzero"`  // it has said so itself
	Fault    string    `json:"fault,omitzero"` // why it will not be heard of again
}

// verbose answers a request that asks for more than ok. A feed in trouble is no complaint against the server: whoever
// restarts servers that are ill would make it worse.
func verbose(complaint func() error, feeds func(now time.Time) []Health, plain http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("verbose") {
			plain.ServeHTTP(w, r)
			return
		}
		body := struct {
			Status string   `json:"status"`
			Feeds  []Health `json:"feeds"`
		}{"ok", []Health{}}
		if feeds != nil {
			body.Feeds = feeds(time.Now())
		}
		status := http.StatusOK
		if err := complaint(); err != nil {
			body.Status, status = err.Error(), http.StatusServiceUnavailable
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(body) // an error here is the connection's
	})
}

// health answers 200 while there is nothing to complain of.
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

// complaints keeps the paths in errors from strangers. The log gets the whole error, once for each cause.
type complaints struct {
	logger *slog.Logger

	mu     sync.Mutex
	logged string // the cause; "": there is nothing to complain of
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
		return // which is no trouble
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

// causeOf returns the innermost error. Its text stays the same while that of an error around it counts seconds.
func causeOf(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// withoutPaths returns an error with the text of another one, in which file errors are reduced to their reasons.
func withoutPaths(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(stripPaths(err.Error(), err))
}

// stripPaths takes the paths that err and the errors inside it name from a text.
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
