package web

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"flightboard/server/eventlog"
)

// TestInventedNamesAddNoFiles: an invented name is neither stored nor compressed, whatever the number of requests.
func TestInventedNamesAddNoFiles(t *testing.T) {
	files := fstest.MapFS{}
	for name, text := range map[string]string{"index.html": "<tbody></tbody>", "app.js": strings.Repeat("go()\n", 100),
		"built/app.wasm": "wasm", "built/app.wasm.gz": "GZ", "old.tar.gz": "tar"} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	options := Options{Page: files, Log: slog.New(slog.DiscardHandler)}
	p := newPage(&boards{log: eventlog.New(eventlog.Options{})}, options, access{})
	ask := func(path string) int {
		answer, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
		r.URL.Path = path
		r.Header.Set("Accept-Encoding", "gzip, br")
		p.ServeHTTP(answer, r)
		return answer.Code
	}
	before := len(p.assets)
	for _, c := range []struct {
		reason, path string
		status       int
	}{
		{"a file that is compressed here", "/app.js", 200},
		{"a file that is compressed as it is", "/old.tar.gz", 200},
		{"the form that the build has compressed", "/built/app.wasm.gz", 404},
		{"one that is compressed here", "/app.js.gz", 404},
		{"that form's form", "/built/app.wasm.gz.gz", 404},
		{"and so on", "/built/app.wasm.gz.gz.gz", 404},
		{"a coding that the build has not used", "/app.js.br", 404},
		{"a hash that is none of ours", "/app.0123456789abcdef01234567.js", 200},
		{"a second way to a name", "//app.js", 404},
		{"a third", "/./app.js", 404},
	} {
		for range 2 {
			if got := ask(c.path); got != c.status {
				t.Errorf("%s: GET %s = %d, want %d", c.reason, c.path, got, c.status)
			}
		}
		if got := len(p.assets); got != before || before != 4 {
			t.Fatalf("%s: after GET %s %d files are kept, and %d before; want 4", c.reason, c.path, got, before)
		}
	}
}
