package fanout

import (
	"syscall"
	"unsafe"
)

// limitUnsent is LimitUnsent for one connection.
func limitUnsent(c tryConn, bytes int) {
	if s, ok := c.(*socket); ok {
		const notSentLowWater = 25 // TCP_NOTSENT_LOWAT, which package syscall lacks
		syscall.SetsockoptInt(s.fd, syscall.IPPROTO_TCP, notSentLowWater, bytes)
	}
}

// queuedBytes returns how many bytes the kernel has taken for a connection that its peer has not acknowledged, or 0
// when that is unknown. When they become fewer the peer reads, even if the kernel takes nothing more yet.
func queuedBytes(c tryConn) (bytes int32) {
	if s, ok := c.(*socket); ok {
		// SIOCOUTQ, see tcp(7).
		syscall.Syscall(syscall.SYS_IOCTL, uintptr(s.fd), syscall.TIOCOUTQ, uintptr(unsafe.Pointer(&bytes)))
	}
	return bytes
}
