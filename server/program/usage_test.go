package program

import (
	"flag"
	"strings"
	"testing"
)

// Every flag is in one group of -h, and the groups name no other.
func TestTheGroupsOfHelpHaveEveryFlagOnce(t *testing.T) {
	named := map[string]int{}
	for _, group := range flagGroups {
		for name := range strings.FieldsSeq(group.flags) {
			named[name]++
		}
	}
	var s settings
	flags := s.flags()
	flags.VisitAll(func(f *flag.Flag) {
		if named[f.Name] != 1 {
			t.Errorf("-%s is in %d groups, want 1", f.Name, named[f.Name])
		}
		delete(named, f.Name)
	})
	for name := range named {
		t.Errorf("a group has -%s, which is no flag", name)
	}
}

func TestHelpHasTheFlagsOfExtensions(t *testing.T) {
	var out strings.Builder
	extension := Extension{Flags: func(flags *flag.FlagSet) { flags.String("zzz", "", "asks this `provider`") }}
	for _, c := range []struct {
		extensions []Extension
		want       bool
	}{{nil, false}, {[]Extension{extension}, true}} {
		if _, err := parse([]string{"-h"}, &out, c.extensions...); err != flag.ErrHelp {
			t.Fatal(err)
		}
		text := out.String()
		if strings.Contains(text, "Extensions:\n  -zzz provider             asks this provider\n") != c.want {
			t.Errorf("with %d extensions -h is\n%s", len(c.extensions), text)
		}
	}
}
