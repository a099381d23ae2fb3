package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// A cpuSet is the kernel's set of up to 1024 cores.
type cpuSet [16]uint64

func (s *cpuSet) call(number uintptr, thread int) error {
	if _, _, err := syscall.RawSyscall(number, uintptr(thread), unsafe.Sizeof(*s), uintptr(unsafe.Pointer(s))); err != 0 {
		return err
	}
	return nil
}

// split finds the cores that this process may use: the first for the server, the others for the generator.
func split() (first, others cpuSet, ok bool) {
	if err := others.call(syscall.SYS_SCHED_GETAFFINITY, 0); err != nil {
		return first, others, false
	}
	for i, word := range others {
		if word != 0 {
			first[i] = word & -word
			others[i] &^= first[i]
			break
		}
	}
	return first, others, others != cpuSet{}
}

var serverCore, generatorCores, pinned = split()

// leaveFirstCore moves this process, all of its threads, to where it does not disturb the server.
func leaveFirstCore() error {
	threads, err := filepath.Glob("/proc/self/task/*")
	for _, path := range threads {
		if thread, _ := strconv.Atoi(filepath.Base(path)); pinned && err == nil {
			err = generatorCores.call(syscall.SYS_SCHED_SETAFFINITY, thread)
		}
	}
	return err
}

// startOnFirstCore starts a process that stays on the first core: a child inherits the cores of the thread that
// starts it.
func startOnFirstCore(c *exec.Cmd) error {
	if !pinned {
		return c.Start()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := serverCore.call(syscall.SYS_SCHED_SETAFFINITY, 0); err != nil {
		return os.NewSyscallError("sched_setaffinity", err)
	}
	defer generatorCores.call(syscall.SYS_SCHED_SETAFFINITY, 0)
	return c.Start()
}

// allowSockets raises the limits of open files of this process and its children.
func allowSockets(n int) error {
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &now); err != nil {
		return err
	}
	want := uint64(n + 256)
	if now.Cur >= want {
		return nil
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: want, Max: max(want, now.Max)}); err != nil {
		return fmt.Errorf("%d open files are allowed, %d are needed: %w; raise it with ulimit -Hn", now.Cur, want, err)
	}
	return nil
}

// polled is standard input on the runtime's poller. A read that waits in the kernel would keep the child's only
// processor until the scheduler's monitor takes it away, up to 10 ms later, and the server would seem slow.
func polled(input io.Reader) io.Reader {
	f, ok := input.(*os.File)
	if !ok || syscall.SetNonblock(syscall.Stdin, true) != nil {
		return input
	}
	return os.NewFile(uintptr(syscall.Stdin), f.Name())
}

// cpuTime is the time that all threads of a process have spent on a core, to the nanosecond; /proc counts in steps of
// 10 ms. The clock of a process is numbered as in the kernel's MAKE_PROCESS_CPUCLOCK.
func cpuTime(pid int) (time.Duration, bool) {
	if pid == 0 {
		return 0, false
	}
	const scheduler = 2
	var t syscall.Timespec
	_, _, err := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, uintptr(^pid<<3|scheduler), uintptr(unsafe.Pointer(&t)), 0)
	return time.Duration(t.Nano()), err == 0
}

// residentBytes is the memory of a process, as exact as the kernel knows it.
func residentBytes(pid int) (int64, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	_, text, ok := bytes.Cut(text, []byte("\nRss:"))
	if err != nil || !ok {
		return 0, false
	}
	var kib int64
	_, err = fmt.Sscanf(string(text), "%d kB", &kib)
	return kib << 10, err == nil
}

// beNice gives every other process precedence.
func beNice() { syscall.Setpriority(syscall.PRIO_PROCESS, 0, 19) }

// openFiles is the most files that a process may open.
func openFiles() int {
	var now syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &now) != nil {
		return 1024
	}
	return int(now.Max)
}
