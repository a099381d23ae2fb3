//go:build !linux

package fanout

// A watcher does nothing for sockets on this system. When a peer has closed its connection, the next write fails, at
// the latest that of a heartbeat.
type watcher struct{}

func (*watcher) stop()        {}
func (*watcher) add(c *conn)  { watchInMemory(c) }
func (*watcher) remove(*conn) {}
