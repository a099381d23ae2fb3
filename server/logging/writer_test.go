package logging_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/logging"
)

// reader reads the lines of a Writer, while a test allows it.
type reader struct {
	bytes.Buffer
	blocked chan struct{} // closed when it reads; nil: it reads
	err     error
}

func (r *reader) Write(b []byte) (int, error) {
	if r.blocked != nil {
		<-r.blocked
	}
	if r.err != nil {
		return 0, r.err
	}
	return r.Buffer.Write(b)
}

var noticed = regexp.MustCompile(
	`time=\S+ level=WARN msg="lines of this log were dropped: they could not be written" lines=(\d+) since=(\S+)\n`)

func TestAReaderThatDoesNotReadBlocksNoWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &reader{blocked: make(chan struct{})}
		w := logging.NewWriter(to)
		logger := slog.New(slog.NewTextHandler(w, nil))
		const lines = 100_000
		logger.Info("line", "number", 0)
		synctest.Wait() // its goroutine is writing it
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := 1; i < lines; i++ {
			if i == lines/2 {
				time.Sleep(time.Minute)
			}
			logger.Info("line", "number", i)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		grown := int64(after.HeapAlloc) - int64(before.HeapAlloc)
		if grown > 2<<20 {
			t.Errorf("%d lines that nobody reads take %d bytes, want at most 2 MiB", lines, grown)
		}
		close(to.blocked)
		synctest.Wait()
		logger.Info("and on it goes")
		w.Close(time.Second)

		text := to.String()
		told := noticed.FindStringSubmatchIndex(text)
		if told == nil {
			t.Fatalf("nothing tells that lines are missing; the log ends %q", text[len(text)-200:])
		}
		passed := strings.Count(text[:told[0]], "msg=line number=")
		if want := fmt.Sprint(lines - passed); text[told[2]:told[3]] != want || passed < 1000 {
			t.Errorf("the log tells of %s lines, want %s; %d were passed on", text[told[2]:told[3]], want, passed)
		}
		if since := text[told[4]:told[5]]; !strings.HasPrefix(since, "2000-01-01T00:00:00") {
			t.Errorf("lines are missing since %s, want since the first one", since)
		}
		for i, line := range strings.SplitAfter(text[:told[0]], "\n")[:passed] {
			if !strings.HasSuffix(line, fmt.Sprintf("msg=line number=%d\n", i)) {
				t.Fatalf("line %d is %q, want the first ones in order", i, line)
			}
		}
		if rest := text[told[1]:]; !strings.HasSuffix(rest, "msg=\"and on it goes\"\n") || strings.Count(rest, "\n") != 1 {
			t.Errorf("after the gap comes %q, want the next line alone", rest)
		}
	})
}

func TestAFailedWriteIsLoggedAfterTheNextSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &reader{err: errors.New("no space left on device")}
		w := logging.NewWriter(to)
		for i := range 3 {
			fmt.Fprintf(w, "line %d\nand its second\n", i)
			synctest.Wait()
			time.Sleep(time.Second)
		}
		to.err = nil
		fmt.Fprintln(w, "written")
		w.Close(time.Second)
		told := noticed.FindStringSubmatch(to.String())
		if told == nil || told[1] != "6" || !strings.HasPrefix(told[2], "2000-01-01T00:00:00") {
			t.Errorf("the log is %q, want that 6 lines are missing since the first second", to.String())
		}
		if strings.Contains(to.String(), "line 0") || !strings.Contains(to.String(), "written\n") {
			t.Errorf("the log is %q, want the last line alone beside that", to.String())
		}
	})
}

func TestCloseWaitsForTheReaderButNotForEver(t *testing.T) {
	const never = -1
	for _, c := range []struct {
		reason string
		reads  time.Duration // when the reader begins to read
		takes  time.Duration
		want   string
	}{
		{"who reads gets all", 0, 0, "last\n"},
		{"who reads late gets all", time.Second, time.Second, "last\n"},
		{"who does not read holds up nobody", never, 2 * time.Second, ""},
	} {
		t.Run(c.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				to := &reader{blocked: make(chan struct{})}
				if c.reads != never {
					time.AfterFunc(c.reads, func() { close(to.blocked) })
				}
				w := logging.NewWriter(to)
				fmt.Fprintln(w, "last")
				began := time.Now()
				w.Close(2 * time.Second)
				if took := time.Since(began); took != c.takes || to.String() != c.want {
					t.Errorf("after %v Close leaves %q, want %q after %v", took, to.String(), c.want, c.takes)
				}
				fmt.Fprintln(w, "too late")
				if c.reads == never {
					close(to.blocked) // its goroutine could not end otherwise
				}
			})
		})
	}
}
