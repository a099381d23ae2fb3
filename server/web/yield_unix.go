//go:build unix

package web

import (
	"os"
	"runtime"
	"syscall"
)

// A yielder lets everything else run that could, requests that have just come over the network included. With
// runtime.Gosched alone these would wait: the scheduler asks the network only when no goroutine can run, and the one
// that calls Gosched can. So this one waits for the network as well: for a byte of its own in a pipe, which is there
// as soon as the scheduler asks. BenchmarkYield has what it costs.
type yielder struct {
	pipe [2]*os.File // to be read, to be written
	read syscall.RawConn
	poll func(fd uintptr) bool // made once: yielding allocates nothing
}

// newYielder returns a yielder. It does with Gosched when the process may not open a pipe.
func newYielder() *yielder {
	y := &yielder{}
	from, to, err := os.Pipe()
	if err != nil {
		return y
	}
	y.pipe = [2]*os.File{from, to}
	read, err := from.SyscallConn()
	write, err2 := to.SyscallConn()
	if err != nil || err2 != nil {
		return y
	}
	var one [1]byte
	wrote := false
	fill := func(fd uintptr) bool {
		_, err := syscall.Write(int(fd), one[:])
		wrote = err == nil
		return true
	}
	y.read, y.poll = read, func(fd uintptr) bool {
		if wrote {
			_, err := syscall.Read(int(fd), one[:])
			wrote = err == syscall.EAGAIN
			return !wrote
		}
		write.Write(fill)
		return !wrote // false: called again when the network says that there is something to read
	}
	return y
}

func (y *yielder) yield() {
	if y.read != nil {
		y.read.Read(y.poll)
	}
	runtime.Gosched() // where the network has had more than our byte, the others go first
}

func (y *yielder) close() {
	for _, f := range y.pipe {
		f.Close() // nil's is an error
	}
}
