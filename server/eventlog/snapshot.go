package eventlog

import (
	"sync"

	"flightboard/server/eventstream"
)

// snapshot is the last one that somebody asked for. Many viewers who need one at the same position share one encoding.
type snapshot struct {
	mu    sync.Mutex // held while encoding, so that the others wait for this encoding instead of making their own
	bytes []byte
	zip   []byte // the same, compressed; made when it is first asked for
	at    Position
}

// Snapshot returns the flightSnapshot event of the board at the log's head, and its position. When the log has ended,
// that is the position before the end, so that the end still follows. The bytes are shared: read only.
func (l *Log) Snapshot() (event []byte, at Position) {
	s := &l.snapshot
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh(l)
	return s.bytes, s.at
}

func (l *Log) compressedSnapshot() (event []byte, at Position) {
	s := &l.snapshot
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh(l)
	if s.zip == nil {
		s.zip = l.zip.alone(s.bytes)
	}
	return s.zip, s.at
}

func (s *snapshot) refresh(l *Log) {
	l.mu.Lock()
	at := l.history.head
	if n := len(l.ends); n > 0 && l.ends[n-1] == at {
		at--
	}
	if s.bytes != nil && s.at == at {
		l.mu.Unlock()
		return
	}
	board := l.board.Snapshot()
	l.mu.Unlock()
	e := eventstream.Event{Type: board.Kind.EventType(), ID: at.String(), Data: board.AppendJSON(nil)}
	encoded, err := e.AppendText(nil)
	if err != nil {
		panic("eventlog: the board cannot be encoded: " + err.Error())
	}
	s.bytes, s.zip, s.at = encoded, nil, at
}
