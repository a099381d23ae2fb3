package program

import (
	"flag"
	"os"
	"strings"
	"testing"
)

// The table of limits in README.md has every flag of a limit, and its default.
func TestTheReadmeHasTheLimits(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "\n## Limits\n")
	table, _, _ = strings.Cut(table, "\n- *One address*")
	table = strings.NewReplacer(",", "", " ", "", "`", "").Replace(table)
	var s settings
	flags := s.flags()
	for _, name := range []string{"requests", "http2-streams", "max-headers", "max-body", "rate", "flights", "max-keys",
		"history"} {
		if row := "|" + flags.Lookup(name).DefValue + "|-" + name + "|"; !strings.Contains(table, row) {
			t.Errorf("the table lacks %s", row)
		}
	}
	var l limits
	l.define(flag.NewFlagSet("", flag.ContinueOnError), 1<<20)
	for _, text := range []string{"viewers " + l.viewers.String(), "connections " + l.connections.String(),
		"timeouts " + l.times.String()} {
		if text = "|-" + strings.NewReplacer(",", "", " ", "").Replace(text) + "|"; !strings.Contains(table, text) {
			t.Errorf("the table lacks %s", text)
		}
	}
}

// Of few files, most are for viewers, and some are left for requests and the log.
func TestTheLimitsFitTheFilesOfTheProcess(t *testing.T) {
	for files, want := range map[int][2]int{1024: {768, 128}, 20_000: {15_000, 2500}, 1 << 20: {50_000, 10_000}} {
		var l limits
		l.define(flag.NewFlagSet("", flag.ContinueOnError), files)
		if got := [2]int{l.viewers[0], l.connections[0]}; got != want || got[0]+2*got[1] > files {
			t.Errorf("of %d files %v are for viewers and connections, want %v", files, got, want)
		}
	}
	if mostFiles() < 256 {
		t.Errorf("the process may open %d files", mostFiles())
	}
}
