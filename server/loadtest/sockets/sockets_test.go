package sockets

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"testing"
)

// TestCompressedFrames: a part of a gzip stream, flushed or stored, is a message that can be decompressed.
func TestCompressedFrames(t *testing.T) {
	for _, size := range []int{1, 50, 300, 70_000} {
		text := make([]byte, size)
		rand.NewChaCha8([32]byte{byte(size)}).Read(text)
		var stream bytes.Buffer
		z := gzip.NewWriter(&stream)
		z.Write(text)
		z.Flush()
		stored := append([]byte{0}, binary.LittleEndian.AppendUint16(nil, uint16(min(size, 50)))...)
		stored = append(binary.LittleEndian.AppendUint16(stored, ^uint16(min(size, 50))), text[:min(size, 50)]...)
		for _, c := range []struct {
			name  string
			part  []byte
			begun bool
			want  []byte
		}{
			{"the first part", stream.Bytes(), false, text},
			{"a later part", stream.Bytes()[10:], true, text},
			{"a part that was not compressed", stored, true, text[:min(size, 50)]},
		} {
			frame := compressedFrame(c.part, c.begun)
			if frame[0] != 0xc1 {
				t.Errorf("%s of %d bytes: the frame begins with %#x", c.name, size, frame[0])
			}
			head, n := 2, int(frame[1])
			switch n {
			case 126:
				head, n = 4, int(binary.BigEndian.Uint16(frame[2:]))
			case 127:
				head, n = 10, int(binary.BigEndian.Uint64(frame[2:]))
			}
			if n != len(frame)-head {
				t.Fatalf("%s of %d bytes: the frame has %d bytes, and says %d", c.name, size, len(frame)-head, n)
			}
			// With the tail that was left out (RFC 7692, 7.2.2), and an end.
			message := append(bytes.Clone(frame[head:]), 0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff)
			if got, err := io.ReadAll(flate.NewReader(bytes.NewReader(message))); err != nil || !bytes.Equal(got, c.want) {
				t.Errorf("%s of %d bytes: %d bytes come out (%v), want %d", c.name, size, len(got), err, len(c.want))
			}
		}
	}
}
