package feed

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A desk is a file in a bubble, and the feed that follows it.
type desk struct {
	*testing.T
	path string
	log  recorder
	told diary
	stop func() error
}

func follow(t *testing.T, name, text string, test func(d *desk)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	synctest.Test(t, func(t *testing.T) {
		d := &desk{T: t, path: path}
		d.write(text)
		f, err := NewFile("desk", path, d.told.options())
		if err != nil {
			t.Fatal(err)
		}
		d.stop = start(t, f, &d.log)
		test(d)
		if err := d.stop(); err != nil {
			t.Errorf("Run = %v", err)
		}
	})
}

func (d *desk) write(text string) {
	d.Helper()
	if err := os.WriteFile(d.path, []byte(text), 0o600); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) append(path, text string) {
	d.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		d.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) rename(from, to string) {
	d.Helper()
	if err := os.Rename(from, to); err != nil {
		d.Fatal(err)
	}
}

// want lets half a second pass and compares the board.
func (d *desk) want(reason string, rows ...string) {
	d.Helper()
	d.wantAfter(500*time.Millisecond, reason, rows...)
}

func (d *desk) wantAfter(pause time.Duration, reason string, rows ...string) {
	d.Helper()
	time.Sleep(pause)
	synctest.Wait()
	if diff := cmp.Diff(rows, d.log.rows()); diff != "" {
		d.Errorf("%s (-want +got):\n%s\ntold: %s", reason, diff, d.told.text.String())
	}
}

func TestFollowingLines(t *testing.T) {
	follow(t, "day.ndjson", "{\"flight\":\"A1\"}\n", func(d *desk) {
		d.want("it is read", "A1")
		d.append(d.path, "{\"flight\":\"A2\"}\n{\"flight\":")
		d.want("it grows, by a line and a half", "A1", "A2")
		d.append(d.path, "\"A3\"}\n")
		d.want("the other half comes", "A1", "A2", "A3")
		d.append(d.path, `{"flight":"A4"}`)
		d.want("a line without its end may go on", "A1", "A2", "A3")
		time.Sleep(time.Second)
		d.want("for a second", "A1", "A2", "A3", "A4")

		d.rename(d.path, d.path+".1")
		d.append(d.path+".1", "\n{\"flight\":\"A5\"}\n")
		d.want("it is rotated, and written to still", "A1", "A2", "A3", "A4", "A5")
		d.write("{\"flight\":\"A6\"}\n")
		d.append(d.path+".1", "{\"flight\":\"A7\"}\n")
		d.want("the new one follows when the old one was read to its end", "A1", "A2", "A3", "A4", "A5", "A6", "A7")

		d.write("")
		d.append(d.path, "{\"flight\":\"A8\"}\n")
		d.want("it is cut and begun anew, at the same length", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8")
		d.write("{\"flight\":\"B1\"}\n{\"flight\":\"B2\"}\n{\"flight\":\"B3\"}\n")
		d.want("it is written anew, and longer", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "B1", "B2", "B3")
		if d.told.refused != 0 {
			t.Errorf("lines were left out: %s", d.told.text.String())
		}
		os.Remove(d.path)
		d.want("it may be gone for a while", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "B1", "B2", "B3")
		d.write("{\"event\":\"flightSnapshot\",\"data\":[{\"flight\":\"C1\"}]}\n")
		d.want("and come back", "C1")
	})
}

func TestAFileMustExist(t *testing.T) {
	folder := t.TempDir()
	for _, test := range []struct{ name, path, want string }{
		{"a typo is noticed", filepath.Join(folder, "none.csv"), "no such file"},
		{"a folder holds no lines", folder, "is not a regular file"},
	} {
		if _, err := NewFile("desk", test.path, LineOptions{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: NewFile = %v, want %s", test.name, err, test.want)
		}
	}
}
