//go:build !js

// Command lean writes an overlay for go build in which packages of the standard library give way to
// smaller ones, that have what the client uses of them. See the packages in this folder.
//
//	lean -o FILE
//
// They fit one toolchain and one safejs. With any other it says so, and the overlay is empty: the
// client is larger then, and as good.
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
	out := flag.String("o", "", "the `file` to write")
	flag.Parse()
	if *out == "" || flag.NArg() != 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := write(*out); err != nil {
		fmt.Fprintln(os.Stderr, "lean:", err)
		os.Exit(1)
	}
}

func write(out string) error {
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
	o := overlay{map[string]string{}}
	if fits(version, module) {
		if o, err = replace(filepath.Join(goroot, "src")); err != nil {
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
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	return os.WriteFile(out, text, 0o644)
}

// fits reports whether the packages here were made for a toolchain and for a module as go list names
// it: its path and version, and after an arrow what replaces it.
func fits(version, module string) bool {
	return (version == toolchain || strings.HasPrefix(version, toolchain+".")) &&
		module == "github.com/hack-pad/safejs "+safejs
}

// replace returns the overlay over the standard library's sources in a folder.
func replace(src string) (overlay, error) {
	o := overlay{make(map[string]string)}
	for path, file := range lean {
		dir := filepath.Join(src, filepath.FromSlash(path))
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			return o, err
		}
		for _, f := range files {
			o.Replace[f] = ""
		}
		if o.Replace[filepath.Join(dir, "lean.go")], err = filepath.Abs(file); err != nil {
			return o, err
		}
	}
	return o, nil
}

func command(name string, args ...string) (string, error) {
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
