//go:build !linux

package fanout

// limitUnsent is LimitUnsent for one connection.
func limitUnsent(c tryConn, bytes int) {
	if c, ok := c.(interface{ SetWriteBuffer(bytes int) error }); ok {
		c.SetWriteBuffer(2 * bytes)
	}
}

// queuedBytes returns how many bytes the kernel has taken for a connection that its peer has not acknowledged. Here it
// is unknown, and 0.
func queuedBytes(tryConn) int32 { return 0 }
