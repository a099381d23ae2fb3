package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

// day is the time of the tests' files.
var day = time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)

// made has the parts of a release for this machine's processor.
var made = sync.OnceValues(func() (parts struct {
	binary     *binary
	components []component
	common     []file
}, err error) {
	if parts.binary, err = build("1.2.3", "linux/"+runtime.GOARCH); err == nil {
		parts.components, err = components([]*binary{parts.binary})
	}
	if err == nil {
		parts.common, err = common(parts.components)
	}
	return parts, err
})

func TestMain(m *testing.M) {
	if err := os.Chdir("../.."); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// need skips the test if a program is not installed; with CI=true the test fails.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		_, err := exec.LookPath(program)
		switch {
		case err == nil:
		case os.Getenv("CI") == "true":
			t.Fatal("CI=true, and there is no", program)
		default:
			t.Skip("there is no", program)
		}
	}
}

// run returns the output of a program that ends well.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func TestVersionsAreSemantic(t *testing.T) {
	for _, c := range []struct{ text, want, debian string }{
		{"1.2.3", "1.2.3", "1.2.3-1"},
		{"v0.1.0", "0.1.0", "0.1.0-1"},
		{"1.2.3-rc.1", "1.2.3-rc.1", "1.2.3~rc.1-1"},
		{"1.2.3-a-b", "1.2.3-a-b", "1.2.3~a-b-1"},
		{"1.2", "", ""}, {"01.2.3", "", ""}, {"1.2.3-01", "", ""}, {"1.2.3-", "", ""}, {"1.2.3+x", "", ""},
		{"vv1.2.3", "", ""}, {"1.2.3 ", "", ""}, {"1.2.3\n", "", ""}, {"", "", ""},
	} {
		v, err := parseVersion(c.text)
		if string(v) != c.want || (err == nil) != (c.want != "") || err == nil && v.debian() != c.debian {
			t.Errorf("parseVersion(%q) = %q (%s), %v, want %q (%s)", c.text, v, v.debian(), err, c.want, c.debian)
		}
	}
}

func TestTheDateOfAReleaseIsThatOfTheChangeLog(t *testing.T) {
	log := []byte("# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-28\n\n## [1.2.2] - 2026-11-27\n")
	if got := version("1.2.3").date(log); !got.Equal(day) {
		t.Errorf("date = %v, want %v", got, day)
	}
	if got := version("1.2.4").date(log); got.Year() != 1980 {
		t.Errorf("date of a version that is not there = %v", got)
	}
}

// TestTheBinaryNeedsNothing: it is static, knows its version, and does not name folders of the machine that built it.
func TestTheBinaryNeedsNothing(t *testing.T) {
	parts, err := made()
	if err != nil {
		t.Fatal(err)
	}
	here, _ := os.Getwd()
	for _, text := range []string{here + "/", os.Getenv("HOME") + "/go/", "/ld-linux"} {
		if bytes.Contains(parts.binary.content, []byte(text)) {
			t.Errorf("the binary has %q", text)
		}
	}
	path := filepath.Join(t.TempDir(), "flightboard")
	if err := os.WriteFile(path, parts.binary.content, 0o755); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "linux" {
		t.Skip("the binary is one for Linux")
	}
	want := "flightboard 1.2.3 (" + parts.binary.info.GoVersion + ", linux/"
	if got := run(t, path, "-version"); !strings.HasPrefix(got, want) {
		t.Errorf("-version = %q, want %q…", got, want)
	}
}

func TestTheLicencesOfAllComponentsAreInTheArchives(t *testing.T) {
	parts, err := made()
	if err != nil {
		t.Fatal(err)
	}
	text := string(notices(parts.components))
	for _, want := range []string{"safejs v0.1.0 (Apache-2.0)", "Apache License", "Redistributions in binary form",
		"Mike Borsetti", "Go " + strings.TrimPrefix(parts.binary.info.GoVersion, "go")} {
		if !strings.Contains(text, want) {
			t.Errorf("the licences lack %q", want)
		}
	}
	if _, err := moduleComponent("example.com/unknown@v1.0.0", nil); err == nil {
		t.Error("a module whose licence is not known is no error")
	}
}

// TestTheListNamesAllThatIsLinked compares the list with the modules of the binary and of the page's program.
func TestTheListNamesAllThatIsLinked(t *testing.T) {
	parts, err := made()
	if err != nil {
		t.Fatal(err)
	}
	built := fstest.MapFS{"app.wasm": {}, "eventsource.js": {}, "wasm_exec.js": {}}
	text, err := spdx("1.2.3", day, []*binary{parts.binary}, built, parts.components)
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{d.ID: true}
	versions := make(map[string]string)
	for _, p := range d.Packages {
		ids[p.ID], versions[p.Name] = true, p.Version
	}
	for _, f := range d.Files {
		ids[f.ID] = true
	}
	if len(ids) != 1+len(d.Packages)+len(d.Files) || len(d.Files) != 1+len(built) {
		t.Errorf("%d identifiers of %d packages and %d files", len(ids), len(d.Packages), len(d.Files))
	}
	for _, r := range d.Relationships {
		if !ids[r.Element] || !ids[r.Related] {
			t.Errorf("there is no such element: %v", r)
		}
	}
	modules, _ := os.ReadFile("go.mod")
	if v := versions["github.com/hack-pad/safejs"]; v == "" || !strings.Contains(string(modules), "safejs "+v) {
		t.Errorf("safejs %q is not that of go.mod", v)
	}
	if versions["Go"] != strings.TrimPrefix(parts.binary.info.GoVersion, "go") || versions["flightboard"] != "1.2.3" {
		t.Errorf("versions %v", versions)
	}
	if versions["github.com/google/go-cmp"] != "" {
		t.Error("a module for tests is in the list")
	}
	if _, err := spdx("1.2.3", day, nil, fstest.MapFS{}, nil); err == nil || !strings.Contains(err.Error(), "./build.sh") {
		t.Errorf("without the page's program: %v", err)
	}
}

func TestArchivesKeepModesAndOrder(t *testing.T) {
	archive, err := tarred(inFolder("board", []file{{"b", 0o755, []byte("text")}, {"a", 0o644, nil}}), day)
	if err != nil {
		t.Fatal(err)
	}
	decompressed, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	files := tar.NewReader(decompressed)
	for _, want := range []struct {
		name string
		mode int64
	}{{"board/b", 0o755}, {"board/a", 0o644}} {
		head, err := files.Next()
		if err != nil {
			t.Fatal(err)
		}
		if head.Name != want.name || head.Mode != want.mode || !head.ModTime.Equal(day) || head.Uname != "root" {
			t.Errorf("got %+v, want %v", head, want)
		}
	}
	if _, err := files.Next(); !errors.Is(err, io.EOF) {
		t.Error("there are more files:", err)
	}
}

// TestAWriterStopsAtAnError: what is half done gets no checksums.
func TestAWriterStopsAtAnError(t *testing.T) {
	w := writer{dir: t.TempDir()}
	w.write("a", nil, errors.New("no memory"))
	w.write("b", nil, nil)
	if _, err := os.Stat(filepath.Join(w.dir, "b")); err == nil || w.err == nil || w.err.Error() != "a: no memory" {
		t.Errorf("b was written, or the error is %v", w.err)
	}
}
