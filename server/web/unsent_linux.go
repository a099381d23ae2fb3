package web

import (
	"syscall"
	"unsafe"
)

// limitUnsent limits what the kernel takes for a connection and has not sent. It would take megabytes, and take more
// only when a third of them is sent: a slow reader would look as if it had stopped, and each one that has stopped
// would cost as much.
func limitUnsent(c any, bytes int) {
	if s, ok := c.(*socket); ok {
		const notSentLowWater = 25 // TCP_NOTSENT_LOWAT, which package syscall lacks
		syscall.SetsockoptInt(s.fd, syscall.IPPROTO_TCP, notSentLowWater, bytes)
	}
}

// queuedBytes is how many bytes the kernel has taken for a connection that have not arrived. When they become fewer the
// peer reads, though there may be no room for more yet. It is 0 where that is not known.
func queuedBytes(c conn) (bytes int32) {
	if s, ok := c.(*socket); ok {
		// SIOCOUTQ, as tcp(7) calls it.
		syscall.Syscall(syscall.SYS_IOCTL, uintptr(s.fd), syscall.TIOCOUTQ, uintptr(unsafe.Pointer(&bytes)))
	}
	return bytes
}
