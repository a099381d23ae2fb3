package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"flightboard/server/eventlog"
	"flightboard/server/eventstream"
	"flightboard/timetable"
)

const hasLimit = true

// serveLimit is what the kernel allows a server that writes each event to each connection: one thread, one epoll set,
// one non-blocking write(2) per event and connection of a frame that was encoded once. It has no queues, no deadlines
// and no heartbeat, and gives up when a socket is full. It is a yardstick, not a server.
func serveLimit(commands io.Reader, answers io.Writer) error {
	runtime.LockOSThread()
	l := &limit{base: eventlog.Position(time.Now().UnixMicro()), starts: []int{0}}
	if err := l.listen(); err != nil {
		return err
	}
	name, err := syscall.Getsockname(l.listener)
	if err != nil {
		return os.NewSyscallError("getsockname", err)
	}
	fmt.Fprintln(answers, net.JoinHostPort("127.0.0.1", strconv.Itoa(name.(*syscall.SockaddrInet4).Port)))
	l.commander = commander{board: l, answers: answers}
	if err := l.loop(); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

type limit struct {
	listener, set int
	viewers       []int    // sockets that get events
	greeting      [][]byte // by socket: what it has not taken yet of what it starts with
	place         []int    // by socket: its index in viewers; -1: not among them
	commander     commander
	input         []byte
	model         timetable.Board
	base          eventlog.Position // before the first record
	text          []byte            // all records
	starts        []int             // where each record begins in text, and the end
	snapshot      []byte            // of the head; nil: to be made
}

func (l *limit) listen() (err error) {
	if l.listener, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK,
		0); err != nil {
		return os.NewSyscallError("socket", err)
	}
	if err := syscall.Bind(l.listener, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return os.NewSyscallError("bind", err)
	}
	// syscall.SOMAXCONN is that of old kernels. A connection that finds the queue full is tried again a second later.
	if err := syscall.Listen(l.listener, 4096); err != nil {
		return os.NewSyscallError("listen", err)
	}
	if l.set, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return os.NewSyscallError("epoll_create1", err)
	}
	return errors.Join(l.watch(l.listener, syscall.EPOLLIN), l.watch(syscall.Stdin, syscall.EPOLLIN))
}

func (l *limit) watch(fd int, events uint32) error {
	e := syscall.EpollEvent{Events: events, Fd: int32(fd)}
	return os.NewSyscallError("epoll_ctl", syscall.EpollCtl(l.set, syscall.EPOLL_CTL_ADD, fd, &e))
}

// loop ends with io.EOF when the input does.
func (l *limit) loop() error {
	ready := make([]syscall.EpollEvent, 256)
	for {
		n, err := syscall.EpollWait(l.set, ready, -1)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return os.NewSyscallError("epoll_wait", err)
		}
		for _, r := range ready[:n] {
			switch int(r.Fd) {
			case l.listener:
				err = l.accept()
			case syscall.Stdin:
				err = l.read()
			default:
				err = l.serve(int(r.Fd), r.Events)
			}
			if err != nil {
				return err
			}
		}
	}
}

func (l *limit) accept() error {
	for {
		fd, _, err := syscall.Accept4(l.listener, syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
		if err == syscall.EAGAIN || err == syscall.ECONNABORTED {
			return nil
		}
		if err != nil {
			return os.NewSyscallError("accept4", err)
		}
		syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
		for len(l.place) <= fd {
			l.place, l.greeting = append(l.place, -1), append(l.greeting, nil)
		}
		if err := l.watch(fd, syscall.EPOLLIN); err != nil {
			return err
		}
	}
}

// serve handles a request, room for the rest of a greeting, or the end of a connection.
func (l *limit) serve(fd int, events uint32) error {
	var room [4096]byte
	n := 0
	if events&syscall.EPOLLIN != 0 {
		n, _ = syscall.Read(fd, room[:])
		if n > 0 && l.place[fd] < 0 {
			l.greet(fd, room[:n])
		}
	}
	if events&(syscall.EPOLLHUP|syscall.EPOLLERR) != 0 || events&syscall.EPOLLIN != 0 && n <= 0 {
		l.drop(fd)
		return nil
	}
	if len(l.greeting[fd]) > 0 {
		return l.send(fd)
	}
	return nil
}

// greet starts a viewer. A request comes in one piece here: the generator sends it so.
func (l *limit) greet(fd int, request []byte) {
	head := []byte("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\nretry: 1000\n\n")
	_, id, resumes := bytes.Cut(request, []byte("\r\nLast-Event-ID: "))
	id, _, _ = bytes.Cut(id, []byte("\r\n"))
	at, ok := eventlog.ParsePosition(string(id))
	if record := at - l.base; resumes && ok && at >= l.base && int(record) < len(l.starts) {
		head = append(head, l.text[l.starts[record]:]...)
	} else {
		if l.snapshot == nil {
			board := l.model.Snapshot()
			l.snapshot, _ = eventstream.Event{Type: "flightSnapshot", ID: l.last().String(),
				Data: board.AppendJSON(nil)}.AppendText(nil)
		}
		head = append(head, l.snapshot...)
	}
	l.greeting[fd] = head
	l.place[fd] = len(l.viewers)
	l.viewers = append(l.viewers, fd)
}

// send sends what is left of a greeting. While something is left the socket is watched for room.
func (l *limit) send(fd int) error {
	n, err := syscall.Write(fd, l.greeting[fd])
	if err != nil && err != syscall.EAGAIN {
		l.drop(fd)
		return nil
	}
	if l.greeting[fd] = l.greeting[fd][max(n, 0):]; len(l.greeting[fd]) == 0 {
		l.greeting[fd] = nil
	}
	e := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)}
	if l.greeting[fd] != nil {
		e.Events |= syscall.EPOLLOUT
	}
	return os.NewSyscallError("epoll_ctl", syscall.EpollCtl(l.set, syscall.EPOLL_CTL_MOD, fd, &e))
}

func (l *limit) drop(fd int) {
	syscall.Close(fd)
	if i := l.place[fd]; i >= 0 {
		last := l.viewers[len(l.viewers)-1]
		l.viewers[i], l.place[last] = last, i
		l.viewers = l.viewers[:len(l.viewers)-1]
	}
	l.place[fd], l.greeting[fd] = -1, nil
}

func (l *limit) read() error {
	var room [64 << 10]byte
	n, err := syscall.Read(syscall.Stdin, room[:])
	if n <= 0 {
		return errors.Join(err, io.EOF)
	}
	l.input = append(l.input, room[:n]...)
	for {
		line, rest, ok := bytes.Cut(l.input, []byte{'\n'})
		if !ok {
			return nil
		}
		if err := l.commander.line(string(line)); err != nil {
			return err
		}
		l.input = rest
	}
}

// append is the broadcast.
func (l *limit) append(changes []timetable.Change) error {
	for i := range changes {
		c := &changes[i]
		c.Named |= timetable.FieldNumber.Bit()
		start := len(l.text)
		text, err := eventstream.Event{Type: c.Kind.EventType(), ID: (l.last() + 1).String(),
			Data: c.AppendJSON(nil)}.AppendText(l.text)
		if err != nil {
			return err
		}
		l.model.Apply(c)
		l.text, l.starts, l.snapshot = text, append(l.starts, len(text)), nil
		frame := text[start:]
		for _, fd := range l.viewers {
			if l.greeting[fd] != nil {
				l.greeting[fd] = append(l.greeting[fd], frame...)
				continue
			}
			n, _, err := syscall.RawSyscall(syscall.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(&frame[0])),
				uintptr(len(frame)))
			if err == 0 && int(n) < len(frame) || err == syscall.EAGAIN {
				return errors.New("a viewer's socket is full")
			}
		}
	}
	return nil
}

func (l *limit) last() eventlog.Position { return l.base + eventlog.Position(len(l.starts)-1) }

func (l *limit) head() (eventlog.Position, error) { return l.last(), nil }
