package program

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"time"

	"flightboard/server/flagvalue"
)

// usageError is an error in the command line.
type usageError struct{ error }

type settings struct {
	config    string
	version   bool
	addr      string
	cert, key string
	redirect  string
	hsts      time.Duration
	proxies   flagvalue.Prefixes
	admin     string
	adminFrom flagvalue.Prefixes
	feed      flagvalue.Names
	follow    flagvalue.URL
	check     string
	answers   flagvalue.Names
	record    string
	linger    flagvalue.Durations
	airport   string
	zone      flagvalue.Zone
	file      string
	speed     float64
	speeds    bool // -speed is given
	at        string
	origins   string
	embed     flagvalue.Sites
	offline   bool
	www       string
	heartbeat time.Duration
	silent    time.Duration
	drain     time.Duration
	contact   string
	stopped   time.Time // when the log was last written before the server began; zero: it is new
	limits    limits
	takeover  bool
	tokens    string
	session   time.Duration

	readersFile string
	openDoor    bool
	rate        float64
	log         string
	sync        string
	history     flagvalue.Bytes
	flights     int
	repair      bool
}

// flags returns the flags that set s.
func (s *settings) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("flightboard", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&s.config, "config", "", "read flags from this `file`, one a line; those given here come first")
	flags.BoolVar(&s.version, "version", false, "do not serve: write the version")
	flags.StringVar(&s.addr, "addr", "localhost:5000", "serve on this `host:port`")
	flags.StringVar(&s.cert, "tls-cert", "",
		"serve https, with the certificate in this PEM `file`, which is read again when it changes")
	flags.StringVar(&s.key, "tls-key", "", "the PEM `file` with the key of -tls-cert")
	flags.StringVar(&s.redirect, "redirect", "", "redirect http requests on this `host:port` to https, as in :80")
	flags.DurationVar(&s.hsts, "hsts", 0, "browsers use only https for this `time`, such as 8760h (HSTS)")
	flags.Var(&s.proxies, "trusted-proxies",
		"proxies in these `networks`, as in 10.0.0.0/8,::1, report their clients' addresses, for limits and logs")
	flags.StringVar(&s.admin, "admin", "",
		"serve metrics, a debug page and profiles on this `host:port`, as in localhost:5001")
	flags.Var(&s.adminFrom, "admin-from", "machines in these `networks` may read the metrics of -admin too")
	flags.Var(&s.feed, "feed",
		"flights come from `name`: replay, tutorial, none, - (standard input), a file that is followed,\n"+
			".csv or .ndjson, or a public source: a preset such as avinor:OSL, or a .feed.json;\n"+
			"several with commas, each may be named: tower=tower.csv")
	flags.Var(&s.follow, "follow",
		"be an edge: keep the log of the server with this `address`, and forward to it what is posted here")
	flags.StringVar(&s.check, "check", "",
		"do not serve: ask this public `source` once, and write what a board would make of its answer")
	flags.Var(&s.answers, "answer", "-check reads this saved answer, a `file`, in place of asking; several with commas")
	flags.StringVar(&s.file, "file", "", "replay: a CSV `file`; built in is New York JFK, December 2023")
	flags.Float64Var(&s.speed, "speed", 60, "replay, and a -record file: `times` faster than real time")
	flags.StringVar(&s.at, "at", "",
		"replay: start at this airport `time`, 15:04 or 2006-01-02T15:04; -answer: it was saved then")
	flags.StringVar(&s.origins, "allow-origin", "*", "web `origins` whose pages may read, separated by commas")
	flags.Var(&s.embed, "embed",
		"`sites` whose pages may show the page in a frame, separated by commas, as in https://*.example.com,\n"+
			"http://homeassistant.local:8123; self: this server's own; *: all")
	flags.BoolVar(&s.offline, "offline", true,
		"browsers keep the page and the last board for when the server is off;\n=false: they forget them")
	flags.StringVar(&s.www, "www", "", "serve the page from this `folder` instead of from the binary")
	flags.DurationVar(&s.heartbeat, "heartbeat", 15*time.Second,
		"send viewers a heartbeat after this `time` without an event")
	flags.DurationVar(&s.silent, "silent", 5*time.Minute,
		"report a live feed as silent after this `time` without a change; 0: never")
	flags.StringVar(&s.contact, "contact", "",
		"public sources are told this `address`, a URL or mailto:…, where their publishers reach you")
	flags.DurationVar(&s.drain, "drain", 5*time.Second, "spread the closing of connections over this `time`")
	s.limits.define(flags, mostFiles())
	flags.BoolVar(&s.takeover, "takeover", true,
		"take connections over from net/http; =false: handlers send all events, slower")
	s.linger = flagvalue.Durations{15 * time.Minute, 2 * time.Hour, 6 * time.Hour}
	flags.Var(&s.linger, "linger",
		"remove flights these `times` after landing, cancellation, no report; 0: never")
	flags.Var(flagvalue.Airport{Code: &s.airport, Zone: &s.zone}, "airport",
		"the board is that of this airport, an IATA or ICAO `code`; times without a date are in its zone")
	flags.Var(&s.zone, "zone", "times without a date are those of this time zone, a `name` such as Europe/Zurich")
	flags.StringVar(&s.record, "record", "",
		"append all published changes to this `file`, NDJSON; -feed file -speed 1 plays it")
	flags.StringVar(&s.tokens, "token-file", "",
		"publishers need a token of this `file`, name:token a line, or of $FLIGHTBOARD_TOKENS")
	flags.StringVar(&s.readersFile, "readers", "",
		"only those may read who have a token of this `file`, name:token a line")
	flags.DurationVar(&s.session, "session", 30*24*time.Hour, "who signs in may read for this `time`")
	flags.BoolVar(&s.openDoor, "open-door", false,
		"programs on this machine need no token; behind a proxy, no client needs one")
	flags.Float64Var(&s.rate, "rate", 20_000, "accept this many `changes` a second from a publisher; -1: any number")
	flags.StringVar(&s.log, "log", "", "keep the log in this `folder`; it is in memory only otherwise")
	flags.StringVar(&s.sync, "sync", "always",
		"`when` the log is synced to disk: always, after a time such as 1s, or never")
	s.history = 64 << 20
	flags.Var(&s.history, "history", "viewers can resume within the last `bytes` of events, as in 64MiB")
	flags.IntVar(&s.flights, "flights", 50_000, "the most flights on the board: a `number`; -1: any")
	flags.BoolVar(&s.repair, "repair", false,
		"start although changes of the log are damaged or missing; damaged files are kept")
	return flags
}

func parse(args []string, out io.Writer, extensions ...Extension) (s settings, err error) {
	flags := s.flags()
	for _, e := range extensions {
		if e.Flags != nil {
			e.Flags(flags)
		}
	}
	if err = flags.Parse(args); err == nil && s.config != "" {
		if err = flagvalue.Config(flags, s.config); err != nil {
			err = fmt.Errorf("-config: %w", err)
		}
	}
	if err == nil {
		err = s.limits.check()
	}
	flags.Visit(func(f *flag.Flag) { s.speeds = s.speeds || f.Name == "speed" })
	if len(s.answers) > 0 && s.check == "" && err == nil {
		err = errors.New("-answer: want -check as well")
	}
	if s.follow.URL != nil && err == nil {
		flags.Visit(func(f *flag.Flag) {
			if slices.Contains(ofOrigins, f.Name) {
				err = fmt.Errorf("-%s: a server with -follow has no feeds and no publishers of its own", f.Name)
			}
		})
	}
	if s.feed == nil {
		s.feed = flagvalue.Names{"replay"}
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		printUsage(out, flags)
		return s, err
	case err != nil:
		return s, usageError{err}
	case flags.NArg() > 0:
		return s, usageError{fmt.Errorf("unexpected argument %q; see -h", flags.Arg(0))}
	case s.speed <= 0:
		return s, usageError{fmt.Errorf("-speed %v: want more than 0", s.speed)}
	case s.rate == 0 || s.rate != s.rate:
		return s, usageError{fmt.Errorf("-rate %v: want more than 0, or -1", s.rate)}
	case s.flights == 0 || s.flights < -1:
		return s, usageError{fmt.Errorf("-flights %d: want more than 0, or -1", s.flights)}
	case (s.cert == "") != (s.key == ""):
		return s, usageError{errors.New("-tls-cert and -tls-key: want both or none")}
	case s.cert == "" && s.redirect != "":
		return s, usageError{errors.New("-redirect: want -tls-cert as well")}
	case s.cert == "" && s.hsts != 0:
		return s, usageError{errors.New("-hsts: want -tls-cert as well; behind a proxy, the proxy sends the header")}
	case s.hsts < 0:
		return s, usageError{fmt.Errorf("-hsts %v: want 0 or more", s.hsts)}
	case s.admin == "" && s.adminFrom != nil:
		return s, usageError{errors.New("-admin-from: want -admin as well")}
	case s.session < time.Second:
		return s, usageError{fmt.Errorf("-session %v: want at least 1s", s.session)}
	case s.drain < 0:
		return s, usageError{fmt.Errorf("-drain %v: want 0 or more", s.drain)}
	case s.heartbeat < time.Second:
		return s, usageError{fmt.Errorf("-heartbeat %v: want at least 1s", s.heartbeat)}
	}
	return s, nil
}

// ofOrigins are the flags that have no meaning for an edge.
var ofOrigins = []string{"feed", "file", "speed", "at", "linger", "airport", "zone", "token-file", "open-door", "rate",
	"silent", "contact", "max-body", "max-keys", "record", "flights"}

// demonstrates reports whether all flights come from the built-in demonstrations, so that it does not matter if
// other people alter the board.
func (s settings) demonstrates() bool {
	return !slices.ContainsFunc(s.feed, func(what string) bool {
		_, what = flagvalue.CutName(what)
		return what != "tutorial" && (what != "replay" || s.file != "")
	})
}
