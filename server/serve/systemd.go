package serve

import (
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"
)

// firstSocket is the descriptor of the first socket that systemd passes on, see sd_listen_fds(3).
const firstSocket = 3

// sockets are the listeners that systemd has opened for this process. Listen takes them, in one goroutine.
type sockets []net.Listener

var inherit = sync.OnceValues(func() (*sockets, error) {
	all := new(sockets)
	if os.Getenv("LISTEN_PID") != strconv.Itoa(os.Getpid()) {
		return all, nil
	}
	n, err := strconv.Atoi(os.Getenv("LISTEN_FDS"))
	if err != nil {
		return all, fmt.Errorf("$LISTEN_FDS: %w", err)
	}
	for fd := firstSocket; fd < firstSocket+n; fd++ {
		file := os.NewFile(uintptr(fd), "socket")
		l, err := net.FileListener(file)
		file.Close() // l has a copy
		if err != nil {
			return all, fmt.Errorf("a socket of systemd: %w", err)
		}
		if _, ok := l.Addr().(*net.TCPAddr); !ok {
			return all, fmt.Errorf("a socket of systemd, %s: want TCP", l.Addr())
		}
		*all = append(*all, l)
	}
	return all, nil
})

// take returns a listener with the port of addr; nil: there is none.
func (all *sockets) take(addr string) net.Listener {
	_, name, _ := net.SplitHostPort(addr)
	port, err := net.LookupPort("tcp", name)
	if err != nil {
		return nil // listening on addr says what is wrong with it
	}
	for i, l := range *all {
		if l.Addr().(*net.TCPAddr).Port == port {
			*all = slices.Delete(*all, i, i+1)
			return l
		}
	}
	return nil
}

// checkSockets returns an error if Listen has not taken a socket of systemd: its clients would wait for ever.
func checkSockets() error {
	left, err := inherit()
	if err != nil || len(*left) == 0 {
		return err
	}
	return fmt.Errorf("systemd has opened %s, and no flag has its port; set -addr, or ListenStream= in the socket unit",
		(*left)[0].Addr())
}

// endTime is how long systemd waits, after the last answers, for the process to end. It closes the log meanwhile.
const endTime = 10 * time.Second

// stopping is the state of a server that stops within a time.
func stopping(within time.Duration) string {
	return fmt.Sprintf("STOPPING=1\nEXTEND_TIMEOUT_USEC=%d", (within + endTime).Microseconds())
}

func (s *Server) tellSystemd(state string) {
	if err := notify(state); err != nil {
		s.Logger.Warn("systemd cannot be notified", "error", err)
	}
}

// notify sends a state to systemd, if it has started the process with Type=notify, see sd_notify(3).
func notify(state string) error {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return nil
	}
	c, err := net.Dial("unixgram", socket)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = io.WriteString(c, state)
	return err
}
