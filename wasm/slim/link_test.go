package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	slimfmt "flightboard/wasm/slim/fmt"
)

func TestSprintfAgreesWithTheStandardLibrary(t *testing.T) {
	failure := errors.New("out of range")
	tests := []struct {
		reason, format string
		args           []any
	}{
		{"a type is a Stringer", "invalid type for instanceof: %v", []any{os.ModeDir}},
		{"an error inside", "invalid constructor type for instanceof: %v", []any{failure}},
		{"a panic's value", "%+v", []any{"some text"}},
		{"no value", "%+v", []any{nil}},
		{"an error and a stack", "%+v\n%s", []any{failure, "main.main"}},
		{"quoted", "%q", []any{"some \"text\""}},
		{"nothing to fill in", "as it is", nil},
	}
	for _, test := range tests {
		want := fmt.Sprintf(test.format, test.args...)
		if got := slimfmt.Sprintf(test.format, test.args...); got != want {
			t.Errorf("Sprintf(%q, %q) = %q, want %q: %s", test.format, test.args, got, want, test.reason)
		}
		if got := slimfmt.Errorf(test.format, test.args...).Error(); got != want {
			t.Errorf("Errorf(%q, %q) = %q, want %q", test.format, test.args, got, want)
		}
	}
	var b strings.Builder
	if n, err := slimfmt.Fprint(&b, "some text"); n != 9 || err != nil || b.String() != "some text" {
		t.Errorf("Fprint = %d, %v and writes %q", n, err, &b)
	}
}

// The program prints the same whether it has the whole standard library, or the overlay, or is packed in addition.
func TestAProgramWithTheOverlayPrintsWhatIsThrown(t *testing.T) {
	node := findNode(t)
	goroot := goEnv(t, "GOROOT")
	var sizes []int64
	var printed []string
	l, path := written(t)
	for i, overlay := range []string{"", path, path} {
		program := filepath.Join(t.TempDir(), "throws.wasm")
		run(t, l, "build", "-overlay="+overlay, "-o", program, "wasm/slim/testdata/throws/main.go")
		if i == 2 {
			packed, err := slimmed(read(t, program), func(err error) { t.Log(err) })
			if err != nil {
				t.Fatal(err)
			}
			literal := []byte("struct { F uintptr")
			if !bytes.Contains(read(t, program), literal) || bytes.Contains(packed, literal) {
				t.Errorf("the type of a function literal should be in the module and not be in the packed one")
			}
			write(t, program, packed)
		}
		throws := exec.Command(node, filepath.Join(goroot, "lib/wasm/wasm_exec_node.js"), program)
		throws.Env = []string{}
		out, err := throws.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		info, err := os.Stat(program)
		if err != nil {
			t.Fatal(err)
		}
		printed, sizes = append(printed, string(out)), append(sizes, info.Size())
	}
	if printed[2] != printed[1] {
		t.Errorf("packed, the program prints\n%swant\n%s", printed[2], printed[1])
	}
	if printed[0] != printed[1] || !strings.Contains(printed[1], "Invalid array length") {
		t.Errorf("with the overlay, the program prints\n%swant\n%s", printed[1], printed[0])
	}
	if sizes[1] > sizes[0]*4/5 {
		t.Errorf("with the overlay, the program has %d bytes of %d, want less than four fifths", sizes[1], sizes[0])
	}
}

func TestTheClientIsLinkedWithoutReflectionAndFiles(t *testing.T) {
	l, overlay := written(t)
	deps := strings.Fields(run(t, l, "list", "-deps", "-overlay="+overlay, "./wasm"))
	if len(deps) < 10 {
		t.Fatalf("the client depends on %q only", deps)
	}
	for _, dep := range deps {
		switch dep {
		case "reflect", "os", "io/fs", "internal/poll", "internal/fmtsort", "internal/bisect", "runtime/trace",
			"runtime/pprof":
			t.Errorf("the client is linked with %s", dep)
		}
	}
}

// What is optional cannot break a build: whatever is wrong with a saving, the program is linked, with the others.
func TestASavingThatDoesNotFitIsLeftOut(t *testing.T) {
	node := findNode(t)
	out := filepath.Join(t.TempDir(), "leaf.wasm")
	p := program{folder: ".", pkg: "./testdata/leaf", out: out, savings: []saving{
		withoutExperiment("nosuchexperiment", "an experiment"),
		replacement("no/such/package", "testdata/leaf/main.go"),
		stub{"container/ring/ring.go", "func (r *Ring) Len() int64", "return 7"}.saving(),
		stub{"container/ring/ring.go", "func New(n int) *Ring", "return nosuchfunction()"}.saving(),
		stub{"unicode/utf16/utf16.go", "func IsSurrogate(r rune) bool", "return true"}.saving(),
	}}
	var reasons strings.Builder
	if err := p.link(&reasons); err != nil {
		t.Fatalf("link = %v\n%s", err, &reasons)
	}
	for _, want := range []string{
		"the client keeps an experiment: go: unknown GOEXPERIMENT nosuchexperiment",
		"the client keeps the whole package no/such/package: there is no package",
		"the client keeps func (r *Ring) Len() int64: container/ring/ring.go has no func (r *Ring) Len() int64",
		"the client keeps func New(n int) *Ring: ",
		"undefined: nosuchfunction",
	} {
		if !strings.Contains(reasons.String(), want) {
			t.Errorf("link prints\n%swant %q in it", &reasons, want)
		}
	}
	leaf := exec.Command(node, filepath.Join(goEnv(t, "GOROOT"), "lib/wasm/wasm_exec_node.js"), out)
	leaf.Env = []string{}
	if got, want := printed(t, leaf), "3 true\n"; got != want {
		t.Errorf("the program prints %q, want %q", got, want)
	}
}

// An error that no saving explains is tried without any, and is the program's own if it remains.
func TestLinkReportsTheProgramsOwnError(t *testing.T) {
	p := program{folder: ".", pkg: "./testdata/broken", out: filepath.Join(t.TempDir(), "broken.wasm"), savings: []saving{
		stub{"unicode/utf16/utf16.go", "func IsSurrogate(r rune) bool", "return true"}.saving(),
	}}
	var printed strings.Builder
	if err := p.link(&printed); err == nil || strings.Count(printed.String(), "undefined: nosuchfunction") != 1 ||
		strings.Contains(printed.String(), "keeps") {
		t.Errorf("link = %v, and prints\n%s", err, &printed)
	}
}

// A pattern that matches nothing would make the client slower without a word.
func TestThePackagesThatAreInlinedExist(t *testing.T) {
	l, overlay := written(t)
	deps := strings.Fields(run(t, l, "list", "-deps", "-overlay="+overlay, "./wasm"))
	for _, pattern := range inlined {
		prefix, all := strings.CutSuffix(pattern, "...")
		if !slices.ContainsFunc(deps, func(dep string) bool {
			return dep == pattern || all && strings.HasPrefix(dep, prefix)
		}) {
			t.Errorf("the client has no package %s", pattern)
		}
	}
}

func TestAStubTakesTheBodyOfOneFunction(t *testing.T) {
	const source = `package board

import _ "errors"

func (t *Table) clear() { s.Add(1) }

func rows() int { return count(1) }

// Rows has a comment.
func (t *Table) Rows(from, to int) int { // another
	return count(2)
}
`
	tests := []struct{ function, want string }{
		{"func rows() int", strings.Replace(source, "return count(1)", "return 0", 1)},
		{"func (t *Table) *", strings.Replace(source, "s.Add(1)", "return 0", 1)},
		{
			"func (t *Table) Rows(from, to int) int",
			strings.Replace(source, " // another\n\treturn count(2)\n", " return 0 ", 1),
		},
	}
	for _, test := range tests {
		got, err := stub{"board.go", test.function, "return 0"}.apply([]byte(strings.Replace(source, `_ "e`, `"e`, 1)))
		if err != nil || string(got) != test.want {
			t.Errorf("with a stub of %s the source is\n%s%v, want\n%s", test.function, got, err, test.want)
		}
	}
	for _, function := range []string{
		"func Rows(from, to int) int", "func rows(n int) int", "func rows()", "rows", "func (t *Row) *",
	} {
		if _, err := (stub{"board.go", function, ""}).apply([]byte(source)); err == nil {
			t.Errorf("a stub of %s, which is not there, is no error", function)
		}
	}
}

// The stubs assume that quoted texts are only in errors, that no code prints stack frames, and that none adds cleanups
// or sets a memory limit. A client that needs them otherwise must remove their stubs.
func TestNothingElseDependsOnAStub(t *testing.T) {
	const files = "{{range .GoFiles}}{{$.Standard}} {{$.Dir}}/{{.}}\n{{end}}"
	known := map[string]string{ // a call and its only file
		"strconv.Quote(":         "timetable/scanner.go",
		"runtime.Callers(":       "internal/stackerr/stackerr.go",
		"runtime.CallersFrames(": "internal/stackerr/stackerr.go",
		"runtime.AddCleanup(":    "nowhere",
		"debug.SetMemoryLimit(":  "nowhere",
	}
	l, overlay := written(t)
	for line := range strings.Lines(run(t, l, "list", "-deps", "-overlay="+overlay, "-f", files, "./wasm")) {
		standard, file, found := strings.Cut(strings.TrimSpace(line), " ")
		if !found || filepath.Base(file) == "slim.go" { // which exists in the overlay only
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for call, where := range known {
			if standard == "true" && where != "nowhere" {
				continue
			}
			if strings.Contains(string(source), call) && !strings.HasSuffix(filepath.ToSlash(file), where) {
				t.Errorf("%s calls %s…), which is a stub in the client", file, call)
			}
		}
	}
}

// written returns a linking with all savings that fit, and the path of its overlay. It changes to the repository's
// root.
func written(t *testing.T) (l *linking, overlay string) {
	t.Helper()
	t.Chdir("../..")
	l, err := newLinking(".", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range savings() {
		if err := s.add(l); err != nil {
			t.Logf("the client keeps %s: %v", s.what, err)
		}
	}
	if overlay, err = l.write(); err != nil {
		t.Fatal(err)
	}
	return l, overlay
}

// run runs the go command for js/wasm and returns what it prints.
func run(t *testing.T, l *linking, args ...string) string {
	t.Helper()
	out, err := l.command(args...).CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
