//go:build unix

package serve

import (
	"net"
	"path/filepath"
	"testing"
	"time"
)

func TestSystemdIsToldWhenTheServerIsReadyAndHowLongItsEndTakes(t *testing.T) {
	address := &net.UnixAddr{Name: filepath.Join(t.TempDir(), "notify"), Net: "unixgram"}
	socket, err := net.ListenUnixgram("unixgram", address)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	t.Setenv("NOTIFY_SOCKET", address.Name)
	s := newStand(t, time.Second, false)
	read := func(want string) {
		t.Helper()
		socket.SetReadDeadline(time.Now().Add(20 * time.Second))
		message := make([]byte, 1000)
		if n, err := socket.Read(message); err != nil || string(message[:n]) != want {
			t.Errorf("systemd reads %q, %v, want %q", message[:n], err, want)
		}
	}
	read("READY=1")
	s.end()
	read("STOPPING=1\nEXTEND_TIMEOUT_USEC=16000000") // 1 s to drain, 5 s for answers, 10 s for the log
}
