package web

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"

	"flightboard/server/web/fanout"
)

func TestHealthContainsNoPath(t *testing.T) {
	write := &fs.PathError{Op: "write", Path: "/var/lib/flights/00001.log", Err: syscall.ENOSPC}
	rename := &os.LinkError{Op: "rename", Old: "/var/lib/flights/a.new", New: "/var/lib/flights/a", Err: syscall.EACCES}
	for _, c := range []struct {
		reason string
		err    error
		want   string
	}{
		{"a file's error", write, "no space left on device"},
		{"with what was tried", fmt.Errorf("eventlog: cannot write: %w", write),
			"eventlog: cannot write: no space left on device"},
		{"of two files", fmt.Errorf("eventlog: %w", rename), "eventlog: permission denied"},
		{"several", fmt.Errorf("eventlog: %w", errors.Join(write, rename)),
			"eventlog: no space left on device\npermission denied"},
		{"two in one text", fmt.Errorf("%w, then %w", write, rename), "no space left on device, then permission denied"},
		{"no file's", errors.New("eventlog: closed"), "eventlog: closed"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			var said strings.Builder
			known := &complaints{logger: slog.New(slog.NewTextHandler(&said, nil))}
			complaint := known.public(func() error { return c.err })
			for _, path := range []string{"/healthz", "/healthz?verbose"} {
				answer := httptest.NewRecorder()
				ifVerbose(verbose(complaint, nil), health(complaint)).ServeHTTP(answer, httptest.NewRequest("GET", path, nil))
				text := strings.ReplaceAll(answer.Body.String(), `\n`, "\n")
				shown := strings.Contains(text, c.want) && !strings.Contains(text, "/var")
				if answer.Code != http.StatusServiceUnavailable || !shown {
					t.Errorf("GET %s = %d %q, want 503 %q", path, answer.Code, text, c.want)
				}
			}
			lines, begins := strings.Count(said.String(), "\n"), fmt.Sprintf("%.15s", c.err.Error())
			if lines != 1 || !strings.Contains(said.String(), begins) {
				t.Errorf("the log says %q, want the whole error once", said.String())
			}
		})
	}
}

func TestTheLogHasEachCauseOnce(t *testing.T) {
	var said strings.Builder
	var err error
	known := &complaints{logger: slog.New(slog.NewTextHandler(&said, nil))}
	healthy := known.public(func() error { return err })
	ready := known.public(func() error { return err })
	hangs := errors.New("eventlog: the disk has not answered")
	for _, c := range []struct {
		reason string
		err    error
		want   string
	}{
		{"nothing to complain of", nil, ""},
		{"it begins", fmt.Errorf("%w for 5 s", hangs),
			`level=ERROR msg="the server is not healthy" error="eventlog: the disk has not answered for 5 s"`},
		{"it goes on", fmt.Errorf("%w for 6 s", hangs), ""},
		{"a drain is no trouble", fanout.ErrClosing, ""},
		{"and it still goes on", fmt.Errorf("%w for 7 s", hangs), ""},
		{"something else", &fs.PathError{Op: "write", Path: "/a", Err: syscall.ENOSPC},
			`error="write /a: no space left on device"`},
		{"it is over", nil, `level=INFO msg="the server is healthy again"`},
	} {
		said.Reset()
		err = c.err
		healthy()
		ready()
		if got := said.String(); !strings.Contains(got, c.want) || strings.Count(got, "\n") != min(1, len(c.want)) {
			t.Errorf("%s: the log says %q, want %q", c.reason, got, c.want)
		}
	}
}
