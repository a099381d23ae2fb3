package eventlog

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"flightboard/server/eventstream"
	"flightboard/timetable"
)

const (
	segmentSuffix = ".log"
	damagedSuffix = ".damaged"     // of segments that are set aside
	unfinished    = "next.log.new" // a segment that is being made; older versions name it after its position
)

func segmentName(base Position) string { return fmt.Sprintf("%020d", base) + segmentSuffix }

func isSegment(name string) bool {
	digits, ok := strings.CutSuffix(name, segmentSuffix)
	return ok && len(digits) == 20 && strings.Trim(digits, "0123456789") == ""
}

// segmentNames returns the names of the segments, oldest first, and removes the files of an unfinished compaction.
func (s *store) segmentNames() (names []string, err error) {
	all, err := s.folder.Names()
	for _, name := range all {
		switch {
		case isSegment(name):
			names = append(names, name)
		case strings.HasSuffix(name, segmentSuffix+".new"):
			s.folder.Remove(name)
		}
	}
	return names, err
}

// A loader builds the board and the history from the segments. The newest segment begins with the board, so only that
// one has to be complete. Each begins where the one before it ends, except after a failed compaction of an older
// version, which continued in the earlier segment. The later records of such a segment are applied as well.
type loader struct {
	*Log
	repair bool
	found  *Recovery
	buffer []byte           // has the text of the segment that was read last
	change timetable.Change // the last that was decoded
}

func (l *loader) load() error {
	s := l.store
	l.buffer = make([]byte, 0, s.grain+s.grain/16) // a segment is hardly longer, unless the board is large
	useHugePages(l.buffer[:cap(l.buffer)])
	names, err := s.segmentNames()
	if err != nil {
		return err
	}
	at := s.readMark()
	if at.name > slices.Max(append(names, "")) {
		if err := l.lose(at.name, errors.New("is missing")); err != nil {
			return err
		}
	}
	names, file, r, err := l.openNewest(names)
	if err != nil {
		return err
	}
	if file == nil {
		board := l.board.Snapshot()
		return s.begin(&board, l.history.head)
	}
	older, name := names[:len(names)-1], names[len(names)-1]
	if at.name != name {
		at.synced = allSynced
	}
	l.history.head = 0
	if len(older) > 0 {
		var stop func()
		grain := int64(l.history.grain)
		l.history.ready, stop = touchedTexts(l.history.grain, int(min(s.history, int64(len(names))*s.grain)/grain))
		defer func() { l.history.ready = nil; stop() }()
	}
	late, err := l.loadOlder(older, r.base)
	if err == nil {
		err = l.applyLate(late, r.base)
	}
	if err == nil && len(older) > 0 {
		r, err = l.read(file) // again, because the buffer had the others
	}
	if err == nil {
		err = l.loadNewest(file, name, r, at.synced)
	}
	if err != nil {
		file.Close()
		return err
	}
	if len(late) > 0 {
		s.full = s.size // so that the next append begins a segment, with a board that contains the late records
	}
	l.born = max(l.born, l.history.head+1)
	return nil
}

// lose records that acknowledged changes are lost. It returns an error unless the log is to be repaired.
func (l *loader) lose(name string, why error) error {
	why = fmt.Errorf("%s: %w", name, why)
	if !l.repair {
		return fmt.Errorf("%w: %w", ErrDamaged, why)
	}
	l.found.Lost = append(l.found.Lost, why)
	return nil
}

// openNewest opens the newest of the segments that begins with a board, and reads that board, which no earlier segment
// is needed for. Damaged ones after it are set aside. It returns the names that are left, and no file if none is.
func (l *loader) openNewest(names []string) ([]string, disk, *segmentReader, error) {
	for ; len(names) > 0; names = names[:len(names)-1] {
		name := names[len(names)-1]
		file, err := l.store.folder.Open(name, os.O_RDWR)
		if err != nil {
			return nil, nil, nil, err
		}
		r, err := l.read(file)
		if err == nil {
			if _, err = l.board.Read(string(r.board)); err == nil {
				return names, file, r, nil
			}
			err = damageError("the board is damaged: " + err.Error())
		}
		file.Close()
		if _, ok := errors.AsType[damageError](err); !ok {
			return nil, nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		if err := l.lose(name, err); err != nil {
			return nil, nil, nil, err
		}
		if err := l.store.folder.Rename(name, name+damagedSuffix); err != nil {
			return nil, nil, nil, err
		}
	}
	return nil, nil, nil, nil
}

// loadOlder puts the records of earlier segments into the history. It returns the names of those that have records
// after base.
func (l *loader) loadOlder(names []string, base Position) (late []string, err error) {
	for _, name := range names {
		r, err := l.readOlder(name)
		if err == nil {
			err = l.replay(name, r, nil)
		}
		if damage := err; damage != nil && damage != errTorn {
			if _, last := r.rest(); last > base {
				if err := l.lose(name, damage); err != nil {
					return nil, err
				}
			}
			l.found.Dropped = append(l.found.Dropped, fmt.Errorf("%s: %w", name, damage))
			l.forget() // the records before it do not connect to those after it
		}
		if r.last > base {
			late = append(late, name)
		}
		l.store.segments = append(l.store.segments, segment{name, int64(len(r.text))})
	}
	return late, nil
}

// applyLate applies the records of earlier segments after base.
func (l *loader) applyLate(names []string, base Position) error {
	for _, name := range names {
		r, err := l.readOlder(name)
		for err == nil {
			var first Position
			var records [][]byte
			if first, records, err = r.next(); records == nil {
				break
			}
			for i, record := range records {
				if at := first + Position(i); at > base {
					err = errors.Join(err, l.apply(at, record))
				}
			}
		}
		if _, damaged := errors.AsType[damageError](err); err != nil && err != errTorn && !damaged {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// loadNewest applies the records of the newest segment and makes the store continue in it. It cuts off an incomplete
// end, and damage in the part that was not synced, which a power failure may have caused.
func (l *loader) loadNewest(file disk, name string, r *segmentReader, synced int64) error {
	err := l.replay(name, r, l.apply)
	good, size := int64(r.at), int64(len(r.text))
	_, damaged := errors.AsType[damageError](err)
	gone := synced != allSynced && good < synced
	switch {
	case err == nil && gone:
		err = l.lose(name, fmt.Errorf("ends at byte %d; there was more, to byte %d", good, synced))
	case err == errTorn && !gone:
		l.found.Cut = size - good
		err = file.Truncate(good)
	case err == errTorn || damaged:
		if (gone || synced == allSynced) && !l.repair {
			return l.lose(name, err)
		}
		err = l.cut(file, name, r, err)
	}
	if err == nil {
		err = l.settle(file, r, synced)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	l.store.use(file, name, good)
	if l.store.sync == SyncNever {
		l.store.synced = int64(r.start)
	}
	return nil
}

// settle syncs the part of the segment that the last process may not have synced. It writes that part again, because
// after a failed sync the kernel may have it in memory only and no longer try to write it.
func (l *loader) settle(file disk, r *segmentReader, synced int64) error {
	err := l.store.folder.Sync()
	if err != nil || l.store.sync == SyncNever {
		return err
	}
	if from := min(synced, int64(r.group)); from < int64(r.at) {
		if _, err := file.WriteAt(r.text[from:r.at], from); err != nil {
			l.store.unkept = fmt.Errorf("eventlog: cannot write: %w", err) // which viewers need not wait for
		}
	}
	return file.Sync()
}

// cut cuts the newest segment at the damage and keeps a copy of the whole segment.
func (l *loader) cut(file disk, name string, r *segmentReader, damage error) error {
	records, last := r.rest()
	l.born = max(l.born, last+1) // viewers may have seen them
	aside := fmt.Sprintf("%s%s-at-%d", name, damagedSuffix, r.at)
	l.found.Lost = append(l.found.Lost, fmt.Errorf("%s: %w; it is cut there, and %s keeps the whole, "+
		"with %d readable records behind", name, damage, aside, records))
	copied, err := l.store.folder.Open(aside, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	defer copied.Close()
	_, err = copied.WriteAt(r.text, 0)
	for _, then := range []func() error{copied.Sync, l.store.folder.Sync} {
		if err == nil {
			err = then()
		}
	}
	if err == nil {
		err = file.Truncate(int64(r.at))
	}
	return err
}

// readOlder returns a reader of an earlier segment, which is valid until another one is read. After an error no record
// of it can be read.
func (l *loader) readOlder(name string) (*segmentReader, error) {
	file, err := l.store.folder.Open(name, os.O_RDONLY)
	if err != nil {
		return new(segmentReader), err
	}
	defer file.Close()
	return l.read(file)
}

func (l *loader) read(file disk) (r *segmentReader, err error) {
	r = new(segmentReader)
	if r.text, err = readFile(file, l.buffer); err == nil {
		err = r.open()
	}
	l.buffer = r.text
	return r, err
}

// replay adds the records of a segment to the history, and calls apply with each unless it is nil. If the segment
// begins after the head, there is a gap, and the history begins again. It also begins again after records that do not
// follow the head, because viewers that have those may not have the ones before.
func (l *loader) replay(name string, r *segmentReader, apply func(Position, []byte) error) error {
	behind := r.base < l.history.head
	if r.base > l.history.head {
		if len(l.history.chunks) > 0 {
			gap := fmt.Errorf("%s: begins at %d, the one before it ends at %d", name, r.base, l.history.head)
			l.found.Dropped = append(l.found.Dropped, gap)
		}
		l.history.head = r.base
		l.forget()
	}
	for {
		first, records, err := r.next()
		if err != nil || records == nil {
			if behind && r.last > r.base {
				l.forget()
			}
			return err
		}
		for i, record := range records {
			at := first + Position(i)
			if apply != nil {
				if err := apply(at, record); err != nil {
					return err
				}
			}
			if at > l.history.head {
				l.add(at, record, typeOf(record))
			}
		}
	}
}

// forget empties the history.
func (l *Log) forget() {
	ready := l.history.ready
	l.history, l.ends = newHistory(l.history.head, l.history.limit), nil
	l.history.ready = ready
}

func (l *loader) apply(at Position, record []byte) error {
	if typeOf(record) == endType {
		return nil
	}
	if err := decodeRecord(&l.change, record); err != nil {
		return fmt.Errorf("record %d: %w", at, err)
	}
	l.board.Apply(&l.change)
	return nil
}

// typeOf returns the event type of a record that was read from a segment.
func typeOf(record []byte) string {
	line, _, _ := bytes.Cut(record, []byte{'\n'})
	name := bytes.TrimPrefix(line, []byte(fieldEvent))
	if kind, ok := timetable.KindOf(string(name)); ok && kind.EventType() == string(name) {
		return kind.EventType() // without a copy
	}
	return string(name)
}

// decodeRecord turns an encoded event back into the change it came from.
func decodeRecord(c *timetable.Change, record []byte) error {
	if eventType, data, ok := cutRecord(record); ok {
		return decodeEvent(c, string(eventType), data)
	}
	for e, err := range eventstream.Read(bytes.NewReader(record)) {
		if err != nil {
			return err
		}
		return decodeEvent(c, e.Type, e.Data)
	}
	return errors.New("no event")
}

// cutRecord returns the event type and the data of a record as [Log.encode] writes it. ok is false if the data has
// several lines, as a snapshot's.
func cutRecord(record []byte) (eventType, data []byte, ok bool) {
	eventType, rest, _ := bytes.Cut(record, []byte(fieldID))
	_, data, _ = bytes.Cut(rest, []byte(fieldData))
	eventType, begins := bytes.CutPrefix(eventType, []byte(fieldEvent))
	data, ends := bytes.CutSuffix(data, []byte("\n\n"))
	return eventType, data, begins && ends && bytes.IndexByte(data, '\n') < 0
}

func decodeEvent(c *timetable.Change, eventType string, data []byte) error {
	kind, ok := timetable.KindOf(eventType)
	if !ok {
		return fmt.Errorf("unknown event %q", eventType)
	}
	return c.Decode(kind, string(data))
}
