//go:build !linux

package web

// limitUnsent limits what the kernel takes for a connection and has not sent. It would take megabytes, and take more
// only when a part of them is sent: a slow reader would look as if it had stopped, and each one that has stopped
// would cost as much.
func limitUnsent(c any, bytes int) {
	if c, ok := c.(interface{ SetWriteBuffer(bytes int) error }); ok {
		c.SetWriteBuffer(2 * bytes)
	}
}

// queuedBytes is how many bytes the kernel has taken for a connection that have not arrived. It is 0 where that is not
// known.
func queuedBytes(conn) int32 { return 0 }
