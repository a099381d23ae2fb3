package eventlog

// Size is the number of bytes that the history occupies.
func Size(l *Log) int { return l.history.size }

// Disk is a file of a durable log.
type Disk = disk

// SetDisk puts another disk in the place of a durable log's.
func SetDisk(l *Log, replace func(Disk) Disk) {
	l.store.mu.Lock()
	defer l.store.mu.Unlock()
	l.store.file = replace(l.store.file)
}

// Folder is the folder of a durable log.
type Folder = folder

// OpenIn is Open in a folder of any kind.
func OpenIn(f Folder, sync Sync, o Options) (*Log, Recovery, error) { return openIn(f, sync, o) }

// NewSegment returns the name and the text of a segment that begins with the log's board.
func NewSegment(l *Log) (name string, text []byte) {
	board := l.board.Snapshot()
	return segmentName(l.history.head), appendBoard([]byte(magic), &board, l.history.head)
}

// SetMaxFrame sets the length that a group or a board may have, and returns the previous one.
func SetMaxFrame(n int) (was int) {
	was, maxFrame = maxFrame, n
	return was
}

// Compact begins a new segment.
func Compact(l *Log) {
	board := l.board.Snapshot()
	l.store.compact(&board, l.history.head)
}
