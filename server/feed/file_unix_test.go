//go:build unix

package feed

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const toldOfPipes = "is not a regular file; what comes through a pipe goes to -feed -"

// Opening a named pipe blocks until it has a writer, and the server could not stop meanwhile.
func TestANamedPipeIsNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.ndjson")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewFile("desk", path, LineOptions{}); err == nil || !strings.Contains(err.Error(), toldOfPipes) {
		t.Errorf("NewFile = %v, want %s", err, toldOfPipes)
	}
}

func TestANamedPipeInTheFilesPlaceIsWaitedFor(t *testing.T) {
	follow(t, "day.ndjson", "{\"flight\":\"A1\"}\n", func(d *desk) {
		d.want("it is read", "A1")
		os.Remove(d.path)
		if err := syscall.Mkfifo(d.path, 0o600); err != nil {
			t.Fatal(err)
		}
		writer, err := os.OpenFile(d.path, os.O_RDWR, 0) // so that a feed which opens it fails here, and does not hang
		if err != nil {
			t.Fatal(err)
		}
		defer writer.Close()
		d.want("a pipe has its name", "A1")
		if told := d.told.lines(); len(told) != 1 || !strings.Contains(told[0], toldOfPipes) {
			t.Errorf("told %q, want once that it %s", told, toldOfPipes)
		}
		os.Remove(d.path)
		d.write("{\"flight\":\"A2\"}\n")
		d.want("a file has it again", "A1", "A2")
	})
}
