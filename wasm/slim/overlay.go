package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The packages here were made for this version of safejs; toolchain has that of Go.
const safejs = "v0.1.0"

// replacements maps the import paths of packages to the files that replace them, below the repository's root.
var replacements = map[string]string{
	"fmt":              "wasm/slim/fmt/fmt.go",
	"internal/godebug": "wasm/slim/godebug/godebug.go",
}

// An overlay is what go help build describes: a file that does not exist has an empty replacement.
type overlay struct{ Replace map[string]string }

// overlayCommand writes DIR/overlay.json. It replaces packages of the standard library by smaller ones with the parts
// that the client uses (fmt and godebug in this folder), and the bodies of functions that a page does not need
// (stub.go).
//
// The overlay fits one toolchain and one version of safejs. With any other it is empty, and the command prints why: the
// client is larger then, and works the same.
func overlayCommand(flags *flag.FlagSet, args []string) error {
	root := flags.String("root", "../..", "the repository's root `folder`")
	dir := flags.String("o", "", "the `folder` to write to")
	flags.Parse(args)
	if *dir == "" || flags.NArg() != 0 {
		return errors.New("want -o DIR and no arguments")
	}
	return writeOverlay(*root, *dir)
}

func writeOverlay(root, dir string) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	goroot, err := output(root, "go", "env", "GOROOT")
	if err != nil {
		return err
	}
	version, err := output(root, "go", "env", "GOVERSION")
	if err != nil {
		return err
	}
	module, err := output(root, "go", "list", "-m", "github.com/hack-pad/safejs")
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
		if err := o.fill(root, filepath.Join(goroot, "src"), dir); err != nil {
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
	return isToolchain(version) && module == "github.com/hack-pad/safejs "+safejs
}

// fill adds the replacement packages and the stubs, in place of the standard library's sources in src. It writes the
// stubbed sources to dir. Every path in an overlay is absolute.
func (o overlay) fill(root, src, dir string) error {
	for pkg, file := range replacements {
		folder := filepath.Join(src, filepath.FromSlash(pkg))
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			return err
		}
		for _, f := range files {
			o.Replace[f] = ""
		}
		o.Replace[filepath.Join(folder, "slim.go")] = filepath.Join(root, file)
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

// output runs a command in a folder and returns what it prints, without the line's end.
func output(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
