package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"regexp"
	"time"
)

// A transport is a row of the table: a server, and what its viewers speak.
type transport struct {
	name   string
	server string
	form   form
}

// transports are compared. All of them bring the same text.
var transports = []transport{
	{"SSE, HTTP/1.1", "ours", form{}},
	{"SSE, HTTP/1.1, gzip", "ours", form{gzip: true}},
	{"SSE, HTTP/1.1, a goroutine each", "handlers", form{}},
	{"SSE, HTTP/2", "ours", form{over: overHTTP2}},
	{"SSE, HTTP/2, gzip", "ours", form{over: overHTTP2, gzip: true}},
	{"WebSocket", "sockets", form{over: overWebSocket}},
	{"WebSocket, deflate, no window", "sockets", form{over: overWebSocket, gzip: true}},
	{"WebSocket, deflate, a window each", "sockets-each", form{over: overWebSocket, gzip: true}},
	{"WebSocket, deflate, our window", "sockets-window", form{over: overWebSocket, gzip: true}},
	{"long-poll", "ours", form{over: overPolls}},
	{"long-poll, gzip", "ours", form{over: overPolls, gzip: true}},
}

// warmUpChanges are published before CPU time is measured.
const warmUpChanges = 5

// mostWindows is the most viewers that a server with a compressor for each of them gets: each takes a megabyte.
const mostWindows = 1000

// runTransports prints the table of transports.
func runTransports(args []string, out io.Writer) error {
	p := plan{burst: 1}
	var roundTrip time.Duration
	var changes int
	flags := flag.NewFlagSet("loadtest transports", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.IntVar(&p.viewers, "n", 1000, "`viewers`")
	flags.Float64Var(&p.rate, "rate", 20, "`changes` a second")
	flags.DurationVar(&p.length, "for", 5*time.Second, "publish for this `time` to measure CPU time")
	flags.IntVar(&p.runs, "runs", 3, "`times` that each transport is measured; medians are printed")
	flags.DurationVar(&roundTrip, "rtt", 40*time.Millisecond, "the `time` of a round trip, for the waits of one reader")
	flags.IntVar(&changes, "changes", 0, "count the bytes of so many `changes`; 0: of the whole day")
	only := flags.String("only", "", "measure only the transports whose names match this `expression`")
	flags.BoolVar(&p.json, "json", false, "print every run as a line of JSON")
	nginx := flags.Bool("nginx", false, "print only what passes nginx with its defaults, which has to be installed")
	if err := flags.Parse(args); err != nil {
		return err
	}
	wanted, err := regexp.Compile(*only)
	if err != nil {
		return usageError{err}
	}
	d, err := recordedDay()
	if err != nil {
		return err
	}
	p.sequence = d
	if *nginx {
		return runNginx(p, out)
	}
	if changes == 0 {
		changes = len(d.changes)
	}
	needed := p.rate*p.length.Seconds() + warmUpChanges + 1
	if needed > float64(len(d.changes)) || changes > len(d.changes) {
		return usageError{fmt.Errorf("the day has %d changes: -rate, -for or -changes is too much", len(d.changes))}
	}
	if p.viewers < 1 || p.rate <= 0 || p.runs < 1 {
		return usageError{fmt.Errorf("-n, -rate and -runs have to be positive")}
	}
	if err := allowSockets(p.viewers); err != nil {
		return err
	}
	if err := leaveFirstCore(); err != nil {
		return err
	}
	r := newReport(fmt.Sprintf("%d viewers, %v changes/s, round trip %v", p.viewers, p.rate, roundTrip))
	for run := range p.runs {
		for _, c := range transports {
			if !wanted.MatchString(c.name) {
				continue
			}
			figures, err := c.measure(p, run == 0, changes, roundTrip)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			r.add(c.name, figures)
		}
	}
	if p.json {
		return r.printJSON(out)
	}
	r.print(out)
	fmt.Fprintln(out, describeClients())
	return nil
}

// measure measures a transport once. What the machine's other work does not change is measured in the first run only.
func (c transport) measure(p plan, first bool, changes int, roundTrip time.Duration) (all []figure, err error) {
	p.form = c.form
	if c.server == "sockets-each" {
		p.viewers = min(p.viewers, mostWindows)
	}
	if first {
		if all, err = c.bytes(p, changes); err != nil {
			return nil, err
		}
		lines, err := c.lines()
		if err != nil {
			return nil, err
		}
		all = append(all, lines...)
	}
	load, err := c.load(p)
	if err != nil {
		return nil, err
	}
	all = append(all, load...)
	waits, err := c.waits(roundTrip)
	return append(all, waits...), err
}

// bytes counts what one viewer gets and sends for a change, without the start.
func (c transport) bytes(p plan, changes int) ([]figure, error) {
	p.viewers = 5
	t, err := begin(c.server, p)
	if err != nil {
		return nil, err
	}
	defer t.end()
	if err := t.connect(); err != nil {
		return nil, err
	}
	before := t.ledger.tally
	if err := t.play(whole(changes, 0), 5*time.Minute); err != nil {
		return nil, err
	}
	now := t.ledger.tally
	deliveries := float64(now.Deliveries - before.Deliveries)
	return figures(
		figure{"bytes/change", float64(now.Bytes-before.Bytes) / deliveries, 1},
		figure{"sent", float64(now.Sent-before.Sent) / deliveries, 1},
	), nil
}

// load measures what many viewers cost, and how long they need after a cut.
func (c transport) load(p plan) ([]figure, error) {
	t, err := begin(c.server, p)
	if err != nil {
		return nil, err
	}
	defer t.end()
	if err := t.connect(); err != nil {
		return nil, err
	}
	distance := time.Duration(float64(time.Second) / p.rate)
	if err := t.play(whole(warmUpChanges, distance), p.length); err != nil {
		return nil, err
	}
	t.ledger.latency = latencies{}
	before := t.mark()
	changes := int(p.rate * p.length.Seconds())
	if err := t.play(whole(warmUpChanges+changes, distance), 10*p.length); err != nil {
		return nil, err
	}
	d := t.mark().since(before)
	p50 := ms("p50 ms", t.ledger.latency.quantile(0.5))
	t.target.command("free")
	memory := t.memory("KiB/viewer")
	t.pool.cut()
	time.Sleep(300 * time.Millisecond) // the server notices
	if err := t.burst(1, time.Now()); err != nil {
		return nil, err
	}
	if _, err := t.target.head(); err != nil {
		return nil, err
	}
	began := time.Now()
	if err := t.pool.connect(time.Minute); err != nil {
		return nil, err
	}
	fresh := func(time.Time) (time.Duration, bool) { return time.Second, t.ledger.complete == t.ledger.published() }
	if err := t.pool.watch(fresh, patience); err != nil {
		return nil, err
	}
	return figures(
		figure{"CPU µs/delivery", d.cpu / d.deliveries, 2},
		p50,
		memory,
		figure{"ms/viewer all fresh", time.Since(began).Seconds() * 1000 / float64(p.viewers), 3},
	), nil
}

// waits are those of one reader far away.
func (c transport) waits(roundTrip time.Duration) ([]figure, error) {
	if c.server == "sockets-window" {
		return nil, nil // those of the other WebSockets: the library of the reader cannot decompress it
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	var dialer net.Dialer
	w, err := measureWaits(c, listener, &lag{roundTrip: roundTrip,
		dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, listener.Addr().String())
		}})
	if err != nil {
		return nil, err
	}
	whole := func(name string, d time.Duration) figure {
		return figure{name, float64(d) / float64(time.Millisecond), 0}
	}
	return figures(whole("ms first row", w.first), whole("after the page", w.page), whole("ms cut to fresh", w.fresh)), nil
}

// whole publishes one burst after the other until so many updates are published: at the given distance, and each when
// all viewers have the one before. So each burst is a tick, and neither the bytes nor the number of writes depend on
// what else the machine does.
func whole(updates int, distance time.Duration) pace {
	return func(t *trial, _ time.Time) func(time.Time) (time.Duration, bool, error) {
		next := time.Now()
		return func(now time.Time) (time.Duration, bool, error) {
			left := updates - t.ledger.published()
			wait := next.Sub(now)
			if left > 0 && wait <= 0 && t.ledger.complete == t.ledger.published() {
				next = now.Add(distance)
				return 0, false, t.burst(min(t.plan.burst, left), now)
			}
			return max(wait, time.Millisecond), left <= 0, nil
		}
	}
}
