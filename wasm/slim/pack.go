package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
)

// packCommand writes each file as it is, and beside it a gzip and a brotli twin, for servers that choose by
// Accept-Encoding. A twin that is not smaller than its file is left out.
//
// A WebAssembly module among the files has its data segments merged, and loses the tables from which its Go
// runtime reads the lines of tracebacks, and what only reflection reads of struct types,
// unless -slim=false asks for the linker's own bytes.
//
// The same files always give the same bytes: no output contains a time or a file name. Files in the folder that
// were not named are left alone.
func packCommand(flags *flag.FlagSet, args []string) error {
	dir := flags.String("o", "", "the `folder` to fill")
	slim := flags.Bool("slim", true, "merge the data segments of WebAssembly modules, and blank their line tables")
	flags.Parse(args)
	if *dir == "" || flags.NArg() == 0 {
		return errors.New("want -o DIR and at least one file")
	}
	return pack(os.Stdout, *dir, *slim, flags.Args())
}

// pack writes each file and its twins into dir, and a table of their sizes to w.
func pack(w io.Writer, dir string, slim bool, files []string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "raw\tgzip\tbrotli\t")
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name := filepath.Base(file)
		if slim && isModule(content) {
			if content, err = slimmed(content, func(refused error) {
				fmt.Fprintf(w, "%s: %v\n", name, refused)
			}); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
		}
		path := filepath.Join(dir, name)
		if err := writeFile(path, content); err != nil {
			return err
		}
		sizes, err := writeTwins(path, content)
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%d\t%d\t%d\t  %s\n", len(content), sizes[".gz"], sizes[".br"], name)
	}
	return table.Flush()
}

// slimmed returns the module after every step that makes it smaller. A step that refuses the module leaves it as it
// was, and writes the reason to refused.
func slimmed(module []byte, refused func(error)) ([]byte, error) {
	here, err := currentToolchain()
	if err != nil {
		return nil, err
	}
	for _, step := range []func([]byte) ([]byte, error){mergeSegments, here.blankTypes, here.blankTables} {
		smaller, err := step(module)
		switch {
		case err == nil:
			module = smaller
		case errors.Is(err, errUnmergeable), errors.Is(err, errUnknownTables):
			refused(err)
		default:
			return nil, err
		}
	}
	return module, nil
}

// writeFile replaces the file at path in one step, so that a server which reads it at the same
// moment sees the old bytes or the new ones, never a part.
func writeFile(path string, content []byte) error {
	temporary := path + ".new"
	if err := os.WriteFile(temporary, content, 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}
