package program

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/web"
)

// A file that has changed is read when it has stayed as it is for a second, without a signal. A wrong one changes
// nothing.
func TestAFileOfTokensIsReadAgainWhenItChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		name := filepath.Join(t.TempDir(), "readers")
		written := time.Now()
		write := func(text string) {
			written = written.Add(time.Second)
			if os.WriteFile(name, []byte(text), 0o600) != nil || os.Chtimes(name, written, written) != nil {
				t.Fatal("the file cannot be written")
			}
		}
		write("anna:the-token-of-anna\n")
		var log strings.Builder
		logger := slog.New(slog.NewTextHandler(&log, nil))
		s := settings{readersFile: name, session: time.Hour}
		readers, files, err := s.readers(t.Context(), logger, nil)
		if err != nil {
			t.Fatal(err)
		}
		go reread(t.Context(), files, nil, logger)
		mayRead := func(text string, want bool) {
			t.Helper()
			synctest.Wait()
			r, _ := http.NewRequest("GET", "/", nil)
			r.Header.Set("Authorization", "Bearer "+text)
			if _, ok := readers.Reader(r); ok != want {
				t.Errorf("%s may read: %t, want %t\n%s", text, ok, want, log.String())
			}
		}
		mayRead("the-token-of-anna", true)
		time.Sleep(time.Hour + lookEvery/2)
		for range 5 { // somebody is writing it
			write("bert:the-token-of-bert\n")
			time.Sleep(lookEvery)
			mayRead("the-token-of-bert", false)
		}
		time.Sleep(lookEvery)
		mayRead("the-token-of-bert", true)
		mayRead("the-token-of-anna", false)
		for _, wrong := range []string{"", "a-token-without-a-name\n", "carl:secret\n"} {
			write(wrong)
			time.Sleep(time.Hour)
			mayRead("the-token-of-bert", true)
		}
		if os.Remove(name) != nil {
			t.Fatal("the file cannot be removed")
		}
		time.Sleep(time.Hour)
		mayRead("the-token-of-bert", true)
		lines := strings.Count(log.String(), "\n")
		read := strings.Count(log.String(), `msg="-readers has changed: the tokens were read again" tokens=1`)
		secret := strings.Contains(log.String(), "secret") || strings.Contains(log.String(), "the-token")
		if read != 1 || lines != 6 || secret {
			t.Errorf("the log has %d lines:\n%s", lines, log.String())
		}
	})
}

// With proxies even the demonstrations need a token: a proxy may leave no sign in a request.
func TestBehindAProxyATokenIsNeeded(t *testing.T) {
	for args, open := range map[string]bool{"": true, "-trusted-proxies 10.0.0.1": false,
		"-feed tutorial -trusted-proxies ::1": false, "-trusted-proxies ::1 -open-door": true} {
		s, err := parse(strings.Fields(args), io.Discard)
		if err != nil || s.isOpen() != open {
			t.Errorf("flightboard %s: this machine may publish without a token: %t, want %t; %v", args, s.isOpen(), open, err)
		}
	}
}

func TestAnExtensionAddsReaders(t *testing.T) {
	name := filepath.Join(t.TempDir(), "readers")
	if err := os.WriteFile(name, []byte("anna:the-token-of-anna\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"", name} {
		s := settings{readersFile: file, session: time.Hour}
		all, _, err := s.readers(t.Context(), slog.New(slog.DiscardHandler), []Extension{{}, {Readers: guests}})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			header, value string
			want          bool
		}{{"X-Guest", "carl", true}, {"Authorization", "Bearer the-token-of-anna", file != ""}, {"X-None", "", false}} {
			r, _ := http.NewRequest("GET", "/", nil)
			r.Header.Set(c.header, c.value)
			if _, ok := all.Reader(r); ok != c.want {
				t.Errorf("with -readers %q, %s: %t, want %t", file, c.header, ok, c.want)
			}
		}
	}
}

type guest struct{ http.Handler }

func (guest) Reader(r *http.Request) (web.Session, bool) {
	name := r.Header.Get("X-Guest")
	return web.Session{Name: name}, name != ""
}

func guests(context.Context, *slog.Logger) (web.Readers, error) {
	return guest{http.NotFoundHandler()}, nil
}
