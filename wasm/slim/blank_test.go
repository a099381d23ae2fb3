package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A blanked program has to do all that the runtime needs its tables for, and to name functions.
func TestABlankedProgramWorks(t *testing.T) {
	node := findNode(t)
	program := filepath.Join(t.TempDir(), "works.wasm")
	write(t, program, blanked(t, linked(t, "./testdata/works")))
	executor := filepath.Join(goEnv(t, "GOROOT"), "lib/wasm/wasm_exec_node.js")
	run := func(args ...string) (stdout, stderr string, err error) {
		cmd := exec.Command(node, append([]string{"--stack-size=8192", executor, program}, args...)...)
		cmd.Env = []string{}
		var out, trace bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &trace
		err = cmd.Run()
		return out.String(), trace.String(), err
	}

	got, trace, err := run()
	want := `callers: main.inlined:?:0 main.callers:?:0 main.main:?:0
recovered: runtime error: index out of range [2] with length 1
` + strings.Repeat("deep: 10000\n", 4)
	if got != want || err != nil {
		t.Errorf("the program prints\n%swant\n%s%v\n%s", got, want, err, trace)
	}
	if _, trace, _ = run("panic"); !strings.Contains(trace, "nil pointer dereference") ||
		!strings.Contains(trace, "\nmain.outer()\n\t?:0") || !strings.Contains(trace, "\nmain.main()\n\t?:0") {
		t.Errorf("the panic's trace is\n%s", trace)
	}
}

func TestBlankTablesLeavesNothingOutButFilesAndLines(t *testing.T) {
	module := linked(t, "./testdata/hello")
	packed := blanked(t, module)
	if len(packed) != len(module) {
		t.Errorf("blanked, %d bytes have become %d", len(module), len(packed))
	}
	for _, word := range []string{"/print.go", "runtime/proc.go"} {
		if !bytes.Contains(module, []byte(word)) || bytes.Contains(packed, []byte(word)) {
			t.Errorf("%s should be in the module and not be in the blanked one", word)
		}
	}
	for _, name := range []string{"main.main", "fmt.Println", "runtime.gopanic", "runtime.Callers", "runtime.?"} {
		if !bytes.Contains(packed, []byte(name+"\x00")) {
			t.Errorf("the name of %s is gone", name)
		}
	}
	if name := []byte("runtime.schedinit\x00"); !bytes.Contains(module, name) || bytes.Contains(packed, name) {
		t.Error("runtime.schedinit should be in the module and not be in the blanked one")
	}
}

func TestBlankTablesRefusesWhatItDoesNotKnow(t *testing.T) {
	module := linked(t, "./testdata/hello")
	here, err := currentToolchain()
	if err != nil {
		t.Fatal(err)
	}
	const magic = "\xf1\xff\xff\xff\x00\x00\x01\x08"
	tests := []struct {
		name, reason string
		from         toolchain
		old, new     string
	}{
		{"another linker", "its tables may mean something else", here, "Go\x08go1.", "Go\x08go2."},
		{"no producers", "no section has the version", here, "producers", "consumers"},
		{"another magic number", "the tables' layout has another number", here, magic, "\xf2" + magic[1:]},
		{"no sources", "their layout is unknown", toolchain{here.version, t.TempDir()}, "\xff", "\xff"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			changed := bytes.Replace(module, []byte(test.old), []byte(test.new), 1)
			if !bytes.Contains(module, []byte(test.old)) {
				t.Fatalf("there is no %q in the module", test.old)
			}
			if _, err := test.from.blankTables(changed); !errors.Is(err, errUnknownTables) {
				t.Errorf("blankTables = %v, want %v: %s", err, errUnknownTables, test.reason)
			}
		})
	}
	if _, err := blankTables(moduleWith()); !errors.Is(err, errUnknownTables) {
		t.Errorf("blankTables of an empty module = %v, want %v", err, errUnknownTables)
	}
}

func TestBlankTypesRefusesAProgramThatUsesReflection(t *testing.T) {
	here, err := currentToolchain()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := here.blankTypes(linked(t, "./testdata/hello")); !errors.Is(err, errUnknownTables) {
		t.Errorf("blankTypes of a program with package fmt = %v, want %v", err, errUnknownTables)
	}
}

func TestModuleFieldCountsTheFieldsBeforeIt(t *testing.T) {
	src := t.TempDir()
	if err := os.Mkdir(filepath.Join(src, "runtime"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(src, "runtime/symtab.go"), []byte(`package runtime

type moduledata struct {
	sys.NotInHeap // takes no place
	header        *pcHeader
	tables        []byte
	text, etext   uintptr
	types, etypes uintptr
	hasmain       uint8
	next          *moduledata
}
`))
	for name, want := range map[string]uint64{"header": 0, "types": 48, "etypes": 56, "hasmain": 64} {
		if got, err := (toolchain{src: src}).moduleField(name); got != want || err != nil {
			t.Errorf("moduleField(%s) = %d, %v, want %d", name, got, err, want)
		}
	}
	for _, name := range []string{"next", "nothing"} {
		if got, err := (toolchain{src: src}).moduleField(name); !errors.Is(err, errUnknownTables) {
			t.Errorf("moduleField(%s) = %d, %v, want %v", name, got, err, errUnknownTables)
		}
	}
}

// A toolchain that declares one of the tables otherwise is refused, whatever its version is.
func TestCheckLayoutFindsAChangedDeclaration(t *testing.T) {
	src := t.TempDir()
	for _, d := range declarations {
		file := filepath.Join(src, d.file)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		old, _ := os.ReadFile(file)
		write(t, file, append(old, "// A comment.\n"+strings.Replace(d.source, "\n", " // another\n", 1)+"\n"...))
	}
	if err := checkLayout(src); err != nil {
		t.Fatalf("checkLayout = %v, want nil of the declarations themselves, with comments", err)
	}
	for _, d := range declarations {
		file := filepath.Join(src, d.file)
		sound := read(t, file)
		last := d.source[strings.LastIndexAny(strings.TrimRight(d.source, " \t\n}"), " \t")+1:]
		write(t, file, bytes.Replace(sound, []byte(last), []byte("x"+last), 1))
		if err := checkLayout(src); !errors.Is(err, errUnknownTables) {
			t.Errorf("checkLayout = %v after a change in\n%s", err, d.source)
		}
		write(t, file, sound)
	}
}

// Each number of the tables is checked against another one, so that few changes of them go unseen,
// and none makes blankTables leave the tables or run on.
func TestFindFunctabSeesThroughDamage(t *testing.T) {
	sections, err := parseModule(linked(t, "./testdata/hello"))
	if err != nil {
		t.Fatal(err)
	}
	var m memory
	for _, s := range sections {
		if s.id == dataSection {
			if _, m, err = parseData(s.content); err != nil {
				t.Fatal(err)
			}
		}
	}
	sound, err := findFunctab(m)
	if err != nil {
		t.Fatal(err)
	}
	first := sound.functions[0]
	for name, place := range map[string][]byte{
		"an index":              sound.tables[8*100:],
		"a function's place":    sound.tables[8*100+4:],
		"a function's entry":    sound.tables[first:],
		"a function's name":     sound.tables[first+7:],
		"how many tables":       sound.tables[first+28:],
		"how many data":         sound.tables[first+43:],
		"a bucket":              sound.buckets[100*bucketDistance:],
		"the end of the values": sound.values[len(sound.values)-16:],
	} {
		old := bytes.Clone(place[:16])
		for i := range 16 {
			if place[i] = 0xff; !strings.HasPrefix(name, "the end") {
				break
			}
		}
		if _, err := findFunctab(m); !errors.Is(err, errUnknownTables) {
			t.Errorf("with %s spoilt, findFunctab = %v, want %v", name, err, errUnknownTables)
		}
		copy(place, old)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 { // must not panic
		place := [][]byte{sound.tables, sound.values, sound.buckets}[random.IntN(3)]
		i := random.IntN(len(place))
		old := place[i]
		place[i] = byte(random.Uint32())
		if accepted, err := findFunctab(m); err == nil && random.IntN(20) == 0 {
			accepted.units, accepted.files, accepted.names = nil, nil, bytes.Clone(accepted.names)
			for _, part := range []*[]byte{&accepted.values, &accepted.tables, &accepted.buckets} {
				*part = bytes.Clone(*part)
			}
			accepted.blank() // It may refuse as well.
		}
		place[i] = old
	}
}

func findNode(t *testing.T) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node on this machine") // check_nested of .ci/checks.sh installs it, or reports that it is missing
	}
	return node
}

// goEnv returns a variable of the go command.
func goEnv(t *testing.T, name string) string {
	t.Helper()
	value, err := output(".", "go", "env", name)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// linked returns a program as the linker wrote it, with its segments merged.
func linked(t *testing.T, program string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "program.wasm")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", file, program)
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	merged, err := mergeSegments(read(t, file))
	if err != nil {
		t.Fatal(err)
	}
	return merged
}

// blanked returns the module with its tables blanked, and skips the test if the toolchain has other tables.
func blanked(t *testing.T, module []byte) []byte {
	t.Helper()
	here, err := currentToolchain()
	if err != nil {
		t.Fatal(err)
	}
	if err := checkLayout(here.src); err != nil {
		t.Skip(err)
	}
	blanked, err := here.blankTables(module)
	if err != nil {
		t.Fatal(err)
	}
	return blanked
}
