package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// text compresses well; noise does not.
var (
	text  = []byte(strings.Repeat("Buenos Aires A987 09:30 expected\n", 100))
	noise = []byte{0x5f, 0x12, 0xe7, 0x90, 0x03, 0xbb}
)

func TestPackWritesFilesAndTwinsThatHoldTheirContent(t *testing.T) {
	in, out := t.TempDir(), t.TempDir()
	write(t, filepath.Join(in, "board.js"), text)
	if err := pack(io.Discard, out, true, []string{filepath.Join(in, "board.js")}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, filepath.Join(out, "board.js")); !bytes.Equal(got, text) {
		t.Errorf("board.js has %d bytes, which are not the file's %d", len(got), len(text))
	}
	for _, e := range encodings {
		if twin := read(t, filepath.Join(out, "board.js"+e.extension)); !e.holds(twin, text) {
			t.Errorf("board.js%s does not decompress to board.js", e.extension)
		}
	}
}

func TestPackGivesTheSameBytesForTheSameFiles(t *testing.T) {
	in := filepath.Join(t.TempDir(), "board.js")
	write(t, in, text)
	var packed [2]map[string]string
	for i := range packed {
		out := t.TempDir()
		if err := pack(io.Discard, out, true, []string{in}); err != nil {
			t.Fatal(err)
		}
		packed[i] = folder(t, out)
	}
	if diff := cmp.Diff(packed[0], packed[1]); diff != "" {
		t.Errorf("packed twice (-first +second):\n%s", diff)
	}
}

func TestPackFollowsAChangedFile(t *testing.T) {
	in, out := filepath.Join(t.TempDir(), "board.js"), t.TempDir()
	for _, content := range [][]byte{text, text[1:]} {
		write(t, in, content)
		if err := pack(io.Discard, out, true, []string{in}); err != nil {
			t.Fatal(err)
		}
		for _, e := range encodings {
			if twin := read(t, filepath.Join(out, "board.js"+e.extension)); !e.holds(twin, content) {
				t.Errorf("board.js%s differs from board.js", e.extension)
			}
		}
	}
}

func TestPackLeavesOutTwinsThatAreNotSmaller(t *testing.T) {
	in, out := filepath.Join(t.TempDir(), "noise"), t.TempDir()
	write(t, in, noise)
	write(t, filepath.Join(out, "noise.gz"), []byte("of an earlier build"))
	write(t, filepath.Join(out, "README"), []byte("not ours"))
	var table strings.Builder
	if err := pack(&table, out, true, []string{in}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"noise": string(noise), "README": "not ours"}
	if diff := cmp.Diff(want, folder(t, out)); diff != "" {
		t.Errorf("the folder after packing (-want +got):\n%s", diff)
	}
	if want := "6   6   6"; !strings.Contains(strings.Join(strings.Fields(table.String()), "   "), want) {
		t.Errorf("the table is\n%s\nwant sizes %s", table.String(), want)
	}
}

func TestPackNamesTheFileThatIsMissing(t *testing.T) {
	err := pack(io.Discard, t.TempDir(), true, []string{"no-such-file"})
	if err == nil || !strings.Contains(err.Error(), "no-such-file") {
		t.Errorf("pack(no-such-file) = %v, want an error that names it", err)
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// folder returns the contents of the files in dir by name.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, entry := range entries {
		files[entry.Name()] = string(read(t, filepath.Join(dir, entry.Name())))
	}
	return files
}
