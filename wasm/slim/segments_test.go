package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMergeSegmentsJoinsWhatIsNear(t *testing.T) {
	seg := func(offset uint64, content string) segment { return segment{offset, []byte(content)} }
	tests := []struct {
		name, reason string
		in, want     []segment
	}{
		{"none", "a module without data stays one", nil, nil},
		{"neighbours", "nothing lies between them", []segment{seg(8, "ab"), seg(10, "c")}, []segment{seg(8, "abc")}},
		{"a short gap", "memory is zero before", []segment{seg(8, "ab"), seg(13, "c")}, []segment{seg(8, "ab\x00\x00\x00c")}},
		{"a long gap", "it would only be longer", []segment{seg(8, "a"), seg(16+maxGap, "c")},
			[]segment{seg(8, "a"), seg(16+maxGap, "c")}},
		{"a pointer after a long gap", "its low bytes may be zero", []segment{seg(8, "a"), seg(19+maxGap, "c")},
			[]segment{seg(8, "a"), seg(16+maxGap, "\x00\x00\x00c")}},
		{"a pointer at the front", "its low bytes may be zero", []segment{seg(3, "a")}, []segment{seg(0, "\x00\x00\x00a")}},
		{"out of order", "what does not overlap may be copied in any order", []segment{seg(10, "c"), seg(8, "ab")},
			[]segment{seg(8, "abc")}},
		{"above two gibibytes", "an i32 offset is an address although its operand is signed",
			[]segment{seg(1<<31, "a"), seg(1<<31+1, "b")}, []segment{seg(1<<31, "ab")}},
		{"an empty one", "it writes nothing, but its offset is still checked against the memory's size",
			[]segment{seg(8, "")}, []segment{seg(8, "")}},
	}
	for _, test := range tests {
		for name, opcode := range map[string]byte{"i32": i32Const, "i64": i64Const} {
			t.Run(test.name+" "+name, func(t *testing.T) {
				merged, err := mergeSegments(moduleWith(section{dataSection, appendData(nil, opcode, test.in)}))
				if err != nil {
					t.Fatal(err)
				}
				sections, err := parseModule(merged)
				if err != nil {
					t.Fatal(err)
				}
				_, got, err := parseData(sections[len(sections)-1].content)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(segment{})); diff != "" {
					t.Errorf("%s (-want +got):\n%s", test.reason, diff)
				}
			})
		}
	}
}

func TestMergeSegmentsRefusesWhatItCannotJudge(t *testing.T) {
	data := func(b ...byte) section { return section{dataSection, b} }
	tests := []struct {
		name     string
		sections []section
		want     error
	}{
		{"a passive segment", []section{data(1, 1, 1, 'a')}, errUnmergeable},
		{"a segment of another memory", []section{data(1, 2, 1, i32Const, 0, endInstr, 1, 'a')}, errUnmergeable},
		{"an offset in a global", []section{data(1, 0, 0x23, 0, endInstr, 1, 'a')}, errUnmergeable},
		{"an offset that is computed", []section{data(1, 0, i32Const, 0, i32Const, 0, 0x6a, endInstr, 0)}, errUnmergeable},
		{"offsets of two kinds", []section{data(2, 0, i32Const, 0, endInstr, 0, 0, i64Const, 0, endInstr, 0)},
			errUnmergeable},
		{"segments that overlap", []section{data(2, 0, i32Const, 0, endInstr, 2, 'a', 'b', 0, i32Const, 1, endInstr, 1, 'c')},
			errUnmergeable},
		{"segments that instructions may name",
			[]section{{dataCountSection, []byte{1}}, data(1, 0, i32Const, 0, endInstr, 1, 'a')}, errUnmergeable},
		{"an imported memory", []section{{importSection, []byte("\x01\x01m\x01n\x02\x00\x01")}}, errUnmergeable},
		{"an import of an unknown kind", []section{{importSection, []byte("\x01\x01m\x01n\x09")}}, errUnmergeable},
		{"a segment cut short", []section{data(1, 0, i32Const, 0, endInstr, 2, 'a')}, errMalformed},
		{"a missing segment", []section{data(1)}, errMalformed},
		{"an import cut short", []section{{importSection, []byte{1, 5}}}, errMalformed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := mergeSegments(moduleWith(test.sections...)); !errors.Is(err, test.want) {
				t.Errorf("mergeSegments = %v, want %v", err, test.want)
			}
		})
	}
}

func TestMergeSegmentsWantsAModule(t *testing.T) {
	for name, module := range map[string]string{
		"nothing": "", "another format": "\x7fELF\x01\x00\x00\x00", "a section cut short": preamble + "\x0b\x05\x01",
	} {
		if _, err := mergeSegments([]byte(module)); !errors.Is(err, errMalformed) {
			t.Errorf("mergeSegments(%s) = %v, want %v", name, err, errMalformed)
		}
	}
}

// Node instantiates the Go linker's module before and after the merge, and must find the same memory; then it runs the
// merged program.
func TestMergeSegmentsKeepsAGoProgramTheSame(t *testing.T) {
	node := findNode(t)
	dir := t.TempDir()
	before, after := filepath.Join(dir, "before.wasm"), filepath.Join(dir, "after.wasm")
	build := exec.Command("go", "build", "-o", before, "./testdata/hello")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	merged, err := mergeSegments(read(t, before))
	if err != nil {
		t.Fatal(err)
	}
	write(t, after, merged)

	sums := strings.Fields(printed(t, exec.Command(node, "testdata/memory.mjs", before, after)))
	if len(sums) != 2 || sums[0] != sums[1] {
		t.Errorf("the memories' hashes after instantiation are %q, want two that are equal", sums)
	}
	goroot := goEnv(t, "GOROOT")
	hello := exec.Command(node, filepath.Join(goroot, "lib/wasm/wasm_exec_node.js"), after)
	hello.Env = []string{}
	if got, want := printed(t, hello), "hello from 42\n"; got != want {
		t.Errorf("the merged program prints %q, want %q", got, want)
	}
}

// FuzzMergeSegments merges any bytes as the content of a data section: never a panic, and the
// segments leave the same memory.
func FuzzMergeSegments(f *testing.F) {
	f.Add([]byte{2, 0, i32Const, 0, endInstr, 1, 'a', 0, i32Const, 8, endInstr, 1, 'b'})
	f.Add([]byte{2, 0, i32Const, 8, endInstr, 1, 'a', 0, i32Const, 0, endInstr, 1, 'b'})
	f.Add([]byte{1, 0, i64Const, 0x7f, endInstr, 1, 'a'})
	f.Fuzz(func(t *testing.T, content []byte) {
		_, segments, err := parseData(content)
		if err != nil {
			return
		}
		merged, err := mergeData(content)
		if err != nil {
			return
		}
		_, joined, err := parseData(merged)
		if err != nil {
			t.Fatalf("the merged section does not parse: %v", err)
		}
		if diff := cmp.Diff(image(segments), image(joined)); diff != "" {
			t.Errorf("memory after instantiation (-before +after):\n%s", diff)
		}
	})
}

// image is the memory that segments leave: its bytes that are not zero, by address.
func image(segments []segment) map[uint64]byte {
	memory := make(map[uint64]byte)
	for _, s := range segments {
		for i, b := range s.content {
			memory[s.offset+uint64(i)] = b
			if b == 0 {
				delete(memory, s.offset+uint64(i))
			}
		}
	}
	return memory
}

func TestSignedNumbersComeBack(t *testing.T) {
	for _, v := range []int64{0, 1, -1, 63, 64, -64, -65, 1<<31 - 1, -1 << 31, 1<<63 - 1, -1 << 63} {
		b := appendSigned(nil, v)
		r := reader{rest: append(b, 0xff)}
		if got := r.signed(); got != v || !bytes.Equal(r.rest, []byte{0xff}) {
			t.Errorf("signed(% x) = %d with % x left, want %d with ff left", b, got, r.rest, v)
		}
	}
	overlong := reader{rest: binary.AppendUvarint(bytes.Repeat([]byte{0x80}, 10), 0)}
	if overlong.signed(); !overlong.short {
		t.Error("signed took a number of eleven bytes")
	}
}

// moduleWith returns a module of these sections.
func moduleWith(sections ...section) []byte { return appendModule(nil, sections) }

func printed(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return string(out)
}
