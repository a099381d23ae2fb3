// Command loadtest measures how the server broadcasts: its speed, its cost, and whether every viewer gets every
// event.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

func main() {
	if kind := os.Getenv(childVariable); kind != "" {
		childMain(kind)
		return
	}
	err := run(os.Args[1:], os.Stdout)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return
	case errors.As(err, new(usageError)):
		fmt.Fprintln(os.Stderr, "loadtest:", err)
		os.Exit(2)
	}
	fmt.Fprintln(os.Stderr, "loadtest:", err)
	os.Exit(1)
}

// usageError is a mistake on the command line.
type usageError struct{ error }

// A plan is what a run does. Modes use of it what they need.
type plan struct {
	viewers  int
	rate     float64 // events a second
	burst    int     // events that are published at once
	length   time.Duration
	flights  int      // on the board
	sequence sequence // what is published; nil: the script of so many flights
	stale    float64  // the share of viewers who return with an ID that is too old
	form     form

	servers   string
	binary    string // of the shipped server; "": it is built
	logUnread bool   // the shipped server's log is not read
	attacked  bool   // its limits are the defaults
	pid       int
	runs      int
	json      bool
}

func (p plan) label() string { return fmt.Sprintf("%d viewers", p.viewers) }

func run(args []string, out io.Writer) error {
	name := ""
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	switch name {
	case "summary":
		return runSummary(args, out)
	case "attack":
		return runAttack(args, out)
	case "transports":
		return runTransports(args, out)
	case "tls":
		return runTLS(args, out)
	case "start":
		return runStart(args, out)
	}
	i := slices.IndexFunc(modes, func(m mode) bool { return m.name == name })
	if i < 0 {
		return usage(out, name)
	}
	m := modes[i]
	p, err := m.parse(args, out)
	if err != nil {
		return err
	}
	most := 0
	for _, c := range m.contenders(p) {
		most = max(most, c.plan.viewers)
	}
	if err := errors.Join(allowSockets(most), leaveFirstCore()); err != nil {
		return err
	}
	report, err := m.compare(p)
	if err != nil {
		return err
	}
	if p.json {
		return report.printJSON(out)
	}
	report.print(out)
	return nil
}

func runSummary(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("loadtest summary", flag.ContinueOnError)
	flags.SetOutput(out)
	server := flags.String("server", "ours", "the `server` that is compared with the limit: ours or shipped")
	runs := flags.Int("runs", 3, "`times` that each server is measured")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := leaveFirstCore(); err != nil {
		return err
	}
	return summary(out, *server, *runs)
}

func usage(out io.Writer, name string) error {
	if !slices.Contains([]string{"", "help", "-h", "-help", "--help"}, name) {
		return usageError{fmt.Errorf("unknown mode %q; see -h", name)}
	}
	fmt.Fprintln(out, "usage: loadtest MODE [flags]; loadtest MODE -h lists the flags")
	for _, m := range modes {
		fmt.Fprintf(out, "  %-10s%s\n", m.name, m.about)
	}
	fmt.Fprintf(out, "  %-10s%s\n", "summary", "every figure that has a goal, in two to three minutes")
	fmt.Fprintf(out, "  %-10s%s\n", "attack",
		"latency for the other viewers while the server is attacked, in three minutes")
	fmt.Fprintf(out, "  %-10s%s\n", "transports", "Server-Sent Events beside WebSockets and long-poll, in four minutes")
	fmt.Fprintf(out, "  %-10s%s\n", "tls", "viewers over TLS, beside nginx that ends TLS, in ten minutes")
	fmt.Fprintf(out, "  %-10s%s\n", "start", "how long the server takes until it listens, with 64 MiB of history on disk")
	return flag.ErrHelp
}

const defaultFlights = 100

func (m mode) parse(args []string, out io.Writer) (plan, error) {
	p := m.plan
	if p.flights == 0 {
		p.flights = defaultFlights
	}
	if p.runs == 0 {
		p.runs = 3
	}
	switch {
	case p.servers != "":
	case m.variants != nil:
		p.servers = "ours"
	default:
		p.servers = "limit,ours"
	}
	flags := flag.NewFlagSet("loadtest "+m.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.IntVar(&p.viewers, "n", p.viewers, "`viewers` of each server")
	flags.Float64Var(&p.rate, "rate", p.rate, "`events` a second")
	flags.IntVar(&p.burst, "burst", p.burst, "`events` that are published at once")
	flags.DurationVar(&p.length, "for", p.length, "measure for this `time`")
	flags.IntVar(&p.flights, "flights", p.flights, "`flights` on the board")
	flags.BoolVar(&p.form.batch, "batch", p.form.batch, "viewers ask for ?batch")
	flags.BoolVar(&p.form.gzip, "gzip", p.form.gzip, "viewers accept gzip; all is decompressed and checked")
	flags.Float64Var(&p.stale, "stale", 0, "storm: the `share` of viewers who return with an ID that is too old, 0 to 1")
	flags.StringVar(&p.servers, "servers", p.servers, "compare these, in turn: ours, limit, shipped (published to\n"+
		"through POST /flights), handlers, shipped-handlers (-takeover=false), edge, edges, edge-of-edge (an origin, and\n"+
		"one edge, three, or one of another), or the http `URL` of a running server")
	flags.IntVar(&p.pid, "pid", 0, "the process of the server that runs already")
	flags.IntVar(&p.runs, "runs", p.runs, "`times` that each server is measured; medians are printed")
	flags.BoolVar(&p.json, "json", false, "print every run as a line of JSON")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(out)
		flags.PrintDefaults()
		return p, err
	case err != nil:
		return p, usageError{err}
	case flags.NArg() > 0:
		return p, usageError{fmt.Errorf("unexpected argument %q; see -h", flags.Arg(0))}
	case p.viewers < 1 || p.viewers > 200_000:
		return p, usageError{fmt.Errorf("-n %d: want 1 to 200000", p.viewers)}
	case p.flights < 1 || p.flights > maxFlights:
		return p, usageError{fmt.Errorf("-flights %d: want 1 to %d", p.flights, maxFlights)}
	case m.plan.burst > 0 && (p.burst < 1 || p.burst > 10_000):
		return p, usageError{fmt.Errorf("-burst %d: want 1 to 10000", p.burst)}
	case p.stale < 0 || p.stale > 1:
		return p, usageError{fmt.Errorf("-stale %v: want 0 to 1", p.stale)}
	case m.plan.rate > 0 && (p.rate <= 0 || p.rate > 1e6):
		return p, usageError{fmt.Errorf("-rate %v: want more than 0", p.rate)}
	case m.plan.length > 0 && (p.length <= 0 || p.length > 10*time.Minute):
		return p, usageError{fmt.Errorf("-for %v: want at most 10m", p.length)}
	case p.runs < 1:
		return p, usageError{fmt.Errorf("-runs %d: want at least 1", p.runs)}
	}
	return p, nil
}

// A contender is a line of the report.
type contender struct {
	name   string
	server string
	plan   plan
}

func (m mode) contenders(p plan) (all []contender) {
	if m.variants != nil {
		return m.variants(p)
	}
	for server := range strings.SplitSeq(p.servers, ",") {
		each := p
		each.viewers *= max(trees[server].width, 1) // so that figures of a server can be compared
		all = append(all, contender{server, server, each})
	}
	return all
}

// compare measures the contenders in turn, A B A B, so that what else the machine does meets all of them alike.
func (m mode) compare(p plan) (*report, error) {
	r := newReport(m.name + ": " + m.title(p))
	for range p.runs {
		for _, c := range m.contenders(p) {
			figures, err := m.run(c.server, c.plan)
			if err == errPlain && m.variants != nil {
				continue // one form less to compare
			}
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", m.name, c.name, err)
			}
			r.add(c.name, figures)
		}
	}
	return r, nil
}
