package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A File publishes the contents of a file and follows it when it grows, when it is truncated or rewritten, and when it
// is rotated: it then reads the old file to its end before the new file of that name. [NewFile] makes one.
//
// A file whose name ends in .csv or .tsv is a table with the present state of its flights: a flight that is missing
// after a rewrite is removed. Any other file is NDJSON, one change a line, as POST /flights accepts them.
type File struct {
	lines
	splitter
	path  string
	table *table // nil: NDJSON

	file    *os.File
	seen    fs.FileInfo // identifies the file
	written time.Time   // the file's modification time
	left    bool        // another file has its name
	at      int64       // how many bytes of the file have been read
	holds   checksum    // of these bytes
	last    []byte      // the last of them: if they differ in the file, it was rewritten
	quiet   int         // looks since the file last changed
	torn    bool        // a table's last line was read without its line end
}

const (
	look    = 100 * time.Millisecond // between two looks at a file
	settled = 2                      // looks without a change after which a table's rows are published
	ended   = 10                     // looks without a change after which the file counts as complete
	certain = 100                    // looks without a change after which a table may remove many flights
	memory  = 256                    // bytes of last
)

// NewFile returns a feed that follows a file. It fails if the file does not exist or is not a regular file.
func NewFile(name, path string, o LineOptions) (*File, error) {
	f := &File{lines: newLines(name, o), path: path}
	if isTable(path) {
		f.table = newTable(&f.lines)
	}
	if err := regular(path); err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	return f, nil
}

func isTable(path string) bool {
	kind := strings.ToLower(filepath.Ext(path))
	return kind == ".csv" || kind == ".tsv" || kind == ".tab"
}

// regular returns an error unless path is a regular file. Opening a named pipe would block until it has a writer, even
// if ctx is done.
func regular(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: errIrregular}
	}
	return err
}

var errIrregular = errors.New("is not a regular file; what comes through a pipe goes to -feed -")

// Run publishes the file, and its changes, until ctx is done. It waits for a file that is missing or cannot be read.
func (f *File) Run(ctx context.Context, log Log) error {
	defer func() { f.close() }()
	trouble := ""
	for {
		more, err := f.look()
		if err != nil && err.Error() != trouble { // the same error is logged once
			f.logger.Warn("cannot read the file; waiting for it", "reason", err)
		}
		trouble = ""
		if err != nil {
			trouble = err.Error()
		}
		if err := f.publish(ctx, log); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		if more {
			continue
		}
		if sleep(ctx, look) != nil {
			return nil
		}
	}
}

// publish publishes what was read. A table whose writer pauses must not remove flights.
func (f *File) publish(ctx context.Context, log Log) error {
	switch {
	case f.table == nil:
		return f.publishLines(ctx, log)
	case f.quiet != settled && f.quiet != ended && f.quiet != certain:
		return nil
	}
	if f.quiet == settled {
		f.table.unended = f.open()
	}
	f.table.publish(f.quiet >= ended)
	if err := f.lines.publish(ctx, log); err != nil {
		return err
	}
	f.table.withdraw(f.unpublished)
	f.unpublished = nil
	f.reportTable()
	return nil
}

// look reads the next piece or, at the end of the file, checks whether it was replaced, truncated or rewritten.
func (f *File) look() (more bool, err error) {
	if f.file == nil {
		err := regular(f.path)
		if err == nil {
			f.file, err = os.Open(f.path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil // it may be being rotated
		}
		if err != nil {
			return false, err
		}
		f.restart()
	}
	piece := make([]byte, 256<<10)
	n, err := f.file.ReadAt(piece, f.at)
	if n > 0 && f.torn { // the line was incomplete, and its flight may be another one
		f.restart()
		return true, nil
	}
	if n > 0 && !f.rewritten() {
		f.at += int64(n)
		f.last = append(f.last, piece[max(0, n-memory):n]...)
		f.last = f.last[max(0, len(f.last)-memory):]
		f.holds.add(piece[:n])
		f.quiet = 0
		if f.table != nil {
			f.table.unended = false
		}
		f.split(piece[:n], f.take)
		return true, nil
	}
	if err != nil && err != io.EOF {
		f.close()
		return false, err
	}
	return f.changed()
}

// changed is called at the file's end.
func (f *File) changed() (more bool, err error) {
	now, err := os.Stat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !os.SameFile(f.seen, now):
		if f.left = !f.left; f.left { // the writer may still write to the old file
			return false, nil
		}
		f.finish()
		f.close()
		return true, nil
	}
	touched := !f.written.Equal(now.ModTime())
	if f.written = now.ModTime(); touched { // perhaps the same rows were written
		f.heard()
	}
	if now.Size() < f.at || f.rewritten() || f.holds.differs(f.file, touched, time.Now()) {
		f.finish()
		f.restart()
		return true, nil
	}
	if f.quiet++; f.quiet == ended && (f.open() || f.table != nil && f.table.open()) {
		f.torn = f.table != nil
		if f.torn {
			f.table.unended = f.open()
		}
		f.end(f.take)
	}
	return false, nil
}

// rewritten reports whether the bytes that were last read are no longer in their place. If they are, the others may
// still differ, which the checksum finds.
func (f *File) rewritten() bool {
	now := make([]byte, len(f.last))
	n, _ := f.file.ReadAt(now, f.at-int64(len(f.last)))
	return !bytes.Equal(now[:n], f.last)
}

// finish reads the rest of the old file as a complete line.
func (f *File) finish() {
	if f.table == nil {
		f.end(f.take)
	}
}

// restart reads the file from its beginning.
func (f *File) restart() {
	f.at, f.last, f.holds, f.splitter = 0, nil, checksum{}, splitter{}
	f.quiet, f.left, f.torn = 0, false, false
	if f.seen, _ = f.file.Stat(); f.seen != nil {
		f.written = f.seen.ModTime()
	}
	f.renew()
	f.heard()
	if f.table != nil {
		f.returns = true
		f.table.restart()
	}
}

func (f *File) close() {
	if f.file != nil {
		f.file.Close()
		f.file = nil
	}
}

func (f *File) take(number int, text string, err error) {
	switch {
	case f.table != nil:
		f.table.read(number, text, err)
	case err != nil:
		f.leaveOut(number, err)
	case number == 1 && namesColumns(text):
		f.leaveOut(number, errTable)
	default:
		f.read(number, text)
	}
}
