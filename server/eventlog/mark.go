package eventlog

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A mark is in the folder's lock file. It names the newest segment, so that a start notices when that is missing, and
// says how many of its bytes are synced at least: damage behind them is what a power failure leaves. Older versions
// neither read nor change the file's text.
type mark struct {
	name   string // "": there is none
	synced int64
}

// allSynced is for a log that syncs each group before it acknowledges it. Only its last group can be incomplete.
const allSynced = math.MaxInt64

const markSize = 20 + len(segmentSuffix+" ") + 20 + len("\n")

func (m mark) String() string { return fmt.Sprintf("%s %020d\n", m.name, m.synced) }

// readMark returns a mark without a name if there is none that can be read.
func (s *store) readMark() mark {
	text := make([]byte, markSize)
	if _, err := s.folder.Lock().ReadAt(text, 0); err != nil {
		return mark{}
	}
	name, synced, _ := strings.Cut(strings.TrimSuffix(string(text), "\n"), " ")
	n, err := strconv.ParseInt(synced, 10, 64)
	if err != nil || !isSegment(name) {
		return mark{}
	}
	return mark{name, n}
}

// writeMark notes how far the current segment is synced. If the note is lost, an earlier one holds, with which a start
// only takes more for what a power failure may have damaged.
func (s *store) writeMark() error {
	m := mark{s.segments[len(s.segments)-1].name, s.synced}
	if s.sync == SyncAlways {
		m.synced = allSynced
	}
	_, err := s.folder.Lock().WriteAt([]byte(m.String()), 0)
	return err
}

// keepMark is writeMark, and syncs the note: a later start has to find it.
func (s *store) keepMark() error {
	err := s.writeMark()
	if err == nil {
		err = s.folder.Lock().Sync()
	}
	if err != nil {
		err = fmt.Errorf("eventlog: cannot note which segment is the newest: %w", err)
	}
	return err
}
