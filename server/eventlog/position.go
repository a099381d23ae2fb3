package eventlog

import (
	"errors"
	"fmt"
	"strconv"
)

// A Position is a place in the log: that of one record, whose event ID it is. Positions increase from record to record,
// mostly by one: a restart may leave a gap.
type Position uint64

// String is the position as an event ID.
func (p Position) String() string { return strconv.FormatUint(uint64(p), 10) }

// digits is the length of String.
func (p Position) digits() int {
	n := 1
	for ; p >= 10; p /= 10 {
		n++
	}
	return n
}

// ParsePosition reads an event ID. It accepts what String returns and nothing else.
func ParsePosition(id string) (Position, bool) {
	if len(id) == 0 || len(id) > 20 || id[0] < '0' || id[0] > '9' || id[0] == '0' && len(id) > 1 {
		return 0, false
	}
	n, err := strconv.ParseUint(id, 10, 64)
	return Position(n), err == nil
}

var (
	// ErrGone is returned for a position outside the window: too old, from another run of the server, or from the
	// future. The reader has to continue with a snapshot.
	ErrGone = errors.New("eventlog: position is gone")
	// ErrEnded is returned to a follower that has already had the log's end.
	ErrEnded = errors.New("eventlog: nothing more will come")
)

// A RefusedError lists the changes for which an append was rejected.
type RefusedError struct {
	Changes []Refusal // in their order
}

// A Refusal is one change that the log rejects, and the reason.
type Refusal struct {
	Index int // among the changes of the append
	Err   error
}

func (e *RefusedError) Error() string {
	first := e.Changes[0]
	if len(e.Changes) == 1 {
		return fmt.Sprintf("eventlog: change %d refused: %v", first.Index+1, first.Err)
	}
	return fmt.Sprintf("eventlog: %d changes refused, the first is change %d: %v", len(e.Changes), first.Index+1,
		first.Err)
}
