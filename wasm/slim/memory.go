package main

import (
	"bytes"
	"encoding/binary"
)

// A memory is what data segments leave in memory 0: ascending, as join returns them.
type memory []segment

// at returns n bytes from an address on, which share the segment's. It returns nil unless one
// segment holds all of them.
func (m memory) at(address, n uint64) []byte {
	for _, s := range m {
		if address >= s.offset && address <= s.end() && n <= s.end()-address {
			return s.content[address-s.offset:][:n:n]
		}
	}
	return nil
}

// only returns the address of a pattern if it stands exactly once in memory, there at an address
// that a word may have.
func (m memory) only(pattern []byte) (address uint64, ok bool) {
	for _, s := range m {
		for from := 0; ; {
			i := bytes.Index(s.content[from:], pattern)
			if i < 0 {
				break
			}
			if found := s.offset + uint64(from+i); found%8 == 0 {
				if ok {
					return 0, false
				}
				address, ok = found, true
			}
			from += i + 1
		}
	}
	return address, ok
}

// decode reads a T, whose fields lie in memory as encoding/binary packs them, from the front of b.
func decode[T any](b []byte) (v T, ok bool) {
	_, err := binary.Decode(b, binary.LittleEndian, &v)
	return v, err == nil
}
