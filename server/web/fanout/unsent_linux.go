package fanout

import (
	"net"
	"syscall"
	"unsafe"
)

// limitUnsent does the work of LimitUnsent for one connection.
func limitUnsent(c net.Conn, bytes int) {
	if c, ok := c.(syscall.Conn); ok {
		if raw, err := c.SyscallConn(); err == nil {
			const notSentLowWater = 25 // TCP_NOTSENT_LOWAT, which package syscall does not have
			raw.Control(func(fd uintptr) {
				syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, notSentLowWater, bytes)
			})
		}
	}
}

// queuedBytes returns the number of bytes that the kernel has accepted for a connection and its peer has not
// acknowledged, or 0 if that is unknown.
func queuedBytes(c tryConn) (bytes int32) {
	if s, ok := c.(*socket); ok {
		// SIOCOUTQ, see tcp(7).
		syscall.Syscall(syscall.SYS_IOCTL, uintptr(s.fd), syscall.TIOCOUTQ, uintptr(unsafe.Pointer(&bytes)))
	}
	return bytes
}
