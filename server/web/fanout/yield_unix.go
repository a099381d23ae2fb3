//go:build unix

package fanout

import (
	"os"
	"runtime"
	"syscall"
)

// A yield lets all other runnable goroutines run, including those that wait for bytes which have already come over the
// network. runtime.Gosched does not: the scheduler polls the network only if no goroutine is runnable, and the caller
// of Gosched is. So a yield also waits for the poller, for a byte in a pipe of its own. See BenchmarkYield.
type yield struct {
	pipe [2]*os.File // to read from, to write to
	read syscall.RawConn
	poll func(fd uintptr) bool // made once, so that yielding allocates nothing
}

// newYield returns a yield. If the process cannot open a pipe, the yield only calls runtime.Gosched.
func newYield() *yield {
	y := &yield{}
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
		return !wrote // false: called again when the pipe can be read
	}
	return y
}

func (y *yield) yield() {
	if y.read != nil {
		y.read.Read(y.poll)
	}
	runtime.Gosched() // goroutines that the same poll has made ready go first
}

func (y *yield) close() {
	for _, f := range y.pipe {
		f.Close() // returns an error when f is nil
	}
}
