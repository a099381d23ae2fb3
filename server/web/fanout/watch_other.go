//go:build !linux

package fanout

// A watcher does nothing here for sockets: that a peer has closed its connection is noticed at the next write, at the
// latest a heartbeat.
type watcher struct{}

func (*watcher) stop()        {}
func (*watcher) add(c *conn)  { watchInMemory(c) }
func (*watcher) remove(*conn) {}
