package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// The servers under test are this program again, each in a process of its own, named by this variable. They publish
// what comes on standard input, so that the cost of a publisher's HTTP request is not taken for the cost of broadcast.
// A shipped server has a publisher beside it, which takes the same commands and is named by the server's URL:
//
//	{"event":…,"data":{…}}    a change, as in POST /flights
//	(a blank line)            appends the changes since the last one
//	sync                      answers with the position of the log's head
//	allocations               answers with the number of allocations that the server has made
//	free                      lets the server collect garbage and return what is free to the system
//	memory                    lets it collect garbage, and answers with the bytes of its heap and the number of goroutines
//
// Their first line on standard output is the address where the server listens, the others are answers; an
// answer is "unknown" if the child cannot have it. They end with their input, so none outlives the generator.
const childVariable = "FLIGHTBOARD_LOADTEST_SERVER"

func childMain(kind string) {
	run := func(io.Reader, io.Writer) error { return fmt.Errorf("no server is called %q", kind) }
	name, tls := strings.CutSuffix(kind, "-tls")
	if open, ok := hosts[name]; ok {
		run = func(in io.Reader, out io.Writer) error { return serve(open, tls, in, out) }
	} else if kind == "limit" {
		run = serveLimit
	} else if isURL(kind) {
		run = publisher(kind).run
	} else if name, ok := strings.CutPrefix(kind, attackPrefix); ok {
		run = func(_ io.Reader, out io.Writer) error { return attackMain(name, os.Args[1:], out) }
	}
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "loadtest:", kind+":", err)
		os.Exit(1)
	}
}

// A board takes the changes that a child publishes.
type board interface {
	append(changes []timetable.Change) error
	head() (eventlog.Position, error)
}

// A commander carries out what comes on a child's standard input, line by line.
type commander struct {
	board   board
	remote  bool // the board is another process's
	answers io.Writer
	changes []timetable.Change
}

func (c *commander) line(line string) error {
	switch {
	case line == "":
		err := c.board.append(c.changes)
		c.changes = c.changes[:0]
		return err
	case line == "sync":
		at, err := c.board.head()
		if err == nil {
			_, err = fmt.Fprintln(c.answers, at)
		}
		return err
	case c.remote && (line == "allocations" || line == "free" || line == "memory"):
		_, err := fmt.Fprintln(c.answers, "unknown")
		return err
	case line == "allocations":
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		_, err := fmt.Fprintln(c.answers, m.Mallocs)
		return err
	case line == "memory":
		runtime.GC()
		runtime.GC() // what pools hold is freed by the second collection
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		_, err := fmt.Fprintln(c.answers, m.HeapAlloc, runtime.NumGoroutine())
		return err
	case line == "free":
		debug.FreeOSMemory()
		_, err := fmt.Fprintln(c.answers, "done")
		return err
	case strings.HasPrefix(line, "{"):
		c.changes = append(c.changes, timetable.Change{})
		return c.changes[len(c.changes)-1].DecodeLine(line)
	}
	return fmt.Errorf("unknown command %q", line)
}

// run ends with the input.
func (c *commander) run(commands io.Reader) error {
	lines := bufio.NewScanner(commands)
	for lines.Scan() {
		if err := c.line(lines.Text()); err != nil {
			return err
		}
	}
	return lines.Err()
}

// appendChange appends a change as a line that a child, or POST /flights, reads.
func appendChange(dst []byte, c *timetable.Change) []byte {
	dst = timetable.AppendEnvelope(append(dst, '{'), c.Kind.EventType(), c.AppendJSON(nil))
	return append(dst, "}\n"...)
}
