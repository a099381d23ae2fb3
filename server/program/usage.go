package program

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

// The width of -h, and of the column with the flags.
const (
	usageWidth = 100
	flagWidth  = 24
)

// printUsage writes what the flags do, one after the other, and their defaults.
func printUsage(out io.Writer, flags *flag.FlagSet) {
	fmt.Fprintln(out, "flightboard serves a live flight timetable on the web.\nUsage: flightboard [flags]")
	flags.VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "0" && f.DefValue != "0,0" && f.DefValue != "0s" && f.DefValue != "false" {
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
	})
	printPresets(out)
}
