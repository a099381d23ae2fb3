package eventlog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	"flightboard/timetable"
)

// A segment is one file of a durable log. It begins with the board, so that a start needs no older segment. Records
// follow:
//
//	magic
//	frame   the board at the position before the segment's first record
//	frame   the records of one group, which are in the log together or not at all
//	…
//
// A frame is the length of its payload and the payload's CRC-32C, four bytes each and little-endian as all numbers
// are, and the payload: a kind, a position (eight bytes), and
//
//	'b'  the board's data as in a flightSnapshot event
//	'r'  the number of records, the length of each (four bytes each), and the encoded events themselves
const (
	anyMagic    = "flightboard log "
	magic       = anyMagic + "1\n"
	frameHeader = 8
	kindBoard   = 'b'
	kindRecords = 'r'
)

// maxFrame is the length of the longest payload that is written. Older versions cannot read longer ones.
var maxFrame = 1 << 30

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendFrame appends a frame whose payload the given function appends.
func appendFrame(dst []byte, kind byte, at Position, payload func([]byte) []byte) []byte {
	start := len(dst)
	dst = append(dst, make([]byte, frameHeader)...)
	dst = append(dst, kind)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(at))
	dst = payload(dst)
	body := dst[start+frameHeader:]
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(body)))
	binary.LittleEndian.PutUint32(dst[start+4:], crc32.Checksum(body, castagnoli))
	return dst
}

func appendBoard(dst []byte, board *timetable.Change, at Position) []byte {
	return appendFrame(dst, kindBoard, at, board.AppendJSON)
}

func (g *group) appendFrame(dst []byte) []byte {
	return appendFrame(dst, kindRecords, g.first, func(dst []byte) []byte {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(len(g.records)))
		from := 0
		for _, r := range g.records {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(r.end-from))
			from = r.end
		}
		return append(dst, g.text...)
	})
}

// frameSize is the length of the group's payload.
func (g *group) frameSize() int { return 1 + 8 + 4 + 4*len(g.records) + len(g.text) }

// A segmentReader reads a segment from memory, frame by frame.
type segmentReader struct {
	text  []byte
	start int      // of the records
	group int      // where the last group read begins
	at    int      // the end of the good part
	board []byte   // its data
	base  Position // of the board
	last  Position // of the last record read, or base

	records [][]byte // of the last group read
}

// A damageError describes the place from which on a segment cannot be read.
type damageError string

func (e damageError) Error() string { return string(e) }

// errTorn is returned at the end of a segment whose last frame was being written when the power failed or the process
// ended.
var errTorn = errors.New("the last frame is incomplete")

// open reads the magic, and the frame of the board at the beginning of the segment.
func (r *segmentReader) open() error {
	if !bytes.HasPrefix(r.text, []byte(magic)) {
		if bytes.HasPrefix(r.text, []byte(anyMagic)) {
			return errors.New("a log of another version")
		}
		return damageError("not a log")
	}
	r.at = len(magic)
	kind, at, payload, size := frameAt(r.text, r.at)
	if kind != kindBoard {
		return damageError("the board is damaged")
	}
	r.board, r.start, r.base, r.last = payload, r.at+size, at, at
	r.at, r.group = r.start, r.start
	return nil
}

// next returns the records of the next group, which are valid until the next call, or none at the end of the segment.
// After errTorn the segment is good up to r.at. After any other error there are records behind r.at, which would be lost
// if it were cut there.
func (r *segmentReader) next() (first Position, records [][]byte, err error) {
	if r.at == len(r.text) {
		return 0, nil, nil
	}
	kind, first, payload, size := frameAt(r.text, r.at)
	if kind == kindRecords && first > r.last {
		records = splitRecords(r.records, payload)
	}
	if records == nil {
		if later := r.findLater(); later >= 0 {
			return 0, nil, damageError(fmt.Sprintf("damaged at byte %d, with good records at byte %d", r.at, later))
		}
		return 0, nil, errTorn
	}
	r.records, r.group, r.at, r.last = records, r.at, r.at+size, first+Position(len(records))-1
	return first, records, nil
}

// rest returns the number of readable records behind the damage, and the position of the last one.
func (r *segmentReader) rest() (records int, last Position) {
	behind := *r
	for later := behind.findLater(); later >= 0; later = behind.findLater() {
		behind.at = later
		for {
			_, some, err := behind.next()
			if err != nil || some == nil {
				break
			}
			records += len(some)
		}
	}
	return records, behind.last
}

// findLater looks for a good frame of records behind a bad one.
func (r *segmentReader) findLater() int {
	for i := r.at + 1; i+frameHeader < len(r.text); i++ {
		if r.text[i+frameHeader] != kindRecords {
			continue
		}
		if kind, first, payload, _ := frameAt(r.text, i); kind == kindRecords && first > r.last &&
			splitRecords(nil, payload) != nil {
			return i
		}
	}
	return -1
}

// frameAt returns the frame at byte i, or kind 0 when there is no good one.
func frameAt(text []byte, i int) (kind byte, at Position, payload []byte, size int) {
	if len(text)-i < frameHeader {
		return 0, 0, nil, 0
	}
	n := int(binary.LittleEndian.Uint32(text[i:]))
	if n < 9 || len(text)-i-frameHeader < n {
		return 0, 0, nil, 0
	}
	body := text[i+frameHeader : i+frameHeader+n]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(text[i+4:]) {
		return 0, 0, nil, 0
	}
	return body[0], Position(binary.LittleEndian.Uint64(body[1:])), body[9:], frameHeader + n
}

// splitRecords returns the records of a payload, in the memory of others if they fit, or nil if the payload does not
// consist of records.
func splitRecords(others [][]byte, payload []byte) [][]byte {
	if len(payload) < 4 {
		return nil
	}
	n := int(binary.LittleEndian.Uint32(payload))
	payload = payload[4:]
	if n == 0 || n > len(payload)/4 {
		return nil
	}
	lengths, text := payload[:4*n], payload[4*n:]
	records := slices.Grow(others[:0], n)
	for size := range slices.Chunk(lengths, 4) {
		end := int(binary.LittleEndian.Uint32(size))
		if end > len(text) {
			return nil
		}
		records = append(records, text[:end:end])
		text = text[end:]
	}
	if len(text) > 0 {
		return nil
	}
	return records
}
