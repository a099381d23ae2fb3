package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

// The program prints the same whether it has the whole standard library or the overlay.
func TestAProgramWithTheOverlayPrintsWhatIsThrown(t *testing.T) {
	node := findNode(t)
	goroot := goEnv(t, "GOROOT")
	var sizes []int64
	var printed []string
	for _, overlay := range []string{"", written(t)} {
		program := filepath.Join(t.TempDir(), "throws.wasm")
		wasm(t, "go", "build", "-overlay="+overlay, "-o", program, "wasm/slim/testdata/throws/main.go")
		run := exec.Command(node, filepath.Join(goroot, "lib/wasm/wasm_exec_node.js"), program)
		run.Env = []string{}
		out, err := run.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		info, err := os.Stat(program)
		if err != nil {
			t.Fatal(err)
		}
		printed, sizes = append(printed, string(out)), append(sizes, info.Size())
	}
	if printed[0] != printed[1] || !strings.Contains(printed[1], "Invalid array length") {
		t.Errorf("with the overlay, the program prints\n%swant\n%s", printed[1], printed[0])
	}
	if sizes[1] > sizes[0]*4/5 {
		t.Errorf("with the overlay, the program has %d bytes of %d, want less than four fifths", sizes[1], sizes[0])
	}
}

func TestTheClientIsLinkedWithoutReflectionAndFiles(t *testing.T) {
	deps := strings.Fields(wasm(t, "go", "list", "-deps", "-overlay="+written(t), "./wasm"))
	if len(deps) < 10 {
		t.Fatalf("the client depends on %q only", deps)
	}
	for _, dep := range deps {
		switch dep {
		case "reflect", "os", "io/fs", "internal/poll", "internal/fmtsort", "internal/bisect":
			t.Errorf("the client is linked with %s", dep)
		}
	}
}

func TestOtherVersionsKeepTheStandardLibrary(t *testing.T) {
	const module = "github.com/hack-pad/safejs v0.1.0"
	tests := []struct {
		version, module string
		want            bool
	}{
		{"go1.26", module, true},
		{"go1.26.8", module, true},
		{"go1.27", module, false},
		{"go1.260", module, false},
		{"go1.26.8", "github.com/hack-pad/safejs v0.1.1", false},
		{"go1.26.8", module + " => ../safejs", false},
	}
	for _, test := range tests {
		if got := fits(test.version, test.module); got != test.want {
			t.Errorf("fits(%q, %q) = %t, want %t", test.version, test.module, got, test.want)
		}
	}
}

func TestAStubTakesTheBodyOfOneFunction(t *testing.T) {
	const source = `package board

func rows() int { return count(1) }

// Rows has a comment.
func (t *Table) Rows() int {
	return count(2)
}
`
	tests := []struct{ function, want string }{
		{"rows", strings.Replace(source, "return count(1)", "return 0", 1)},
		{"Table.Rows", strings.Replace(source, "\n\treturn count(2)\n", " return 0 ", 1)},
	}
	for _, test := range tests {
		got, err := stub{"board.go", test.function, "return 0"}.apply([]byte(source))
		if err != nil || string(got) != test.want {
			t.Errorf("with a stub of %s the source is\n%s%v, want\n%s", test.function, got, err, test.want)
		}
	}
	for _, function := range []string{"Rows", "Board.Rows", "count"} {
		if _, err := (stub{"board.go", function, ""}).apply([]byte(source)); err == nil {
			t.Errorf("a stub of %s, which is not there, is no error", function)
		}
	}
}

// The stubs assume that quoted texts are only in errors, and that no code prints stack frames. A client that needs them
// otherwise must remove their stubs.
func TestNothingElseDependsOnAStub(t *testing.T) {
	const files = "{{if not .Standard}}{{range .GoFiles}}{{$.Dir}}/{{.}}\n{{end}}{{end}}"
	t.Chdir("../..")
	known := map[string]string{
		"strconv.Quote(":         "timetable/scanner.go",
		"runtime.CallersFrames(": "internal/stackerr/stackerr.go",
	}
	for file := range strings.FieldsSeq(wasm(t, "go", "list", "-deps", "-f", files, "./wasm")) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for call, where := range known {
			if strings.Contains(string(source), call) && !strings.HasSuffix(filepath.ToSlash(file), where) {
				t.Errorf("%s calls %s…), which is a stub in the client", file, call)
			}
		}
	}
}

// written returns the path of an overlay.
func written(t *testing.T) string {
	t.Helper()
	t.Chdir("../..")
	dir := t.TempDir()
	if err := writeOverlay(".", dir); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "overlay.json")
}

// wasm runs a command for js/wasm and returns what it prints.
func wasm(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}
