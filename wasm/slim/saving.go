package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A saving changes how the client is linked, so that it is smaller and works the same. It knows what it needs from the
// toolchain, and no version of it.
type saving struct {
	what  string               // what the client keeps without it
	signs []string             // The go command's message has one of these if the saving causes an error.
	add   func(*linking) error // An error is the reason why the saving does not fit the toolchain.
}

// savings returns all of them. The functions are replaced after the packages, in which they may be.
func savings() []saving {
	all := []saving{
		withoutExperiment("greenteagc", "the newer garbage collector"),
		unchecked("runtime", "-l"),
		unchecked("internal/runtime/...", ""),
		replacement("fmt", "wasm/slim/fmt/fmt.go"),
		replacement("internal/godebug", "wasm/slim/godebug/godebug.go"),
	}
	for _, s := range stubs {
		all = append(all, s.saving())
	}
	return all
}

// blamed returns the line of the go command's message that shows that the saving has caused it, or "".
func (s saving) blamed(message string) string {
	for line := range strings.Lines(message) {
		for _, sign := range s.signs {
			if strings.Contains(line, sign) {
				return strings.TrimSpace(line)
			}
		}
	}
	return ""
}

// withoutExperiment switches off what GOEXPERIMENT names. A release that no longer has the choice rejects the name.
func withoutExperiment(name, what string) saving {
	return saving{what, []string{"GOEXPERIMENT " + name}, func(l *linking) error {
		l.experiments = append(l.experiments, "no"+name)
		return nil
	}}
}

// unchecked compiles packages of the runtime, by a pattern, without checks of indices and of nil pointers: these are
// never wrong, whatever the client does. What a program's own indices and pointers are is checked where it uses them.
func unchecked(pattern, flags string) saving {
	signs := []string{"flag provided but not defined: -B", "disablenil"}
	return saving{"checks in " + pattern, signs, func(l *linking) error {
		l.flags = append(l.flags, "-gcflags="+pattern+"="+strings.TrimSpace(flags+" -B -d=disablenil"))
		return nil
	}}
}

// replacement replaces a package of the standard library by a file, below the repository's root, that has the parts
// that the client uses. If the client uses more, it does not compile with it.
func replacement(pkg, file string) saving {
	signs := []string{file, path.Base(pkg) + "."}
	return saving{"the whole package " + pkg, signs, func(l *linking) error {
		folder := l.source(pkg)
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			return err
		}
		if len(files) == 0 {
			return fmt.Errorf("there is no package %s", pkg)
		}
		for _, f := range files {
			l.Replace[f] = ""
		}
		l.Replace[filepath.Join(folder, "slim.go")] = filepath.Join(l.root, file)
		return nil
	}}
}

// saving replaces the function's body. A file may have several of them.
func (s stub) saving() saving {
	written := strings.ReplaceAll(s.file, "/", "_")
	return saving{s.function, []string{s.file, written}, func(l *linking) error {
		original := l.source(s.file)
		from, again := l.Replace[original]
		if !again {
			from = original
		}
		source, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		if source, err = s.apply(source); err != nil {
			return err
		}
		to := filepath.Join(l.dir, written)
		l.Replace[original] = to
		return os.WriteFile(to, source, 0o644)
	}}
}
