package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// A section is one section of a WebAssembly module in the binary format.
type section struct {
	id      byte
	content []byte
}

// The sections that matter here, by their number in the binary format.
const (
	customSection    = 0
	importSection    = 2
	dataSection      = 11
	dataCountSection = 12
)

// preamble opens every module: the magic number and version 1.
const preamble = "\x00asm\x01\x00\x00\x00"

var errMalformed = errors.New("malformed WebAssembly module")

// isModule reports whether content is a WebAssembly module, judged by its first bytes.
func isModule(content []byte) bool {
	return bytes.HasPrefix(content, []byte(preamble))
}

// parseModule splits a module into its sections, whose contents share its bytes.
func parseModule(module []byte) ([]section, error) {
	if !isModule(module) {
		return nil, fmt.Errorf("%w: no preamble", errMalformed)
	}
	var sections []section
	for r := (reader{rest: module[len(preamble):]}); len(r.rest) > 0; {
		s := section{id: r.byte(), content: r.vector()}
		if r.short {
			return nil, fmt.Errorf("%w: section %d is cut short", errMalformed, s.id)
		}
		sections = append(sections, s)
	}
	return sections, nil
}

// appendModule is the inverse of parseModule.
func appendModule(dst []byte, sections []section) []byte {
	dst = append(dst, preamble...)
	for _, s := range sections {
		dst = append(dst, s.id)
		dst = appendVector(dst, s.content)
	}
	return dst
}

// appendVector appends b after its length.
func appendVector(dst, b []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(b)))
	return append(dst, b...)
}

// A reader takes values of the binary format off the front of rest. If rest is
// too short, or a number too long, its methods set short, and all their later results are meaningless.
type reader struct {
	rest  []byte
	short bool
}

func (r *reader) byte() byte {
	b := r.bytes(1)
	if r.short {
		return 0
	}
	return b[0]
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.rest, r.short = nil, true
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

// vector reads bytes after their length, as appendVector writes them.
func (r *reader) vector() []byte {
	return r.bytes(r.unsigned())
}

// unsigned reads an unsigned LEB128 number, which is what encoding/binary calls a uvarint.
func (r *reader) unsigned() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.rest, r.short = nil, true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// signed reads a signed LEB128 number: two's complement, its sign in the last byte's second bit.
// (A varint of encoding/binary is another format.)
func (r *reader) signed() int64 {
	var v int64
	for shift := 0; shift < 64; shift += 7 {
		b := r.byte()
		v |= int64(b&0x7f) << shift
		if b&0x80 == 0 {
			if b&0x40 != 0 && shift+7 < 64 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
	r.rest, r.short = nil, true
	return 0
}

// appendSigned appends v as a signed LEB128 number.
func appendSigned(dst []byte, v int64) []byte {
	for {
		b := byte(v & 0x7f)
		v >>= 7
		if (v == 0 && b&0x40 == 0) || (v == -1 && b&0x40 != 0) {
			return append(dst, b)
		}
		dst = append(dst, b|0x80)
	}
}
