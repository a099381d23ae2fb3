package eventlog

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"flightboard/timetable"
)

// store keeps groups in a folder of segments. Only one group is written at a time.
type store struct {
	folder  folder
	sync    Sync
	grain   int64 // a segment is closed when it has grown by this much
	history int64 // bytes of records that stay on disk, for viewers that return after a restart

	mu       sync.Mutex // guards what follows against the timer that syncs
	file     disk
	size     int64 // bytes of file that are good
	synced   int64 // bytes of file that are known to be synced
	full     int64 // the size at which the segment is closed
	segments []segment
	unsynced bool
	buffer   []byte
	checked  time.Time // when check last looked for the segment
	retry    time.Time // when a compaction that has failed may be tried again
	broken   error     // no write is possible any more
	missing  error     // the segment is not where the next start would look for it
	unkept   error     // the last group could not be written
	bulky    error     // the log could not be compacted

	health   health
	measures *measures
}

type segment struct {
	name string
	size int64
}

// write writes the group, as durably as the log was opened for. After an error no part of it is in the segment.
func (s *store) write(g *group) error {
	s.acquire()
	defer s.release()
	if s.broken != nil {
		return s.broken
	}
	if err := s.check(); err != nil {
		return err
	}
	s.buffer = g.appendFrame(s.buffer[:0])
	began := time.Now()
	_, err := s.file.WriteAt(s.buffer, s.size)
	s.measures.write.Observe(time.Since(began))
	if err != nil {
		if cut := s.file.Truncate(s.size); cut != nil {
			s.fail(cut)
		}
		s.unkept = fmt.Errorf("eventlog: cannot write: %w", err)
		return s.unkept
	}
	switch {
	case s.sync == SyncAlways:
		if err := s.timedSync(); err != nil {
			s.file.Truncate(s.size) // or a start would find the failed group, which would do no harm
			return s.fail(err)
		}
	case s.sync > 0 && !s.unsynced:
		s.unsynced = true
		time.AfterFunc(time.Duration(s.sync), s.flush)
	}
	s.size += int64(len(s.buffer))
	s.unkept = nil
	return nil
}

// check returns an error if the segment or the folder was removed or replaced, so that the next start would not find
// the records. If every group is synced it looks each time, and otherwise once a second.
func (s *store) check() error {
	if s.missing == nil && s.sync != SyncAlways && time.Since(s.checked) < time.Second {
		return nil
	}
	s.checked, s.missing = time.Now(), nil
	name := s.segments[len(s.segments)-1].name
	if err := s.file.Named(name); err != nil {
		s.missing = fmt.Errorf("eventlog: %s is no longer in its place: %w", name, err)
	}
	return s.missing
}

// fail makes all later writes fail. After a failed sync the kernel may have dropped the pages that it could not write,
// and a second sync would return success.
func (s *store) fail(err error) error {
	s.broken = fmt.Errorf("eventlog: nothing can be kept until a restart: %w", err)
	return s.broken
}

func (s *store) flush() {
	s.acquire()
	defer s.release()
	if s.unsynced && s.broken == nil {
		s.syncFile()
	}
	s.unsynced = false
}

// timedSync syncs the file, and counts the time.
func (s *store) timedSync() error {
	began := time.Now()
	err := s.file.Sync()
	s.measures.sync.Observe(time.Since(began))
	return err
}

func (s *store) syncFile() {
	if err := s.timedSync(); err != nil {
		s.fail(err)
		return
	}
	s.synced = s.size
	s.writeMark()
}

// compaction returns a function to call before the next write, without the log's lock. If the segment is full, it
// begins a new one with the board as it is now.
func (s *store) compaction(l *Log) func() {
	// Only the writing goroutine changes these, so the log need not wait for a sync that the timer has begun.
	if s.size < s.full || time.Now().Before(s.retry) {
		return func() {}
	}
	board, head := l.board.Snapshot(), l.history.head
	return func() { s.compact(&board, head) }
}

// compactAgain is how long to wait after a compaction has failed. Each try writes the board.
const compactAgain = 10 * time.Second

// compact begins a new segment with the board, and removes segments that are older than the history. If it fails, the
// log continues in its present segment and tries again later; until it succeeds, Health returns the error.
func (s *store) compact(board *timetable.Change, head Position) {
	s.acquire()
	defer s.release()
	if s.broken != nil || s.check() != nil {
		return
	}
	err := s.begin(board, head)
	if err != nil {
		s.retry = time.Now().Add(compactAgain)
	} else {
		err = cmp.Or(s.keepMark(), s.sweep())
	}
	if s.bulky = err; err != nil {
		s.bulky = fmt.Errorf("eventlog: cannot compact: %w", err)
	}
}

// sweep removes the oldest segments, as long as the others before the current one hold the history. The next compaction
// tries again to remove those for which it failed.
func (s *store) sweep() (err error) {
	kept := int64(0)
	for i, old := range slices.Backward(s.segments[:len(s.segments)-1]) {
		if kept < s.history {
			kept += old.size
			continue
		}
		if failed := s.folder.Remove(old.name); failed != nil && !errors.Is(failed, fs.ErrNotExist) {
			err = failed
			continue
		}
		s.segments = slices.Delete(s.segments, i, i+1)
	}
	return err
}

// begin makes a segment under a temporary name, and renames it when it is complete on disk. If a step before that
// fails, the store is as before. If a later step fails, the next start may take either segment for the newest and lose
// the records of the other one, so all later writes fail.
func (s *store) begin(board *timetable.Change, head Position) error {
	text := appendBoard([]byte(magic), board, head)
	if size := len(text) - len(magic) - frameHeader; size > maxFrame {
		return fmt.Errorf("the board has %d bytes, and at most %d can be read again", size, maxFrame)
	}
	name := segmentName(head)
	file, err := s.folder.Open(unfinished, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(text, 0)
	if err == nil {
		err = file.Sync()
	}
	if err == nil && s.unsynced {
		if err = s.file.Sync(); err != nil {
			s.fail(err)
		}
		s.unsynced = false
	}
	if err == nil {
		if err = s.folder.Rename(unfinished, name); err != nil && !errors.Is(file.Named(name), fs.ErrNotExist) {
			s.fail(err)
		}
		if err == nil {
			if err = s.folder.Sync(); err != nil {
				s.fail(err)
			}
		}
	}
	if err != nil {
		file.Close()
		s.folder.Remove(unfinished)
		return err
	}
	if s.file != nil {
		s.segments[len(s.segments)-1].size = s.size
		s.file.Close()
	}
	s.use(file, name, int64(len(text)))
	return nil
}

func (s *store) use(file disk, name string, size int64) {
	s.file, s.size, s.synced, s.unsynced = file, size, size, false
	s.full = size + s.grain
	s.segments = append(s.segments, segment{name, size})
}

// close syncs and closes the files. An error means that records may be lost.
func (s *store) close() error {
	s.acquire()
	defer s.release()
	if s.broken == errClosed {
		return errClosed
	}
	if s.file != nil && s.broken == nil && s.sync != SyncNever {
		s.syncFile()
	}
	err := s.broken
	if s.file != nil {
		if s.checked = (time.Time{}); err == nil {
			err = s.check()
		}
		err = errors.Join(err, s.file.Close())
	}
	s.broken = errClosed
	return errors.Join(err, s.folder.Close())
}

var errClosed = errors.New("eventlog: closed")
