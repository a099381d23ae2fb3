package main

import (
	"fmt"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// epoll is the network of Linux: raw sockets and one epoll set, so that a connection costs the generator a system call
// for each piece that comes, and no memory to speak of.
type epoll struct {
	pool    *pool
	servers map[string]*syscall.SockaddrInet4 // by host
	set     int
	sockets []int // by viewer; -1: none
	owners  []int // by socket: which viewer has it
	ready   []syscall.EpollEvent
	buffer  []byte
}

// perSource is how many connections come from one loopback address. The kernel has some 28,000 ports for each.
const perSource = 20_000

func newNetwork(c *pool) (network, error) {
	n := &epoll{
		pool:    c,
		servers: make(map[string]*syscall.SockaddrInet4),
		ready:   make([]syscall.EpollEvent, 64),
		buffer:  make([]byte, 256<<10),
	}
	for _, host := range c.hosts {
		server, err := netip.ParseAddrPort(host)
		if err != nil || !server.Addr().Is4() || !server.Addr().IsLoopback() {
			return nil, fmt.Errorf("the server's address is %s: want 127.0.0.1 and a port", host)
		}
		n.servers[host] = &syscall.SockaddrInet4{Port: int(server.Port()), Addr: server.Addr().As4()}
	}
	for range c.viewers {
		n.sockets = append(n.sockets, -1)
	}
	var err error
	n.set, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	return n, os.NewSyscallError("epoll_create1", err)
}

// dial connects a viewer and sends its request. On loopback it does not wait for the server.
func (n *epoll) dial(i int, request string) error {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	for len(n.owners) <= socket {
		n.owners = append(n.owners, -1)
	}
	n.sockets[i], n.owners[socket] = socket, i
	source := syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, byte(1 + i/perSource)}}
	if err := syscall.Bind(socket, &source); err != nil {
		return os.NewSyscallError("bind", err)
	}
	if err := syscall.Connect(socket, n.servers[n.pool.host(i)]); err != nil {
		return os.NewSyscallError("connect", err)
	}
	if err := syscall.SetNonblock(socket, true); err != nil {
		return os.NewSyscallError("fcntl", err)
	}
	if _, err := syscall.Write(socket, []byte(request)); err != nil {
		return os.NewSyscallError("write", err)
	}
	interest := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(socket)}
	return os.NewSyscallError("epoll_ctl", syscall.EpollCtl(n.set, syscall.EPOLL_CTL_ADD, socket, &interest))
}

// send sends on a viewer's connection. What is sent is small and the server reads, so the socket takes all of it.
func (n *epoll) send(i int, text []byte) error {
	sent, err := syscall.Write(n.sockets[i], text)
	if err == nil && sent < len(text) {
		err = syscall.EAGAIN
	}
	return os.NewSyscallError("write", err)
}

// poll receives what is there, or waits for it at most as long as given.
func (n *epoll) poll(wait time.Duration) error {
	count, err := syscall.EpollWait(n.set, n.ready, int((wait+time.Millisecond-1)/time.Millisecond))
	if err != nil && err != syscall.EINTR {
		return os.NewSyscallError("epoll_wait", err)
	}
	for _, ready := range n.ready[:max(count, 0)] {
		i := n.owners[ready.Fd]
		got, err := syscall.Read(int(ready.Fd), n.buffer)
		switch {
		case err == syscall.EAGAIN || err == syscall.EINTR:
			continue
		case err != nil:
			return fmt.Errorf("viewer %d: %w", i+1, os.NewSyscallError("read", err))
		case got == 0:
			return fmt.Errorf("viewer %d: %w", i+1, errEnded)
		}
		if err := n.pool.receive(i, n.buffer[:got], time.Now()); err != nil {
			return err
		}
	}
	return nil
}

// cut ends all connections as a network that goes away does, without a farewell. It leaves no port in TIME_WAIT.
func (n *epoll) cut() {
	for i := range n.sockets {
		n.cutOne(i)
	}
}

func (n *epoll) cutOne(i int) {
	if socket := n.sockets[i]; socket >= 0 {
		syscall.SetsockoptLinger(socket, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1})
		syscall.Close(socket)
		n.sockets[i] = -1
	}
}

func (n *epoll) close() {
	n.cut()
	syscall.Close(n.set)
}
