package feed

import (
	"hash/maphash"
	"io"
	"time"
)

// A checksum finds out whether a file still holds what was read of it. It reads all of it again and again, because
// neither a part of a file nor its time and size prove that the rest is the same: editors write in place, cp keeps the
// length, and some file systems count time in seconds.
type checksum struct {
	read maphash.Hash // of what was read
	size int64        // its bytes

	again maphash.Hash // of what is read again
	at    int64        // its bytes
	end   int64        // where it ends; 0: nothing is being read again
	want  uint64       // what read was for these bytes
	began time.Time
}

const (
	recheck = 500 * time.Millisecond // from the beginning of one check to that of the next
	partly  = 8 << 20                // bytes that are read again in one look, so that a large file delays nothing
)

// add adds a piece that was read.
func (c *checksum) add(piece []byte) {
	c.read.Write(piece)
	c.size += int64(len(piece))
}

// differs reads a part of the file again, when it is time or the file was touched. It reports whether the file holds
// something else.
func (c *checksum) differs(file io.ReaderAt, touched bool, now time.Time) bool {
	if touched {
		c.began = time.Time{} // also while it is being read again: that may have been before
	}
	if c.end == 0 {
		if c.size == 0 || now.Sub(c.began) < recheck {
			return false
		}
		c.began, c.at, c.end, c.want = now, 0, c.size, c.read.Sum64()
		c.again.SetSeed(c.read.Seed())
	}
	piece := make([]byte, min(c.end-c.at, 256<<10))
	for stop := min(c.end, c.at+partly); c.at < stop; {
		n, err := file.ReadAt(piece[:min(int64(len(piece)), stop-c.at)], c.at)
		c.again.Write(piece[:n])
		c.at += int64(n)
		if err != nil && n == 0 {
			c.end = 0
			return err == io.EOF
		}
	}
	if c.at < c.end {
		return false
	}
	c.end = 0
	return c.again.Sum64() != c.want
}
