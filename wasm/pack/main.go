// Command pack puts what the page downloads into one folder, ready to be served: every file as it
// is, and beside it a gzip and a brotli twin, for servers that choose by Accept-Encoding. A twin
// that is not smaller than its file is left out.
//
//	pack [-merge=false] -o DIR FILE…
//
// A WebAssembly module among the files has its data segments merged on the way, unless -merge=false
// asks for the linker's own bytes.
//
// The same files always give the same bytes: nothing that is written holds a time or a name. Files
// in DIR that were not named are left alone.
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

func main() {
	dir := flag.String("o", "", "the `folder` to fill")
	merge := flag.Bool("merge", true, "merge the data segments of WebAssembly modules")
	flag.Parse()
	if *dir == "" || flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := pack(os.Stdout, *dir, *merge, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// pack writes each file and its twins into dir, and a table of their sizes to w.
func pack(w io.Writer, dir string, merge bool, files []string) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "raw\tgzip\tbrotli\t")
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name := filepath.Base(file)
		if merge && isModule(content) {
			merged, err := mergeSegments(content)
			switch {
			case err == nil:
				content = merged
			case errors.Is(err, errUnmergeable): // Another linker's choice: larger, but as good.
				fmt.Fprintf(w, "%s: %v\n", name, err)
			default:
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

// writeFile replaces the file at path in one step, so that a server which reads it at the same
// moment sees the old bytes or the new ones, never a part.
func writeFile(path string, content []byte) error {
	temporary := path + ".new"
	if err := os.WriteFile(temporary, content, 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}
