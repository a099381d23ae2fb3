package eventlog

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"
)

// A sum is the trailer of a gzip stream: the CRC-32 of all its text and the text's length (RFC 1952, 2.3.1). Each
// viewer's text differs, but viewers share nearly all pieces. So the checksum of a piece is computed once, and added to
// each viewer's sum, which takes some 5 ns for a piece of any length (BenchmarkChecksum).
type sum struct {
	crc, size uint32 // both as in the trailer: of the text so far, and its length modulo 2^32
}

// A checksum is the effect of a piece on a sum.
type checksum struct {
	sum
	shift [8][16]uint32 // by the place of four bits and their value: what the sum before the piece becomes by its length
}

// write adds a text that is for one viewer only.
func (s *sum) write(text []byte) {
	s.crc = crc32.Update(s.crc, crc32.IEEETable, text)
	s.size += uint32(len(text))
}

// add adds a piece: the CRC of two texts is that of the first times x to the power of the second one's bits, modulo the
// polynomial, plus that of the second; addition is exclusive or.
func (s *sum) add(c *checksum) {
	shifted := uint32(0)
	for place := range c.shift {
		shifted ^= c.shift[place][s.crc>>(4*place)&15]
	}
	s.crc = shifted ^ c.crc
	s.size += c.size
}

// appendTrailer appends the last block, which is empty, and the trailer.
func (s *sum) appendTrailer(dst []byte) []byte {
	dst = append(dst, 3, 0)
	dst = binary.LittleEndian.AppendUint32(dst, s.crc)
	return binary.LittleEndian.AppendUint32(dst, s.size)
}

func newChecksum(text []byte) *checksum {
	c := new(checksum)
	c.write(text)
	// The powers of x are kept from bit 31, which is x^0, downwards. A step multiplies by x.
	factor := power(8 * uint64(len(text)))
	for bit := 31; bit >= 0; bit-- {
		c.shift[bit/4][1<<(bit%4)] = factor
		factor = timesX(factor)
	}
	for place := range c.shift {
		for value := 1; value < 16; value++ {
			low := value & -value
			c.shift[place][value] = c.shift[place][low] ^ c.shift[place][value&^low]
		}
	}
	return c
}

func timesX(a uint32) uint32 { return a>>1 ^ crc32.IEEE&-(a&1) }

// times multiplies two polynomials.
func times(a, b uint32) (product uint32) {
	for ; a != 0; b = timesX(b) {
		product ^= b & uint32(int32(a)>>31)
		a <<= 1
	}
	return product
}

// power is x to the power of n.
func power(n uint64) uint32 {
	const one, x = 1 << 31, 1 << 30
	result := uint32(one)
	for bit := bits.Len64(n) - 1; bit >= 0; bit-- {
		result = times(result, result)
		if n>>bit&1 != 0 {
			result = times(result, x)
		}
	}
	return result
}
