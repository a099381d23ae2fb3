//go:build unix

package fanout

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// openTCP returns both ends of a TCP connection.
func openTCP(t *testing.T) (server, client *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	s, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.(*net.TCPConn), c.(*net.TCPConn)
}

// A write that finds a socket full waits for the peer, or for its deadline, without package net.
func TestASocketWaitsWhenItIsFull(t *testing.T) {
	server, client := openTCP(t)
	s, err := detach(server)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Fatalf("the connection that was detached is open: error %v", err)
	}
	text := make([]byte, 32<<20) // more than the kernel accepts
	rand.Read(text)
	sent := 0
	for {
		n, err := s.TryWrite(text[sent:])
		if err != nil {
			t.Fatal(err)
		}
		if sent += n; n == 0 {
			break
		}
	}
	s.SetWriteDeadline(time.Unix(1, 0))
	if n, err := s.Write(text[sent:]); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Write after the deadline = %d, %v", n, err)
	}
	s.SetWriteDeadline(time.Time{})
	got := make(chan []byte)
	go func() {
		all, _ := io.ReadAll(client)
		got <- all
	}()
	if n, err := s.Write(text[sent:]); n != len(text)-sent || err != nil {
		t.Errorf("Write while the peer reads = %d, %v, want %d bytes", n, err, len(text)-sent)
	}
	if n, err := s.TryWrite([]byte("end")); n != 3 || err != nil {
		t.Errorf("TryWrite after Write = %d, %v", n, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if all := <-got; !bytes.Equal(all, append(text, "end"...)) {
		t.Errorf("the peer gets %d other bytes than the %d that were written", len(all), len(text)+3)
	}
}

// If the process may open no more files, the connection is closed: the viewer returns.
func TestWithoutADescriptorTheConnectionIsClosed(t *testing.T) {
	server, _ := openTCP(t)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	none := limit
	none.Cur = 0
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none); err != nil {
		t.Fatal(err)
	}
	if _, err := detach(server); err == nil {
		t.Error("detach returns no error")
	}
	if _, err := server.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the connection is open: error %v", err)
	}
}

// What a viewer of the pool keeps, with its name and its request's ID, is less than 300 bytes.
func TestAViewerIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(conn{}); size > 208 {
		t.Errorf("a conn has %d bytes, more than the allocator's class of 208", size)
	}
	if size := unsafe.Sizeof(socket{}); size > 16 {
		t.Errorf("a socket has %d bytes, more than the allocator's class of 16", size)
	}
}
