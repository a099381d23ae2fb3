package main

import (
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"go/version"
	"io"
	"os"
	"strings"
)

// weights has a line for each minor version of Go: the client's size in bytes, in brotli.
//
//go:embed weight.txt
var weights string

// weighCommand fails if the client in FILE, whose brotli twin is beside it, has become more than 1 % larger than the
// size that is committed for its toolchain. For a toolchain without one it compares with the newest known.
func weighCommand(flags *flag.FlagSet, args []string) error {
	flags.Parse(args)
	if flags.NArg() != 1 {
		return errors.New("want one module that has been packed")
	}
	module, err := os.ReadFile(flags.Arg(0))
	if err != nil {
		return err
	}
	sections, err := parseModule(module)
	if err != nil {
		return err
	}
	twin, err := os.ReadFile(flags.Arg(0) + ".br")
	if err != nil {
		return err
	}
	return weigh(os.Stdout, weights, version.Lang(producer(sections)), len(twin))
}

func weigh(w io.Writer, weights, minor string, size int) error {
	var of string // the version to compare with
	var known int
	for line := range strings.Lines(weights) {
		var v string
		var n int
		if _, err := fmt.Sscan(line, &v, &n); err != nil {
			return fmt.Errorf("weight.txt: %q: %w", line, err)
		}
		if of != minor && (v == minor || version.Compare(v, of) > 0) {
			of, known = v, n
		}
	}
	difference := 100 * float64(size-known) / float64(known)
	compared := fmt.Sprintf("the client has %d bytes in brotli with %s, %+.1f %% of the %d of %s",
		size, minor, difference, known, of)
	advice := fmt.Sprintf(`write "%s %d" to wasm/slim/weight.txt`, minor, size)
	switch {
	case of != minor:
		fmt.Fprintf(w, "%s, the newest that is known; %s\n", compared, advice)
	case difference > 1:
		return fmt.Errorf("%s: if what it gains is worth that, %s", compared, advice)
	case difference < -1:
		fmt.Fprintf(w, "%s: so that it stays so small, %s\n", compared, advice)
	default:
		fmt.Fprintln(w, compared)
	}
	return nil
}
