package main

import (
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// The attack script measures the viewers' latency and the server's memory during an attack. Each attack has a new
// server, with viewers and a publisher who are not attackers. Its time and the number of its requests are bounded, and
// it goes to loopback only.

// An attackRow is a row of the table.
type attackRow struct {
	attack
	p50, p99            float64 // ms; NaN: not everything arrived
	cpu                 float64 // of the server, in percent of a processor
	before, peak, after float64 // MiB that the server holds
	report              string  // of the attacker
	err                 error
}

func runAttack(args []string, out io.Writer) error {
	p := plan{servers: "shipped", burst: 1, attacked: true}
	only := ""
	flags := flag.NewFlagSet("loadtest attack", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.IntVar(&p.viewers, "n", 200, "`viewers` who are not attackers")
	flags.Float64Var(&p.rate, "rate", 50, "`changes` a second")
	flags.IntVar(&p.flights, "flights", 5000, "`flights` on the board")
	flags.DurationVar(&p.length, "for", 5*time.Second, "each attack's `time`, at most 1m")
	flags.StringVar(&p.binary, "binary", "", "attack this `file`, another build of the server, instead of building it")
	flags.StringVar(&only, "only", "", "only these `attacks`, separated by commas")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case p.viewers < 1 || p.viewers > 10_000:
		return usageError{fmt.Errorf("-n %d: want 1 to 10000", p.viewers)}
	case p.flights < 1 || p.flights > maxFlights:
		return usageError{fmt.Errorf("-flights %d: want 1 to %d", p.flights, maxFlights)}
	case p.rate <= 0 || p.rate > 2000:
		return usageError{fmt.Errorf("-rate %v: want more than 0 and at most 2000", p.rate)}
	case p.length <= 0 || p.length > time.Minute:
		return usageError{fmt.Errorf("-for %v: want at most 1m", p.length)}
	}
	if err := allowSockets(p.viewers + attackers); err != nil {
		return err
	}
	if err := leaveFirstCore(); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d viewers, %v changes/s, %d flights, %v an attack\n", p.viewers, p.rate, p.flights, p.length)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "attack\tp50 ms\tp99 ms\tCPU %\tMiB before\tat most\tafter\t  what the attacker did")
	failed := 0
	for _, a := range attacks {
		if only != "" && !strings.Contains(","+only+",", ","+a.name+",") {
			continue
		}
		row := measureAttack(a, p)
		if row.err != nil {
			failed++
			row.report = row.err.Error()
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t  %s\n", a.name, number(row.p50, 1), number(row.p99, 1),
			number(row.cpu, 0), number(row.before, 0), number(row.peak, 0), number(row.after, 0), row.report)
	}
	table.Flush()
	if failed > 0 {
		return fmt.Errorf("%d attacks failed the server or its viewers", failed)
	}
	return nil
}

// mostGrowth is how many MiB more than before a server may hold during an attack.
const mostGrowth = 128

// measureAttack runs one attack against a server of its own.
func measureAttack(a attack, p plan) (row attackRow) {
	unknown := math.NaN()
	row = attackRow{attack: a, p50: unknown, p99: unknown, cpu: unknown, before: unknown, peak: unknown, after: unknown}
	p.logUnread = a.logUnread
	t, err := begin("shipped", p)
	if err != nil {
		row.err = err
		return row
	}
	defer t.end()
	if row.err = t.connect(); row.err != nil {
		return row
	}
	mebibytes := func() float64 {
		resident, known := t.target.residentBytes()
		return measured(float64(resident)/(1<<20), known)
	}
	row.before = mebibytes()
	attacker, err := startAttacker(a, t.target.host, p.length)
	if err != nil {
		row.err = err
		return row
	}
	var looking sync.WaitGroup
	over := make(chan struct{})
	row.peak = row.before
	looking.Go(func() {
		for {
			select {
			case <-over:
				return
			case <-time.After(100 * time.Millisecond):
				row.peak = max(row.peak, mebibytes())
			}
		}
	})
	t.ledger.latency = latencies{}
	mark := t.mark()
	row.err = t.play(atRate, p.length)
	spent := t.mark().since(mark)
	row.cpu = spent.cpu / float64(spent.time.Microseconds()) * 100
	close(over)
	looking.Wait()
	row.report = attacker.end()
	if row.err != nil {
		return row
	}
	if a.want != "" && p.length >= a.after && !strings.Contains(row.report, a.want) && runtime.GOOS == "linux" {
		row.err = fmt.Errorf("the attacker reports %q, want %s", row.report, a.want)
	}
	if grown := row.peak - row.before; grown > mostGrowth {
		row.err = fmt.Errorf("the server's memory grew by %.0f MiB; %s", grown, row.report)
	}
	if row.err != nil {
		return row
	}
	row.p50 = ms("", t.ledger.latency.quantile(0.5)).value
	row.p99 = ms("", t.ledger.latency.quantile(0.99)).value
	row.err = t.rest(min(2*time.Second, p.length))
	row.after = mebibytes()
	return row
}

// An attacker is this program again, with the lowest priority, so that the server is measured and not the attacker.
type attacker struct {
	child  *exec.Cmd
	input  io.Closer
	output strings.Builder
}

func startAttacker(a attack, host string, length time.Duration) (*attacker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	one := &attacker{child: exec.Command(self, host, length.String())}
	one.child.Env = append(os.Environ(), childVariable+"="+attackPrefix+a.name)
	one.child.Stderr, one.child.Stdout = os.Stderr, &one.output
	if one.input, err = one.child.StdinPipe(); err != nil {
		return nil, err
	}
	return one, one.child.Start()
}

// end waits for the attacker's end, and returns what it has done.
func (a *attacker) end() string {
	slow := time.AfterFunc(10*time.Second, func() { a.child.Process.Kill() })
	defer slow.Stop()
	defer a.input.Close()
	if err := a.child.Wait(); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(a.output.String())
}
