package web

import (
	"os"
	"sync"
	"syscall"
)

// A watcher learns from the kernel that a viewer has gone, at once and without a read that waits on each connection.
// Its own epoll instance lies on the runtime's poller like any file, so that waiting for it blocks no thread.
type watcher struct {
	once   sync.Once
	file   *os.File // the epoll instance; nil: nobody is watched
	raw    syscall.RawConn
	ended  sync.WaitGroup
	mu     sync.Mutex
	riders []*rider // by descriptor
	turns  []int32  // how often the descriptor has been used, so that late news of its last owner is known as such
}

// start begins with the first socket.
func (w *watcher) start() {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return // who leaves is noticed at the next write
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

// stop is called when no more viewers come.
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
			if r := w.riders[e.Fd]; r != nil && w.turns[e.Fd] == e.Pad {
				r.by.lost(r)
			}
		}
		w.mu.Unlock()
	}
}

// add watches a viewer.
func (w *watcher) add(r *rider) {
	s, ok := r.conn.(*socket)
	if !ok {
		watchInMemory(r)
		return
	}
	if w.once.Do(w.start); w.file == nil {
		return
	}
	w.mu.Lock()
	for len(w.riders) <= s.fd {
		w.riders, w.turns = append(w.riders, nil), append(w.turns, 0)
	}
	w.turns[s.fd]++
	w.riders[s.fd] = r
	e := syscall.EpollEvent{Events: syscall.EPOLLRDHUP | 1<<31 /* EPOLLET */, Fd: int32(s.fd), Pad: w.turns[s.fd]}
	w.mu.Unlock()
	w.raw.Control(func(epoll uintptr) { syscall.EpollCtl(int(epoll), syscall.EPOLL_CTL_ADD, s.fd, &e) })
}

// remove forgets a viewer whose connection is about to be closed.
func (w *watcher) remove(r *rider) {
	s, ok := r.conn.(*socket)
	if !ok || w.file == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if s.fd < len(w.riders) && w.riders[s.fd] == r {
		w.riders[s.fd] = nil
	}
}
