//go:build unix

package program

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// activated returns a command that starts the server as systemd does for a socket.
func activated(t *testing.T, socket *net.TCPListener, addr string) *exec.Cmd {
	t.Helper()
	file, err := socket.File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	server := exec.Command("sh", "-c", `LISTEN_PID=$$ exec "$@"`, "sh", os.Args[0], "-drain", "0", "-addr", addr)
	server.Env = append(os.Environ(), "FLIGHTBOARD_SERVE=1", "LISTEN_FDS=1")
	server.ExtraFiles = []*os.File{file}
	return server
}

// TestASocketOfSystemdOutlivesTheServer asks while no server runs, as during a restart. The next one answers.
func TestASocketOfSystemdOutlivesTheServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	client := http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for range 2 {
		answers := make(chan error)
		go func() {
			answer, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d/healthz", port))
			if err == nil && answer.StatusCode != http.StatusOK {
				err = fmt.Errorf("status %d", answer.StatusCode)
			}
			answers <- err
		}()
		server := activated(t, listener.(*net.TCPListener), fmt.Sprint("localhost:", port))
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		if err := <-answers; err != nil {
			t.Error("/healthz:", err)
		}
		server.Process.Signal(syscall.SIGTERM)
		if err := server.Wait(); err != nil {
			t.Error("after SIGTERM:", err)
		}
	}
}

func TestASocketOfSystemdWithoutAFlagIsAnError(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	out, err := activated(t, listener.(*net.TCPListener), free(t)).CombinedOutput()
	want := "systemd has opened " + listener.Addr().String() + ", and no flag has its port"
	if err == nil || !strings.Contains(string(out), want) {
		t.Errorf("%v; the output lacks %q:\n%s", err, want, out)
	}
}
