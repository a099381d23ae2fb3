package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"flightboard/server/eventlog"
)

// runStart prints how long command server takes until it listens: without a log on disk, and with one whose window is
// full. All cores are the server's.
func runStart(args []string, out io.Writer) error {
	p := plan{}
	flags := flag.NewFlagSet("loadtest start", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.IntVar(&p.flights, "flights", 2000, "`flights` on the board")
	flags.IntVar(&p.runs, "runs", 5, "`times` that each start is measured; medians are printed")
	flags.StringVar(&p.binary, "binary", "", "start this `file`; default: the server, built with go build")
	history := flags.Int("history", 64, "`MiB` of history on disk")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if p.flights < 1 || p.flights > maxFlights || p.runs < 1 || *history < 1 {
		return usageError{fmt.Errorf("-flights has to be 1 to %d, -runs and -history positive", maxFlights)}
	}
	t := &target{allCores: true}
	defer t.stop()
	if err := t.findBinary(p); err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "loadtest")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	full := filepath.Join(temp, "full")
	if err := writeHistory(full, script{flights: p.flights}, *history<<20); err != nil {
		return err
	}
	limits := []string{"-flights", strconv.Itoa(p.flights), "-history", strconv.Itoa(*history << 20)}
	r := newReport(fmt.Sprintf("start: %d flights", p.flights))
	for range p.runs {
		for _, c := range []struct {
			name string
			args []string
		}{
			{"no log", nil},
			{"an empty log", []string{"-log", filepath.Join(temp, "empty")}},
			{fmt.Sprintf("%d MiB of history", *history), []string{"-log", full}},
		} {
			figures, err := t.timeStart(append(limits, c.args...))
			if err != nil {
				return err
			}
			r.add(c.name, figures)
		}
	}
	r.print(out)
	return nil
}

// timeStart starts the server, and ends it when it listens.
func (t *target) timeStart(args []string) ([]figure, error) {
	began := time.Now()
	_, pid, err := t.startServer(false, append([]string{"-feed", "none"}, args...)...)
	if err != nil {
		return nil, err
	}
	listens := time.Since(began)
	cpu, known := cpuTime(pid)
	resident, _ := residentBytes(pid)
	t.endServers()
	return figures(
		ms("ms until it listens", listens),
		figure{"CPU ms", measured(float64(cpu)/1e6, known), 1},
		figure{"MiB", measured(float64(resident)/(1<<20), known), 1},
	), nil
}

// writeHistory makes a log whose window is full of updates that were appended one by one, each in a frame of its own.
// The newest segment, of which a start applies each record, is nearly full as well.
func writeHistory(dir string, s script, window int) error {
	log, _, err := eventlog.Open(dir, eventlog.Sync(time.Minute), eventlog.Options{History: window, Flights: -1})
	if err != nil {
		return err
	}
	board := logBoard{log}
	err = board.append(s.seed())
	for n, written := 0, 0; err == nil && written < window*19/16; n++ {
		c := s.update(n)
		var at eventlog.Position
		at, err = log.Append(context.Background(), c)
		written += len("event: \nid: \ndata: \n\n") + len(c.Kind.EventType()) + len(at.String()) + len(c.AppendJSON(nil))
	}
	if closed := log.Close(); err == nil {
		err = closed
	}
	return err
}
