package program

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// written returns what WriteConfig has written.
func written(t *testing.T, set map[string]string) string {
	t.Helper()
	var text strings.Builder
	if err := WriteConfig(&text, set); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func parseConfig(t *testing.T, text string) (settings, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "flightboard.conf")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return parse([]string{"-config", name}, io.Discard)
}

func TestAWrittenConfigSetsWhatItIsToSet(t *testing.T) {
	s, err := parseConfig(t, written(t, map[string]string{"log": "/var/lib/board"}))
	if err != nil || s.log != "/var/lib/board" || s.addr != "localhost:5000" {
		t.Errorf("-log = %q, -addr = %q, %v", s.log, s.addr, err)
	}
}

// TestEachFlagOfAWrittenConfigCanBeSet removes the # before flags one by one. Their values are right, or the error is
// about the word in place of a value.
func TestEachFlagOfAWrittenConfigCanBeSet(t *testing.T) {
	text := written(t, nil)
	flags := new(settings).flags()
	count := 0
	for _, line := range regexp.MustCompile(`(?m)^#[a-z].*$`).FindAllString(text, -1) {
		count++
		name, _, _ := strings.Cut(line[1:], " ")
		_, err := parseConfig(t, strings.Replace(text, line+"\n", line[1:]+"\n", 1))
		if err == nil {
			continue
		}
		word, _ := flag.UnquoteUsage(flags.Lookup(name))
		if line != "#"+name+" "+word || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", line, err)
		}
	}
	all := 0
	flags.VisitAll(func(*flag.Flag) { all++ })
	if count != all-4 { // without -config, -version, -check and -answer
		t.Errorf("%d flags of %d can be set", count, all)
	}
}
