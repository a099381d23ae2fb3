//go:build unix

package program

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestEveryExampleOfPublishingWorks runs the examples of feed/README.md, each with its own server, and looks for the
// text in the comment of the example: on the board, or in the output. The hosts of public sources are fakes.
func TestEveryExampleOfPublishingWorks(t *testing.T) {
	for _, tool := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the examples need %s: %v", tool, err)
		}
	}
	page, err := os.ReadFile("../feed/README.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)<!-- (shows|prints) (.*?) -->\n```sh\n(.*?)```")
	examples := example.FindAllStringSubmatch(string(page), -1)
	if len(examples) < 10 || len(examples) != strings.Count(string(page), "```sh\n") {
		t.Fatalf("%d examples, of %d, say what they show", len(examples), strings.Count(string(page), "```sh\n"))
	}
	internet := startInternet(t)
	for _, example := range examples {
		prints, want, script := example[1] == "prints", example[2], example[3]
		t.Run(want, func(t *testing.T) {
			address := ""
			if prints {
				run := shell(t, strings.ReplaceAll(script, "go run ./server", `FLIGHTBOARD_SERVE=1 "$SERVER"`), internet...)
				if out, err := run.CombinedOutput(); err != nil || !strings.Contains(string(out), want) {
					t.Errorf("%v; the output lacks %s:\n%s", err, want, out)
				}
				return
			}
			if strings.Contains(script, "go run ./server") {
				address = free(t)
				script = strings.ReplaceAll(script, "go run ./server", `FLIGHTBOARD_SERVE=1 "$SERVER" -drain 0 -addr `+address)
				run := shell(t, script, internet...)
				if err := run.Start(); err != nil {
					t.Fatal(err)
				}
				defer func() {
					syscall.Kill(-run.Process.Pid, syscall.SIGTERM)
					run.Wait()
				}()
			} else {
				url, stop := launch(t, "-feed", "none", "-open-door")
				defer stop()
				address = strings.TrimPrefix(url, "http://")
				defer shows(t, address, want)()
				script = strings.ReplaceAll(script, "localhost:5000", address)
				if out, err := shell(t, script).Output(); err != nil || strings.Contains(string(out), `"errors"`) {
					t.Fatalf("%s\n%s: %v", script, out, err)
				}
				return
			}
			shows(t, address, want)()
		})
	}
}

// shell runs a script in a folder and a process group of its own, with further variables of the environment.
func shell(t *testing.T, script string, environ ...string) *exec.Cmd {
	c := exec.Command("sh", "-c", script)
	c.Dir = t.TempDir()
	c.Env = append(append(os.Environ(), "SERVER="+os.Args[0]), environ...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return c
}

// free returns an address on which no program listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// shows follows the events at an address, as soon as a server answers there. The function that it returns waits until
// one of them has the text.
func shows(t *testing.T, address, want string) (wait func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	var answer *http.Response
	for {
		r, err := http.NewRequestWithContext(ctx, "GET", "http://"+address+"/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err = http.DefaultClient.Do(r); err == nil {
			break
		}
		if ctx.Err() != nil {
			t.Fatalf("nobody listens: %v", err)
		}
		<-time.After(20 * time.Millisecond) // a process of its own is starting; nothing here can tell when it is ready
	}
	return func() {
		t.Helper()
		defer cancel()
		defer answer.Body.Close()
		var text strings.Builder
		piece := make([]byte, 4096)
		for {
			n, err := answer.Body.Read(piece)
			text.Write(piece[:n])
			if strings.Contains(text.String(), want) {
				return
			}
			if err != nil {
				t.Errorf("the board shows %s\nwant %s (%v)", text.String(), want, err)
				if err == io.EOF {
					t.Error("the stream ended")
				}
				return
			}
		}
	}
}
