package program

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"flightboard/server/feed/presets"
)

func TestCheck(t *testing.T) {
	t.Setenv("FINAVIA_KEY", "")
	for _, test := range []struct {
		args  string
		usage bool
		want  string
	}{
		{"-check ../feed/check/testdata/town.feed.json -answer ../feed/check/testdata/town.json -at 2026-11-20T17:30", false,
			"no board would stand on this answer"},
		{"-check town=../feed/check/testdata/town.feed.json -answer ../feed/check/testdata/no.json", false, "no.json"},
		{"-check nonsense", true, "presets aeroapi, aerodatabox"},
		{"-check avinor", true, "avinor:OSL"},
		{"-check avinor:QQQ", true, "QQQ"},
		{"-check no.feed.json", true, "no.feed.json"},
		{"-check finavia:HEL", false, "FINAVIA_KEY"},
		{"-check hkia -at noon", true, "-at noon"},
		{"-answer saved.json", true, "-answer: want -check as well"},
	} {
		var out strings.Builder
		s, err := parse(strings.Fields(test.args), &out)
		if err == nil {
			err = s.runCheck(t.Context(), &out)
		}
		if err == nil || errors.As(err, new(usageError)) != test.usage || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, a usage error: %t; want %t and %s", test.args, err, errors.As(err, new(usageError)),
				test.usage, test.want)
		}
	}
	var out strings.Builder
	const good = "-check ../feed/check/testdata/town.feed.json -answer ../feed/check/testdata/good.json"
	s, err := parse(strings.Fields(good), &out)
	if err == nil {
		err = s.runCheck(t.Context(), &out)
	}
	if err != nil || !strings.Contains(out.String(), "A board would stand on this answer.") {
		t.Errorf("error %v:\n%s", err, out.String())
	}
}

func TestHelpListsPublicSourcesAndTheirKeys(t *testing.T) {
	var out strings.Builder
	if _, err := parse([]string{"-h"}, &out); !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	for _, want := range []string{" avinor:CODE,", " hkia,", " finavia:CODE $FINAVIA_KEY,",
		" tdx:CODE $TDX_ID $TDX_SECRET,", " vatsim:CODE\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the help lacks %q:\n%s", want, out.String())
		}
	}
}

// TestPresetsAreInTheReadme, each in a row of the table with its keys and its terms.
func TestPresetsAreInTheReadme(t *testing.T) {
	page, err := os.ReadFile("../feed/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range presets.Names() {
		example := name
		if presets.Implied(name) == "" {
			example += ":FRA"
		}
		one, err := presets.Open(example, os.LookupEnv)
		if err != nil {
			t.Fatal(err)
		}
		row := ""
		for line := range strings.Lines(string(page)) {
			if strings.HasPrefix(line, "| `"+name+"`") || strings.HasPrefix(line, "| `"+name+":") {
				row = line
			}
		}
		about := one.About()
		for _, text := range append(about.Keys, strings.TrimSuffix(about.Terms, ".")) {
			if !strings.Contains(row, text) {
				t.Errorf("the row of %s lacks %q: %s", name, text, row)
			}
		}
	}
}
