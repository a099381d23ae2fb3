package program

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// flagGroups are the flags in the order of -h, below their headings.
var flagGroups = []struct{ heading, flags string }{
	{"The board", "airport zone linger flights"},
	{"Feeds", "feed follow contact silent file speed at record check answer"},
	{"The page", "embed offline www"},
	{"Publishing", "token-file open-door rate max-body max-keys"},
	{"Reading", "readers session allow-origin heartbeat history"},
	{"Network", "addr tls-cert tls-key redirect hsts trusted-proxies drain takeover"},
	{"Limits", "viewers connections requests http2-streams max-headers timeouts"},
	{"Disk", "log sync repair"},
	{"The program", "config admin admin-from version"},
}

// The width of -h, and of the column with the flags.
const (
	usageWidth = 100
	flagWidth  = 28
)

// printUsage writes what the flags do, group by group, and their defaults.
func printUsage(out io.Writer, flags *flag.FlagSet) {
	fmt.Fprintln(out, "flightboard serves a live flight timetable on the web.\nUsage: flightboard [flags]")
	rest := make(map[string]bool)
	flags.VisitAll(func(f *flag.Flag) { rest[f.Name] = true })
	for _, group := range flagGroups {
		fmt.Fprintln(out, group.heading+":")
		for name := range strings.FieldsSeq(group.flags) {
			printFlag(out, flags.Lookup(name))
			delete(rest, name)
		}
	}
	if len(rest) > 0 {
		fmt.Fprintln(out, "Extensions:")
	}
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		printFlag(out, flags.Lookup(name))
	}
	printPresets(out)
}

func printFlag(out io.Writer, f *flag.Flag) {
	value, text := flag.UnquoteUsage(f)
	if f.DefValue != "" && f.DefValue != "0" && f.DefValue != "0s" && f.DefValue != "false" {
		text += " (default " + f.DefValue + ")"
	}
	line := fmt.Sprintf("%-*s", flagWidth-1, strings.TrimSuffix("  -"+f.Name+" "+value, " "))
	for word := range strings.FieldsSeq(text) {
		if len(line)+1+len(word) > usageWidth {
			fmt.Fprintln(out, line)
			line = strings.Repeat(" ", flagWidth-1)
		}
		line += " " + word
	}
	fmt.Fprintln(out, line)
}
