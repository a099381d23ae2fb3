package eventlog

import (
	"sync"
	"time"

	"flightboard/server/eventstream"
)

// snapshots are the newest snapshots. Viewers that need one at the same position share one encoding. If the board is
// large and changes while many viewers come, they share one a little longer: see [Log.usable].
type snapshots struct {
	mu    sync.Mutex // held while encoding, so that the others wait for this encoding instead of making their own
	plain *snapshot

	zipping sync.Mutex // held while compressing; viewers without compression do not wait for it
	zipped  *snapshot
}

// A snapshot is an encoded snapshot of the board.
type snapshot struct {
	at   Position
	made time.Time
	size int // of the text before it was compressed
	piece
}

// The most bytes of snapshots that are encoded and compressed a second, while new viewers keep coming. Encoding then
// takes some 5 % of one processor, and compressing 15 %. This also bounds the memory of viewers that have stopped
// reading: each keeps its first snapshot until its connection is closed.
const (
	encodedPerSecond    = 16 << 20
	compressedPerSecond = 4 << 20
	alwaysNewest        = 4 * time.Millisecond // a snapshot that could be reused no longer than this is not reused
)

// Snapshot returns the flightSnapshot event of the board, and its position. That is the log's head or, if the board is
// large and changes while many viewers come, a position shortly before it. If the log has ended, it is the position
// before the end, so that the end still follows. The bytes are shared: the caller only reads them.
func (l *Log) Snapshot() (event []byte, at Position) {
	p, at := l.plainSnapshot()
	return p.bytes(false), at
}

func (l *Log) plainSnapshot() (piece, Position) {
	s := &l.snapshots
	s.mu.Lock()
	defer s.mu.Unlock()
	if !l.usable(s.plain, encodedPerSecond) {
		s.plain = l.encodeBoard(s.plain)
	}
	return s.plain.piece, s.plain.at
}

func (l *Log) compressedSnapshot() (piece, Position) {
	s := &l.snapshots
	s.zipping.Lock()
	defer s.zipping.Unlock()
	if !l.usable(s.zipped, compressedPerSecond) {
		plain, at := l.plainSnapshot()
		text := plain.bytes(false)
		s.zipped = &snapshot{at, time.Now(), len(text), l.zip.snapshots.alone(text)}
	}
	return s.zipped.piece, s.zipped.at
}

// usable reports whether the snapshot may be used again: its position is the head, or it is young enough and few enough
// records follow it.
func (l *Log) usable(s *snapshot, perSecond int) bool {
	if s == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.at == l.last() {
		return true
	}
	lasts := time.Duration(s.size) * time.Second / time.Duration(perSecond)
	if lasts <= alwaysNewest || time.Since(s.made) >= lasts {
		return false
	}
	cost, ok := l.history.cost(s.at)
	return ok && cost <= s.size
}

// last returns the position of the last record that is not an end. It is called with mu held.
func (l *Log) last() Position {
	at := l.history.head
	if n := len(l.ends); n > 0 && l.ends[n-1] == at {
		at--
	}
	return at
}

// encodeBoard encodes the board. The snapshot before it, if there is one, tells how much room the text needs.
func (l *Log) encodeBoard(before *snapshot) *snapshot {
	made := time.Now()
	l.mu.Lock()
	board, at := l.board.Snapshot(), l.last()
	l.mu.Unlock()
	room := 64 * len(board.Board)
	if before != nil {
		room = before.size + before.size/16
	}
	e := eventstream.Event{Type: board.Kind.EventType(), ID: at.String(), Data: board.AppendJSON(make([]byte, 0, room))}
	text, err := e.AppendText(make([]byte, 0, len(e.Data)+len("data: ")*len(board.Board)+256))
	if err != nil {
		panic("eventlog: the board cannot be encoded: " + err.Error())
	}
	return &snapshot{at, made, len(text), newPiece(text)}
}
