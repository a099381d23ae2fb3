//go:build !linux

package fanout

import "net"

// limitUnsent does the work of LimitUnsent for one connection.
func limitUnsent(c net.Conn, bytes int) {
	if c, ok := c.(interface{ SetWriteBuffer(bytes int) error }); ok {
		c.SetWriteBuffer(2 * bytes)
	}
}

// queuedBytes returns 0, because the number of unacknowledged bytes is unknown on this system.
func queuedBytes(tryConn) int32 { return 0 }
