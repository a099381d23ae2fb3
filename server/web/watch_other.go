//go:build !linux

package web

// A watcher would learn at once that a viewer has gone. Here that is noticed at the next write, a heartbeat at the
// latest.
type watcher struct{}

func (*watcher) stop()         {}
func (*watcher) add(r *rider)  { watchInMemory(r) }
func (*watcher) remove(*rider) {}
