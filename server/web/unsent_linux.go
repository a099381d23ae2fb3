package web

import "syscall"

// limitUnsent limits what the kernel takes for a connection and has not sent. It would take megabytes, and take more only
// when a third of them is sent: a slow reader would look as if it had stopped, and each one that has stopped would cost
// as much.
func limitUnsent(c any) {
	if s, ok := c.(*socket); ok {
		const notSentLowWater = 25 // TCP_NOTSENT_LOWAT, which package syscall lacks
		syscall.SetsockoptInt(s.fd, syscall.IPPROTO_TCP, notSentLowWater, unsent)
	}
}
