//go:build unix

package web_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"flightboard/server/web"
)

// A developer's folder may contain other files than those of the page, and opening a pipe would block.
func TestOnlyThePageOfAFolderIsServed(t *testing.T) {
	outside, folder := t.TempDir(), t.TempDir()
	write := func(name string) {
		if err := os.WriteFile(name, []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"/.git", "/built", "/built/.cache", "/folder.js"} {
		if err := os.Mkdir(folder+name, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"/style.css", "/.env", "/.git/config", "/built/.cache/x.js",
		"/built/app.wasm", "/built/app.wasm.gz"} {
		write(folder + name)
	}
	write(outside + "/secret.js")
	for name, to := range map[string]string{"/file.js": outside + "/secret.js", "/away": outside,
		"/up.js":      "../" + filepath.Base(outside) + "/secret.js",
		"/inside.css": "style.css", "/nothing.css": "gone.css", "/round.js": "round.js"} {
		if err := os.Symlink(to, folder+name); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(folder+"/pipe.js", 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("pipe.js", folder+"/link-to-pipe.js"); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	bubble(t, web.Options{Page: root.FS(), Live: true}, func(s *site) {
		for _, c := range []struct {
			reason, path string
			status       int
		}{
			{"a file of the page", "/style.css", 200},
			{"a link to one", "/inside.css", 200},
			{"a file whose name begins with a dot", "/.env", 404},
			{"a file in a folder whose name does", "/.git/config", 404},
			{"such a folder further down", "/built/.cache/x.js", 404},
			{"such a folder itself", "/.git", 404},
			{"the compressed form of another file", "/built/app.wasm.gz", 404},
			{"a pipe", "/pipe.js", 404},
			{"a link to a pipe", "/link-to-pipe.js", 404},
			{"a folder named as a file", "/folder.js", 404},
			{"a link to a file outside", "/file.js", 404},
			{"a relative one", "/up.js", 404},
			{"a folder outside", "/away/secret.js", 404},
			{"a link to nothing", "/nothing.css", 404},
			{"a link to itself", "/round.js", 404},
			{"a file as a folder", "/style.css/x", 404},
		} {
			if answer := s.do("GET", c.path, ""); answer.StatusCode != c.status {
				t.Errorf("%s: GET %s = %s, want %d", c.reason, c.path, answer.Status, c.status)
			}
		}
	})
}
