package main

import (
	"bytes"
	"path/filepath"
	"strings"
)

// A toolchain is the one that the go command runs here: its version and the sources of its standard library.
type toolchain struct{ version, src string }

// blankTables is blankTables for a module that this toolchain has linked.
func (t toolchain) blankTables(module []byte) ([]byte, error) {
	if err := t.knows(module); err != nil {
		return nil, err
	}
	return blankTables(module)
}

// blankTypes is blankTypes for all types of a module that this toolchain has linked.
func (t toolchain) blankTypes(module []byte) ([]byte, error) {
	if err := t.knows(module); err != nil {
		return nil, err
	}
	from, err := t.moduleField("types")
	if err != nil {
		return nil, err
	}
	to, err := t.moduleField("etypes")
	if err != nil {
		return nil, err
	}
	return changeData(module, func(m memory) error {
		functab, err := findFunctab(m)
		if err != nil {
			return err
		}
		if bytes.Contains(functab.names, []byte("\x00reflect.")) {
			return unknown("the program uses reflection")
		}
		_, at, _ := findModule(m)
		first, ok := decode[uint64](m.at(at+from, 8))
		end, whole := decode[uint64](m.at(at+to, 8))
		if !ok || !whole || end < first {
			return unknown("no types")
		}
		return blankTypes(m.at(first, end-first), first)
	})
}

// knows refuses a module of another toolchain, and this toolchain if its tables have another layout than the known one:
// what the tables contain does not show all of that.
func (t toolchain) knows(module []byte) error {
	sections, err := parseModule(module)
	if err != nil {
		return err
	}
	if linker := producer(sections); linker != t.version {
		return unknown("the linker is %q, and the go command here %q", linker, t.version)
	}
	return checkLayout(t.src)
}

// currentToolchain asks the go command.
func currentToolchain() (toolchain, error) {
	printed, err := output(".", "go", "env", "GOVERSION", "GOROOT")
	if err != nil {
		return toolchain{}, err
	}
	version, goroot, _ := strings.Cut(printed, "\n")
	return toolchain{release(version), filepath.Join(goroot, "src")}, nil
}

// release returns a version without the experiments after it, as in go1.26.8 X:nogreenteagc.
func release(version string) string {
	version, _, _ = strings.Cut(version, " ")
	return version
}

// producer returns the release of the Go toolchain that the module's custom section "producers"
// names, or "".
func producer(sections []section) string {
	for _, s := range sections {
		r := reader{rest: s.content}
		if s.id != customSection || string(r.vector()) != "producers" {
			continue
		}
		for fields := r.unsigned(); fields > 0 && !r.short; fields-- {
			r.vector() // language, or processed-by
			for values := r.unsigned(); values > 0 && !r.short; values-- {
				if name, version := r.vector(), r.vector(); string(name) == "Go" {
					return release(string(version))
				}
			}
		}
	}
	return ""
}
