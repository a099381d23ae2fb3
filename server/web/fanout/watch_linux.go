package fanout

import (
	"os"
	"sync"
	"syscall"
)

// A watcher gets an event from the kernel as soon as a peer closes its connection. It needs no goroutine per
// connection. Its epoll instance is registered with the runtime's poller, like any file, so waiting for it blocks no
// thread.
type watcher struct {
	once  sync.Once
	file  *os.File // the epoll instance; nil: nothing is watched
	raw   syscall.RawConn
	ended sync.WaitGroup

	mu          sync.Mutex
	conns       []*conn // by descriptor
	generations []int32 // by descriptor: distinguishes events of the present connection from those of earlier ones
}

// start is called for the first socket.
func (w *watcher) start() {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return // without it, the next write to a viewer that has left fails
	}
	syscall.SetNonblock(fd, true)
	file := os.NewFile(uintptr(fd), "epoll")
	if w.raw, err = file.SyscallConn(); err != nil {
		file.Close()
		return
	}
	w.file = file
	w.ended.Go(w.run)
}

// stop is called after the last add. It waits for run.
func (w *watcher) stop() {
	w.once.Do(func() {})
	if w.file != nil {
		w.file.Close()
	}
	w.ended.Wait()
}

func (w *watcher) run() {
	events := make([]syscall.EpollEvent, 256)
	for {
		n := 0
		err := w.raw.Read(func(fd uintptr) bool {
			n, _ = syscall.EpollWait(int(fd), events, 0)
			return n > 0
		})
		if err != nil {
			return // stopped
		}
		w.mu.Lock()
		for _, e := range events[:n] {
			if c := w.conns[e.Fd]; c != nil && w.generations[e.Fd] == e.Pad {
				c.sweeper.lost(c)
			}
		}
		w.mu.Unlock()
	}
}

// add starts watching a connection.
func (w *watcher) add(c *conn) {
	s, ok := lowest(c.tryConn).(*socket)
	if !ok {
		watchInMemory(c)
		return
	}
	if w.once.Do(w.start); w.file == nil {
		return
	}
	w.mu.Lock()
	for len(w.conns) <= s.fd {
		w.conns, w.generations = append(w.conns, nil), append(w.generations, 0)
	}
	w.generations[s.fd]++
	w.conns[s.fd] = c
	const edgeTriggered = 1 << 31 // EPOLLET; in package syscall it is negative
	e := syscall.EpollEvent{Events: syscall.EPOLLRDHUP | edgeTriggered, Fd: int32(s.fd), Pad: w.generations[s.fd]}
	w.mu.Unlock()
	w.raw.Control(func(epoll uintptr) { syscall.EpollCtl(int(epoll), syscall.EPOLL_CTL_ADD, s.fd, &e) })
}

// remove stops watching. It is called before the connection is closed: then the kernel may reuse the descriptor.
func (w *watcher) remove(c *conn) {
	s, ok := lowest(c.tryConn).(*socket)
	if !ok || w.file == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if s.fd < len(w.conns) && w.conns[s.fd] == c {
		w.conns[s.fd] = nil
	}
}
