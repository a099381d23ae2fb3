package eventlog

// Size is the number of bytes that the history occupies.
func Size(l *Log) int { return l.history.size }

// Disk is what a durable log writes to.
type Disk = disk

// SetDisk puts another disk in the place of a durable log's.
func SetDisk(l *Log, replace func(Disk) Disk) {
	l.store.mu.Lock()
	defer l.store.mu.Unlock()
	l.store.file = replace(l.store.file)
}
