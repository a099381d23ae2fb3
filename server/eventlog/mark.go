package eventlog

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"math"
	"strings"
)

// A mark is the content of the folder's lock file. It has the name of the newest segment, by which a start detects that
// the segment is missing, and the least number of its bytes that are synced; a power failure may damage those behind
// them. Older versions neither read nor change the file's text.
type mark struct {
	name   string // "": there is none
	synced int64
}

// allSynced marks a log that syncs each group before it acknowledges it. Only its last group can be incomplete.
const allSynced = math.MaxInt64

// String returns the mark's text, with a checksum. All texts have the same length, because one is written over another.
func (m mark) String() string {
	text := fmt.Sprintf("%s %020d", m.name, m.synced)
	return fmt.Sprintf("%s %08x\n", text, crc32.Checksum([]byte(text), castagnoli))
}

// readMark returns a mark without a name if there is none that can be read.
func (s *store) readMark() mark {
	text, err := readFile(s.folder.Lock(), nil)
	var m mark
	_, scan := fmt.Sscanf(string(text), "%s %d", &m.name, &m.synced)
	if cmp.Or(err, scan) != nil || m.String() != string(text) {
		return mark{}
	}
	return m
}

// writeMark stores the number of synced bytes of the current segment. If the disk loses the mark, an earlier one
// counts, and a start only takes more bytes for those that a power failure may have damaged.
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

// forgetMark removes the mark, before segments are removed.
func (s *store) forgetMark() error {
	_, err := s.folder.Lock().WriteAt([]byte(strings.Repeat(" ", len(mark{name: segmentName(0)}.String()))), 0)
	return cmp.Or(err, s.folder.Lock().Sync())
}
