package program

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestBadFlagsAreOneLineWithTheReason(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-nonsense", "flag provided but not defined: -nonsense"},
		{"-speed 0", "-speed 0: want more than 0"},
		{"-speed fast", `invalid value "fast" for flag -speed: parse error`},
		{"-heartbeat 1ms", "-heartbeat 1ms: want at least 1s"},
		{"-feed nothing", `-feed nothing: want replay, tutorial, none, -, a public source such as avinor:OSL, or a file`},
		{"-www /does/not/exist", "-www: open /does/not/exist: no such file or directory"},
		{"-token-file /does/not/exist", "-token-file: open /does/not/exist: no such file or directory"},
		{"-linger soon", `invalid value "soon" for flag -linger: time: invalid duration "soon"`},
		{"-linger 1m,-1s", `invalid value "1m,-1s" for flag -linger: want 0 or more`},
		{"-rate 0", "-rate 0: want more than 0, or -1"},
		{"-flights 0", "-flights 0: want more than 0, or -1"},
		{"-flights many", `invalid value "many" for flag -flights: parse error`},
		{"-viewers 5,x", `invalid value "5,x" for flag -viewers: want one number or two, as in 5000,50`},
		{"-viewers -1", "want one number or two"},
		{"-requests -1", "-requests -1: want 0 or more"},
		{"-http2-streams 0", "-http2-streams 0: want 1 or more"},
		{"-timeouts 10s,0s", "-timeouts: want at least 1s each"},
		{"-max-body 1", "want at least 16KiB"},
		{"-embed https://a.example,b.example", `invalid value "https://a.example,b.example" for flag -embed: site 2, ` +
			`"b.example": want an origin with its scheme, as in https://example.com, or self, or *`},
		{"-embed https://a.example/board", `site 1, "https://a.example/board": want no path`},
		{"-embed https://a.example;script-src", `"a.example;script-src" is no host`},
		{"-addr nonsense", "-addr: listen tcp: address nonsense: missing port in address"},
		{"-file /does/not/exist.csv", "open /does/not/exist.csv: no such file or directory"},
		{"-at noon", "noon"},
		{"-tls-cert cert.pem", "-tls-cert and -tls-key: want both or none"},
		{"-tls-cert /no/cert.pem -tls-key /no/key.pem -addr localhost:0",
			"-tls-cert, -tls-key: stat /no/cert.pem: no such file or directory"},
		{"-redirect :80", "-redirect: want -tls-cert as well"},
		{"-hsts 1h", "-hsts: want -tls-cert as well"},
		{"-admin-from ::1", "-admin-from: want -admin as well"},
		{"-admin nonsense -addr localhost:0", "-admin: listen tcp: address nonsense: missing port in address"},
		{"-admin :0 -addr localhost:0", "other machines can reach this address; use localhost, or allow with -admin-from"},
		{"-config /does/not/exist", "-config: open /does/not/exist: no such file or directory"},
		{"-follow board.example", "want an address that begins with https:// or http://"},
		{"-follow https://board.example/ -airport JFK", "-airport: a server with -follow has no feeds"},
		{"-follow https://board.example/ -record all.ndjson", "-record: a server with -follow has no feeds"},
		{"-trusted-proxies 10.0.0.0/8,lan", `"lan" is neither an address nor a network, such as 10.0.0.0/8`},
		{"extra", `unexpected argument "extra"; see -h`},
	} {
		err := run(t.Context(), strings.Fields(c.args), io.Discard)
		if !errors.As(err, new(usageError)) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("run(%s) = %v, want a usage error %q", c.args, err, c.want)
		}
	}
}

func TestHelpFitsAScreen(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), []string{"-h"}, &out); !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("run(-h) = %v", err)
	}
	lines := strings.Split(out.String(), "\n")
	if len(lines) > 120 {
		t.Errorf("-h has %d lines, want at most 120", len(lines))
	}
	for _, line := range lines {
		if len(line) > 100 {
			t.Errorf("this line of -h is wider than 100: %s", line)
		}
	}
}

func TestTheErrorOfAPortInUseNamesTheRemedy(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	err = run(t.Context(), []string{"-feed", "none", "-addr", taken.Addr().String()}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "is in use by another program; choose another address") ||
		!strings.Contains(err.Error(), "AirPlay") {
		t.Errorf("run on a taken port = %v", err)
	}
}

// TestTheWholeServer starts the server, waits for a flight and stops the server, with each value of -takeover. net/http
// itself would keep the connection open.
func TestTheWholeServer(t *testing.T) {
	t.Run("the pool sends", func(t *testing.T) { wholeServer(t, true) })
	t.Run("handlers send", func(t *testing.T) { wholeServer(t, false, "-takeover=false") })
}

func wholeServer(t *testing.T, takenOver bool, args ...string) {
	ctx, stop := context.WithCancel(t.Context())
	logs, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, append(args, "-feed", "none", "-open-door", "-addr", "127.0.0.1:0"), out)
		out.Close()
		done <- err
	}()
	lines := bufio.NewScanner(logs)
	var m []string
	for m == nil {
		if !lines.Scan() {
			t.Fatalf("the server does not say where it listens: %v", <-done)
		}
		m = regexp.MustCompile(`msg=listening url=(http://127\.0\.0\.1:\d+)`).FindStringSubmatch(lines.Text())
	}
	go func() {
		for lines.Scan() {
		}
	}()
	answer, err := http.Get(m[1] + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.Close != takenOver {
		t.Errorf("the stream's connection is taken over: %t, want %t", answer.Close, takenOver)
	}
	events := bufio.NewScanner(answer.Body)
	for events.Scan() && events.Text() != "event: flightSnapshot" { // chosen before the flight comes, so without it
	}
	posted, err := http.Post(m[1]+"/flights", "application/json",
		strings.NewReader(`{"flight":"LH400","origin":"Frankfurt"}`))
	if err != nil || posted.StatusCode != http.StatusOK {
		t.Fatalf("POST /flights = %v, %v", posted, err)
	}
	posted.Body.Close()
	for events.Scan() && events.Text() != `data: {"flight":"LH400","origin":"Frankfurt"}` {
	}
	if err := events.Err(); err != nil {
		t.Fatalf("the stream ended before the flight came: %v", err)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("run = %v", err)
	}
}

func TestLastWritten(t *testing.T) {
	dir := t.TempDir()
	for _, none := range []string{"", dir, dir + "/none"} {
		if at := lastWritten(none); !at.IsZero() {
			t.Errorf("lastWritten(%q) = %v", none, at)
		}
	}
	newest := time.Now().Add(-13 * time.Hour).Truncate(time.Second)
	for i, name := range []string{"a", "b", "c"} {
		file := filepath.Join(dir, name)
		at := newest.Add(-time.Duration((i+1)%3) * time.Hour)
		if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Chtimes(file, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	if at := lastWritten(dir); !at.Equal(newest) {
		t.Errorf("lastWritten = %v, want %v", at, newest)
	}
}
