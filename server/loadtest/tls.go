package main

import (
	"flag"
	"fmt"
	"io"
	"regexp"
	"time"
)

// tlsTables are the tables: what the viewers speak, and who ends TLS. Without TLS there is HTTP/1.1 only.
var tlsTables = []struct {
	name string
	rows []transport
}{
	{"HTTP/1.1", []transport{
		{"nginx + plain", "nginx", form{tls: true}},
		{"TLS", "ours-tls", form{tls: true}},
		{"plain", "ours", form{}}}},
	{"HTTP/2", []transport{
		{"nginx + plain", "nginx", form{tls: true, over: overHTTP2}},
		{"TLS", "ours-tls", form{tls: true, over: overHTTP2}}}},
	{"HTTP/2, 100 viewers a connection", []transport{
		{"nginx + plain", "nginx", form{tls: true, over: overHTTP2, streams: 100}},
		{"TLS", "ours-tls", form{tls: true, over: overHTTP2, streams: 100}}}},
}

// runTLS prints what viewers over TLS cost.
func runTLS(args []string, out io.Writer) error {
	p := plan{burst: 1, flights: defaultFlights}
	flags := flag.NewFlagSet("loadtest tls", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.IntVar(&p.viewers, "n", 10_000, "`viewers`; fewer, if not enough files may be open")
	flags.Float64Var(&p.rate, "rate", 1, "`changes` a second")
	flags.DurationVar(&p.length, "for", 10*time.Second, "publish for this `time`")
	flags.IntVar(&p.runs, "runs", 3, "`times` that each row is measured; medians are printed")
	flags.BoolVar(&p.json, "json", false, "print every run as a line of JSON")
	only := flags.String("only", "", "measure only the tables whose names match this `expression`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	wanted, err := regexp.Compile(*only)
	switch {
	case err != nil:
		return usageError{err}
	case p.viewers < 1 || p.rate <= 0 || p.runs < 1:
		return usageError{fmt.Errorf("-n, -rate and -runs have to be positive")}
	}
	// nginx needs two sockets for a viewer.
	if allowSockets(2*p.viewers) != nil {
		p.viewers = min(p.viewers, (openFiles()-256)/2/100*100)
	}
	if err := leaveFirstCore(); err != nil {
		return err
	}
	for _, table := range tlsTables {
		if !wanted.MatchString(table.name) {
			continue
		}
		r := newReport(fmt.Sprintf("%s: %d viewers, %v changes/s", table.name, p.viewers, p.rate))
		for range p.runs {
			for _, row := range table.rows {
				p.form = row.form
				figures, err := measureTLS(row.server, p)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", table.name, row.name, err)
				}
				r.add(row.name, figures)
			}
		}
		if !p.json {
			r.print(out)
		} else if err := r.printJSON(out); err != nil {
			return err
		}
	}
	return nil
}

// measureTLS measures a row once: all viewers come, get changes, are cut, and come again with session resumption.
func measureTLS(server string, p plan) ([]figure, error) {
	t, err := begin(server, p)
	if err != nil {
		return nil, err
	}
	defer t.end()
	tickets.on = false
	before := t.mark()
	if err := t.pool.connect(time.Minute); err != nil {
		return nil, err
	}
	came := t.mark().since(before)
	if err := t.play(atRate, min(2*time.Second, p.length)); err != nil {
		return nil, err
	}
	t.ledger.latency = latencies{}
	before = t.mark()
	if err := t.play(atRate, p.length); err != nil {
		return nil, err
	}
	d := t.mark().since(before)
	p99 := ms("p99 ms", t.ledger.latency.quantile(0.99))
	most := t.memory("before GC")
	t.target.command("free")
	memory := t.memory("KiB/viewer")
	t.pool.cut()
	time.Sleep(500 * time.Millisecond) // the server notices
	tickets.on = true
	before = t.mark()
	if err := t.pool.connect(time.Minute); err != nil {
		return nil, err
	}
	again := t.mark().since(before)
	viewers := float64(p.viewers)
	return figures(memory, most,
		figure{"CPU µs/delivery", d.cpu / d.deliveries, 2}, p99,
		figure{"CPU µs/new viewer", came.cpu / viewers, 0},
		figure{"new viewers/s", viewers / came.time.Seconds(), 0},
		figure{"µs resumed", again.cpu / viewers, 0},
		figure{"resumed/s", viewers / again.time.Seconds(), 0},
		figure{"bytes/delivery", d.bytes / d.deliveries, 0},
	), nil
}
