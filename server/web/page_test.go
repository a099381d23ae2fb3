package web_test

import (
	"compress/gzip"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"flightboard/server/web"
)

func files() fstest.MapFS {
	file := func(text string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(text), ModTime: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	}
	return fstest.MapFS{
		"index.html": file(`<meta name="flightboard-stream" content="https://board.example/events"><link ` +
			`href="style.css"><script data-program="built/app.wasm" ` +
			`src="gone.js"></script><table><tbody><tr><td>static</td></tr></tbody></table>`),
		"built/app.wasm": file("wasm"), "built/app.wasm.br": file("BR"), "built/app.wasm.gz": file("GZ"),
		"style.css": file("css"), "boot.js": file(strings.Repeat("go()\n", 100)),
	}
}

func TestThePageHoldsTheBoardOfThisMoment(t *testing.T) {
	bubble(t, web.Options{Page: files()}, func(s *site) {
		s.append(1)
		for _, path := range []string{"/", "/index.html"} {
			answer := s.do("GET", path, "")
			text := s.text(answer)
			if !strings.Contains(text, `data-flight="LH1"`) || strings.Contains(text, "static") ||
				!strings.HasSuffix(text, "</tbody></table>") {
				t.Errorf("%s is\n%s\nwant the board's rows in place of the file's", path, text)
			}
			if got := answer.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s may be cached: %q", path, got)
			}
			policy := answer.Header.Get("Content-Security-Policy")
			for _, want := range []string{"default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'",
				"connect-src 'self' https://board.example;"} {
				if !strings.Contains(policy, want) {
					t.Errorf("the policy lacks %q: %s", want, policy)
				}
			}
		}
	})
}

func TestFilesOfThePage(t *testing.T) {
	bubble(t, web.Options{Page: files()}, func(s *site) {
		for _, c := range []struct {
			reason, path, accept  string
			status                int
			text, coding, content string
		}{
			{"as it is", "/built/app.wasm", "identity", 200, "wasm", "", "application/wasm"},
			{"the smallest twin", "/built/app.wasm", "gzip, deflate, br", 200, "BR", "br", "application/wasm"},
			{"the twin that is accepted", "/built/app.wasm", "gzip", 200, "GZ", "gzip", "application/wasm"},
			{"a coding that is refused", "/built/app.wasm", "br;q=0, gzip;q=0.5", 200, "GZ", "gzip", "application/wasm"},
			{"a coding that is refused in capitals", "/built/app.wasm", "br;Q=0, gzip;q = 1", 200, "GZ", "gzip",
				"application/wasm"},
			{"codings that are refused by all", "/built/app.wasm", "*;q=0, gzip;q=0.1", 200, "GZ", "gzip", "application/wasm"},
			{"no twin was made", "/style.css", "br", 200, "css", "", "text/css; charset=utf-8"},
			{"a small file gains nothing", "/style.css", "gzip", 200, "css", "", "text/css; charset=utf-8"},
			{"folders are not listed", "/built/", "", 404, "", "", ""},
			{"folders are not files", "/built", "", 404, "", "", ""},
			{"nothing outside", "/../web.go", "", 404, "", "", ""},
			{"the twin itself", "/built/app.wasm.gz", "gzip", 404, "", "", ""},
			{"what would be the twin's twin", "/built/app.wasm.gz.gz", "gzip", 404, "", "", ""},
			{"a twin that is made here", "/boot.js.gz", "gzip", 404, "", "", ""},
			{"nothing there", "/nothing.js", "", 404, "", "", ""},
		} {
			answer := s.do("GET", c.path, "", "Accept-Encoding", c.accept)
			if answer.StatusCode != c.status {
				t.Errorf("%s: GET %s = %s, want %d", c.reason, c.path, answer.Status, c.status)
				continue
			}
			if c.status != 200 {
				continue
			}
			if got := s.text(answer); got != c.text || answer.Header.Get("Content-Encoding") != c.coding ||
				answer.Header.Get("Content-Type") != c.content {
				t.Errorf("%s: got %q, coding %q, type %q", c.reason, got, answer.Header.Get("Content-Encoding"),
					answer.Header.Get("Content-Type"))
			}
			again := s.do("GET", c.path, "", "Accept-Encoding", c.accept, "If-None-Match", answer.Header.Get("ETag"))
			if again.StatusCode != 304 {
				t.Errorf("%s: asking again = %s, want 304", c.reason, again.Status)
			}
		}
	})
}

// A browser caches a file with its hash in the name for ever, and finds a new release in the page, which it requests.
func TestFilesAreNamedByTheirHash(t *testing.T) {
	named := regexp.MustCompile(`<link href="(style\.[0-9a-f]{24}\.css)"><script ` +
		`data-program="(built/app\.[0-9a-f]{24}\.wasm)" src="gone.js">`)
	names := func(s *site) []string {
		t.Helper()
		text := s.text(s.do("GET", "/", ""))
		m := named.FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("the page does not name its files by their hashes:\n%s", text)
		}
		return m[1:]
	}
	var before []string
	bubble(t, web.Options{Page: files()}, func(s *site) {
		before = names(s)
		for i, want := range []string{"css", "wasm"} {
			answer := s.do("GET", "/"+before[i], "")
			if got := s.text(answer); got != want ||
				answer.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
				t.Errorf("%s is %q, to be kept %q", before[i], got, answer.Header.Get("Cache-Control"))
			}
		}
		if got := s.do("GET", "/style.css", "").Header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("a name without a hash may be kept %q, but the next release has it too", got)
		}
	})
	release := files()
	release["style.css"].Data = []byte("new")
	bubble(t, web.Options{Page: release}, func(s *site) {
		after := names(s)
		if after[0] == before[0] || after[1] != before[1] {
			t.Errorf("the style has changed and the program has not, but their names were %q and are %q", before, after)
		}
		// A page of the old release still finds something, which is not kept under the old name.
		answer := s.do("GET", "/"+before[0], "")
		if got := s.text(answer); got != "new" || answer.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("the old name gives %q, to be kept %q", got, answer.Header.Get("Cache-Control"))
		}
	})
}

func TestFilesThatTheBuildDidNotCompressAreCompressedByTheServer(t *testing.T) {
	bubble(t, web.Options{Page: files()}, func(s *site) {
		for path, want := range map[string]string{"/boot.js": "go()\n", "/": "<tbody>"} {
			answer := s.do("GET", path, "", "Accept-Encoding", "gzip, br")
			if got := answer.Header.Get("Content-Encoding"); got != "gzip" {
				t.Errorf("%s comes with the coding %q, want gzip", path, got)
				continue
			}
			r, err := gzip.NewReader(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil || !strings.Contains(string(text), want) {
				t.Errorf("%s decompresses to %q, %v", path, text, err)
			}
			answer.Body.Close()
		}
	})
}

func TestAChangedPageReloadsItself(t *testing.T) {
	folder := t.TempDir()
	bubble(t, web.Options{Page: os.DirFS(folder), Live: true}, func(s *site) {
		if err := os.WriteFile(folder+"/style.css", []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		w := s.watch("/events")
		w.want("flightSnapshot", "[]")
		time.Sleep(2 * time.Second)
		if err := os.WriteFile(folder+"/style.css", []byte("new"), 0o600); err != nil {
			t.Fatal(err)
		}
		later := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
		if err := os.Chtimes(folder+"/style.css", later, later); err != nil {
			t.Fatal(err)
		}
		w.want("reload", "")
		if got := s.text(s.do("GET", "/style.css", "")); got != "new" {
			t.Errorf("the file is served as %q, want it read anew", got)
		}
	})
}

// A range of the page would be put together with one of another board. One of a file is of the file as it is.
func TestRanges(t *testing.T) {
	bubble(t, web.Options{Page: files()}, func(s *site) {
		s.append(1)
		for _, c := range []struct {
			reason, path, ranges string
			status               int
			text, accepts        string
		}{
			{"the page has none", "/", "bytes=0-3", 200, "", "none"},
			{"not even one that begins behind its end", "/", "bytes=100000-", 200, "", "none"},
			{"nor has the board", "/flights", "bytes=0-3", 200, "", "none"},
			{"a file has them", "/built/app.wasm", "bytes=1-2", 206, "as", "bytes"},
			{"behind the end of a file is nothing", "/built/app.wasm", "bytes=100-", 416, "", ""},
		} {
			answer := s.do("GET", c.path, "", "Range", c.ranges, "Accept-Encoding", "gzip, br")
			if got := answer.Header.Get("Accept-Ranges"); answer.StatusCode != c.status || got != c.accepts {
				t.Errorf("%s: %s, Accept-Ranges %q, want %d, %q", c.reason, answer.Status, got, c.status, c.accepts)
			}
			if coding := answer.Header.Get("Content-Encoding"); c.status != 200 && coding != "" {
				t.Errorf("%s: %s says that its coding is %q", c.reason, answer.Status, coding)
			}
			if got := s.text(answer); c.text != "" && got != c.text {
				t.Errorf("%s: got %q, want %q", c.reason, got, c.text)
			}
		}
	})
}

func TestHEADGetsOnlyHeaders(t *testing.T) {
	bubble(t, web.Options{Page: files()}, func(s *site) {
		s.append(1)
		for _, path := range []string{"/", "/style.css", "/flights"} {
			whole, head := s.do("GET", path, ""), s.do("HEAD", path, "")
			text := s.text(whole)
			if whole.ContentLength != int64(len(text)) || head.ContentLength != whole.ContentLength || s.text(head) != "" {
				t.Errorf("%s: %d bytes are %d for GET and %d for HEAD", path, len(text), whole.ContentLength, head.ContentLength)
			}
		}
	})
}

func TestACodingThatTheRequestDoesNotAcceptIsNotSent(t *testing.T) {
	bubble(t, web.Options{Page: files()}, func(s *site) {
		for _, path := range []string{"/", "/style.css", "/flights"} {
			if answer := s.do("GET", path, "", "Accept-Encoding", "identity;q=0"); answer.StatusCode != 406 {
				t.Errorf("%s without any coding = %s, want 406", path, answer.Status)
			}
		}
	})
}
