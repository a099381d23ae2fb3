package program

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"io"
	"strings"

	"flightboard/server/flagvalue"
)

// WriteConfig writes a file for -config: all flags of a server with what they do. Those in set have their values. The
// others are comments, with their defaults or with the word that stands for a value.
func WriteConfig(w io.Writer, set map[string]string) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "# The flags of flightboard, one a line. Remove the # before a flag to set it. "+
		"After it is its default, or a word in\n# place of a value; a flag alone is a switch. "+
		"The defaults are those of flightboard -h.\n")
	flags := new(settings).flags()
	for _, group := range flagGroups {
		fmt.Fprintf(out, "\n# --- %s\n", group.heading)
		for name := range strings.FieldsSeq(group.flags) {
			writeFlag(out, flags.Lookup(name), set)
		}
	}
	return out.Flush()
}

// writeFlag writes a flag, unless it can only be on a command line.
func writeFlag(out io.Writer, f *flag.Flag, set map[string]string) {
	switch f.Name {
	case "config", "version", "check", "answer":
		return
	}
	word, text := flag.UnquoteUsage(f)
	fmt.Fprintf(out, "\n# %s\n", strings.ReplaceAll(text, "\n", "\n# "))
	value, isSet := set[f.Name]
	_, isLimit := f.Value.(*flagvalue.Limits)
	switch {
	case isSet:
	case isLimit:
		value = word // what this machine can do is not the default of others
	case f.DefValue == "false":
		value = ""
	case f.DefValue == "true":
		value = "false"
	default:
		value = cmp.Or(f.DefValue, word)
	}
	line := strings.TrimSpace(f.Name + " " + value)
	if !isSet {
		line = "#" + line
	}
	fmt.Fprintln(out, line)
}
