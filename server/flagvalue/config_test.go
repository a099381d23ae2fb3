package flagvalue

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A server's flags, as far as Config is concerned.
type server struct {
	addr, log, airport, title string
	drain                     time.Duration
	repair                    bool
	feed                      Names
}

func parse(t *testing.T, text string, args ...string) (server, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "flightboard.conf")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var s server
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&s.addr, "addr", "localhost:5000", "")
	flags.StringVar(&s.log, "log", "", "")
	flags.StringVar(&s.airport, "airport", "", "")
	flags.StringVar(&s.title, "title", "", "")
	flags.DurationVar(&s.drain, "drain", 0, "")
	flags.BoolVar(&s.repair, "repair", false, "")
	flags.Var(&s.feed, "feed", "")
	flags.String("config", "", "")
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	err := Config(flags, name)
	if err != nil && !strings.HasPrefix(err.Error(), name+":") {
		t.Errorf("%q does not name the file", err)
	}
	return s, err
}

func TestConfig(t *testing.T) {
	s, err := parse(t, "\ufeff# the tower's board\r\n-addr :443\r\n\n  --log\t/var/lib/a folder \nairport=OSL\n"+
		"title = Tower # 1\ndrain 5s\nrepair\nfeed tower=tower.csv\nfeed avinor:OSL\n", "-airport", "BGO")
	if err != nil {
		t.Fatal(err)
	}
	want := server{addr: ":443", log: "/var/lib/a folder", airport: "BGO", title: "Tower # 1", drain: 5 * time.Second,
		repair: true, feed: Names{"tower=tower.csv", "avinor:OSL"}}
	if strings.Join(s.feed, ",") != strings.Join(want.feed, ",") {
		t.Errorf("feed = %q, want %q", s.feed, want.feed)
	}
	if s.feed, want.feed = nil, nil; s.addr != want.addr || s.log != want.log || s.airport != want.airport ||
		s.title != want.title || s.drain != want.drain || s.repair != want.repair {
		t.Errorf("the file sets %+v, want %+v", s, want)
	}
	s, err = parse(t, "repair = false\nfeed none", "-feed", "replay")
	if err != nil || s.repair || s.feed[0] != "replay" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestErrorsOfConfig(t *testing.T) {
	for text, want := range map[string]string{
		"addr :1\nadress :2":  ":2: there is no flag -adress; see -h",
		"\n\n-drain soon":     `:3: -drain soon: parse error`,
		"-log":                ":1: -log has no value",
		"config another.conf": ":1: a file cannot name another one",
	} {
		if _, err := parse(t, text); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
