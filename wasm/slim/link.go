package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// inlined are the packages in which calls are inlined: those that run for each change and each row. Elsewhere they are
// not, which is 54 kB less to download.
var inlined = []string{
	"flightboard/timetable", "flightboard/timetable/view", "strings", "slices", "unicode/utf8", "internal/bytealg",
	"internal/abi", "internal/runtime/...",
}

// linkCommand links the client with every saving that this toolchain accepts, and prints what it leaves out and why.
func linkCommand(flags *flag.FlagSet, args []string) error {
	root := flags.String("root", "../..", "the repository's root `folder`")
	out := flags.String("o", "", "the `file` to write; a folder overlay beside it has the replaced sources")
	slim := flags.Bool("slim", true, "replace parts of the standard library by smaller ones")
	flags.Parse(args)
	if *out == "" || flags.NArg() != 0 {
		return errors.New("want -o FILE and no arguments")
	}
	p := program{folder: *root, pkg: "./wasm", out: *out}
	if *slim {
		p.savings = savings()
	}
	return p.link(os.Stderr)
}

// A program is what to link, for js/wasm.
type program struct {
	folder, pkg, out string // out is below folder, or absolute
	savings          []saving
}

// link links the program. A saving is optional: one that does not fit the toolchain, or with which the go command
// fails, is left out, and link writes the reason to w. An error is one of the program itself, without any saving.
func (p program) link(w io.Writer) error {
	var unexplained string
	for {
		used, printed, err := p.try(w)
		if err == nil && unexplained != "" {
			fmt.Fprintf(w, "the client keeps the whole standard library, because otherwise go build prints\n%s", unexplained)
		}
		if err == nil || len(used) == 0 {
			fmt.Fprint(w, printed)
			return err
		}
		p.savings = nil
		for _, s := range used {
			if line := s.blamed(printed); line != "" {
				fmt.Fprintf(w, "the client keeps %s: %s\n", s.what, line)
			} else {
				p.savings = append(p.savings, s)
			}
		}
		if len(p.savings) == len(used) {
			unexplained, p.savings = printed, nil
		}
	}
}

// try links the program with all savings that fit the toolchain. It returns these, and what the go command prints.
func (p program) try(w io.Writer) (used []saving, printed string, err error) {
	out := p.out
	if !filepath.IsAbs(out) {
		out = filepath.Join(p.folder, out)
	}
	l, err := newLinking(p.folder, filepath.Join(filepath.Dir(out), "overlay"))
	if err != nil {
		return nil, "", err
	}
	for _, s := range p.savings {
		if err := s.add(l); err != nil {
			fmt.Fprintf(w, "the client keeps %s: %v\n", s.what, err)
			continue
		}
		used = append(used, s)
	}
	overlay, err := l.write()
	if err != nil {
		return nil, "", err
	}
	args := []string{"build", "-trimpath", "-ldflags=-s -w", "-gcflags=all=-l"}
	for _, pattern := range inlined {
		args = append(args, "-gcflags="+pattern+"=")
	}
	args = append(args, l.flags...)
	text, err := l.command(append(args, "-overlay="+overlay, "-o", p.out, p.pkg)...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("go build %s: %w", p.pkg, err)
	}
	return used, string(text), err
}

// A linking is what the savings change of how a program is linked.
type linking struct {
	root        string // the repository's
	goroot      string
	dir         string // for the replaced sources
	experiments []string
	flags       []string // for go build
	// Replace is what go help build describes: a file that does not exist has an empty replacement.
	Replace map[string]string
}

func newLinking(root, dir string) (*linking, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil { // Every path in an overlay is absolute.
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	printed, err := output(root, "go", "env", "GOROOT", "GOMODCACHE")
	if err != nil {
		return nil, err
	}
	goroot, modules, _ := strings.Cut(printed, "\n")
	if strings.HasPrefix(goroot, modules+string(filepath.Separator)) {
		// The go command replaces no file in the module cache, where it has put a toolchain that it has downloaded.
		link := filepath.Join(dir, "goroot")
		os.Remove(link)
		if err := os.Symlink(goroot, link); err != nil {
			return nil, err
		}
		goroot = link
	}
	l := &linking{root: root, goroot: goroot, dir: dir, Replace: make(map[string]string)}
	if set := os.Getenv("GOEXPERIMENT"); set != "" {
		l.experiments = []string{set}
	}
	return l, nil
}

// source returns the path of a file or folder of the standard library.
func (l *linking) source(name string) string {
	return filepath.Join(l.goroot, "src", filepath.FromSlash(name))
}

// command returns the go command of goroot for js/wasm, in the repository's root.
func (l *linking) command(args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(l.goroot, "bin", "go"), args...)
	cmd.Dir = l.root
	cmd.Env = append(os.Environ(), "GOROOT="+l.goroot, "GOTOOLCHAIN=local", "GOOS=js", "GOARCH=wasm",
		"GOEXPERIMENT="+strings.Join(l.experiments, ","))
	return cmd
}

// write writes the overlay and returns its path.
func (l *linking) write() (string, error) {
	text, err := json.MarshalIndent(struct{ Replace map[string]string }{l.Replace}, "", "\t")
	if err != nil {
		return "", err
	}
	path := filepath.Join(l.dir, "overlay.json")
	return path, os.WriteFile(path, text, 0o644)
}

// output runs a command in a folder and returns what it prints, without the line's end.
func output(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
