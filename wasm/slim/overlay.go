//go:build !js

// Command lean writes an overlay for go build in which packages of the standard library give way to
// smaller ones, that have what the client uses of them (see the packages in this folder), and in
// which functions that a page has no use for lose their bodies.
//
//	lean -o DIR
//
// It runs in the repository's root. The overlay is DIR/overlay.json. It fits one toolchain and one safejs: with any other
// lean says so, and the overlay is empty. The client is larger then, and as good.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// What the packages here were made for.
const (
	toolchain = "go1.26"
	safejs    = "v0.1.0"
)

// lean has, by the import paths of packages, the files that replace them.
var lean = map[string]string{
	"fmt":              "wasm/lean/fmt/fmt.go",
	"internal/godebug": "wasm/lean/godebug/godebug.go",
}

// An overlay is what go help build describes: a file that does not exist has an empty replacement.
type overlay struct{ Replace map[string]string }

func main() {
	dir := flag.String("o", "", "the `folder` to write to")
	flag.Parse()
	if *dir == "" || flag.NArg() != 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := write(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "lean:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	goroot, err := command("go", "env", "GOROOT")
	if err != nil {
		return err
	}
	version, err := command("go", "env", "GOVERSION")
	if err != nil {
		return err
	}
	module, err := command("go", "list", "-m", "github.com/hack-pad/safejs")
	if err != nil {
		return err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	o := overlay{make(map[string]string)}
	if fits(version, module) {
		if err := o.fill(filepath.Join(goroot, "src"), dir); err != nil {
			return err
		}
	} else {
		fmt.Printf("the client keeps the whole standard library: %s and %s are not %s and %s\n",
			version, module, toolchain, safejs)
	}
	text, err := json.MarshalIndent(o, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "overlay.json"), text, 0o644)
}

// fits reports whether the packages here were made for a toolchain and for a module as go list names
// it: its path and version, and after an arrow what replaces it.
func fits(version, module string) bool {
	return (version == toolchain || strings.HasPrefix(version, toolchain+".")) &&
		module == "github.com/hack-pad/safejs "+safejs
}

// fill puts packages and stubs in place of the standard library's sources in a folder. Those that it
// writes go to dir.
func (o overlay) fill(src, dir string) error {
	for pkg, file := range lean {
		folder := filepath.Join(src, filepath.FromSlash(pkg))
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			return err
		}
		for _, f := range files {
			o.Replace[f] = ""
		}
		if o.Replace[filepath.Join(folder, "lean.go")], err = filepath.Abs(file); err != nil {
			return err
		}
	}
	for _, s := range stubs {
		original := filepath.Join(src, filepath.FromSlash(s.file))
		from, again := o.Replace[original]
		if !again {
			from = original
		}
		source, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		if source, err = s.apply(source); err != nil { // A patch release may have moved it.
			fmt.Println("the client keeps a function:", err)
			continue
		}
		to := filepath.Join(dir, strings.ReplaceAll(s.file, "/", "_"))
		if err := os.WriteFile(to, source, 0o644); err != nil {
			return err
		}
		o.Replace[original] = to
	}
	return nil
}

func command(name string, args ...string) (string, error) {
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
