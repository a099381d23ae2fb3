package main

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// errUnmergeable is wrapped by the reasons for which a valid module's segments must stay as they are.
var errUnmergeable = errors.New("data segments stay as they are")

// maxGap is how many zero bytes between two segments are written out to join them. Compressed they
// cost next to nothing, but longer gaps no longer save anything either.
const maxGap = 1 << 10

// A segment is an active data segment: bytes that instantiation copies to a place in memory 0.
type segment struct {
	offset  uint64
	content []byte
}

func (s segment) end() uint64 { return s.offset + uint64(len(s.content)) }

// The instructions of a constant offset, and of its end.
const (
	i32Const = 0x41
	i64Const = 0x42
	endInstr = 0x0b
)

// mergeSegments returns the module with its data segments joined into as few as possible, and the
// same memory after instantiation.
//
// The Go linker skips every run of a few zero bytes in the program's data and so writes tens of
// thousands of segments. Their headers hold offsets, which do not compress, and cut up what does:
// joined, the module is longer, and its brotli twin some per cent shorter.
//
// It returns errUnmergeable if joining could change the module's behaviour: where
// instructions may name a segment by number (memory.init and data.drop; a module that has them must
// have a data count section), where a segment is passive or its offset is not a constant, where
// memory 0 is imported and so may have other bytes between two segments, and where segments overlap.
func mergeSegments(module []byte) ([]byte, error) {
	sections, err := parseModule(module)
	if err != nil {
		return nil, err
	}
	for i, s := range sections {
		switch s.id {
		case importSection:
			err = refuseImportedMemory(s.content)
		case dataCountSection:
			err = fmt.Errorf("%w: instructions may name them by number", errUnmergeable)
		case dataSection:
			sections[i].content, err = mergeData(s.content)
		}
		if err != nil {
			return nil, err
		}
	}
	return appendModule(make([]byte, 0, len(module)), sections), nil
}

// mergeData merges the segments in the content of a data section.
func mergeData(content []byte) ([]byte, error) {
	opcode, segments, err := parseData(content)
	if err != nil {
		return nil, err
	}
	if segments, err = join(segments); err != nil {
		return nil, err
	}
	return appendData(nil, opcode, segments), nil
}

// parseData returns the segments in the content of a data section, and the instruction that gives
// their offsets: all i32.const, or, where memory 0 has 64-bit addresses, all i64.const.
func parseData(content []byte) (opcode byte, segments []segment, err error) {
	r := reader{rest: content}
	for range r.unsigned() {
		if kind := r.unsigned(); kind != 0 && !r.short {
			return 0, nil, fmt.Errorf("%w: one is of kind %d, not active in memory 0", errUnmergeable, kind)
		}
		first := opcode
		opcode = r.byte()
		if len(segments) > 0 && opcode != first && !r.short {
			return 0, nil, fmt.Errorf("%w: their offsets are of two kinds", errUnmergeable)
		}
		offset := r.signed()
		if opcode == i32Const {
			offset = int64(uint32(offset)) // An address, although its instruction's operand is signed.
		}
		if end := r.byte(); !r.short && (opcode != i32Const && opcode != i64Const || end != endInstr) {
			return 0, nil, fmt.Errorf("%w: the offset of one is not a constant", errUnmergeable)
		}
		segments = append(segments, segment{uint64(offset), r.vector()})
		if r.short {
			return 0, nil, fmt.Errorf("%w: the data section is cut short", errMalformed)
		}
	}
	return opcode, segments, nil
}

// appendData appends the content of a data section.
func appendData(dst []byte, opcode byte, segments []segment) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(segments)))
	for _, s := range segments {
		dst = append(dst, 0, opcode)
		if opcode == i32Const {
			dst = appendSigned(dst, int64(int32(s.offset)))
		} else {
			dst = appendSigned(dst, int64(s.offset))
		}
		dst = append(dst, endInstr)
		dst = appendVector(dst, s.content)
	}
	return dst
}

// join returns segments that leave the same memory as the given ones do, in ascending order. Segments
// that do not overlap may be copied in any order; of two that do, the later one must win, and they
// are refused.
func join(segments []segment) ([]segment, error) {
	segments = slices.SortedStableFunc(slices.Values(segments), func(a, b segment) int {
		return cmp.Compare(a.offset, b.offset)
	})
	var joined []segment
	var end uint64
	for _, s := range segments {
		gap := s.offset - end
		if s.offset < end || s.end() < s.offset {
			return nil, fmt.Errorf("%w: they overlap", errUnmergeable)
		}
		end = s.end()
		if len(joined) == 0 || gap > maxGap {
			// A segment begins with a whole word: the linker also skips the low bytes of a pointer if they are zero.
			skipped := min(s.offset%8, gap)
			joined = append(joined, segment{s.offset - skipped, append(make([]byte, skipped), s.content...)})
			continue
		}
		last := &joined[len(joined)-1]
		last.content = append(last.content, make([]byte, gap)...)
		last.content = append(last.content, s.content...)
	}
	return joined, nil
}

// refuseImportedMemory reads the content of an import section.
func refuseImportedMemory(content []byte) error {
	const function, memory = 0, 2
	r := reader{rest: content}
	for range r.unsigned() {
		module, name := r.vector(), r.vector()
		switch kind := r.byte(); {
		case r.short:
			return fmt.Errorf("%w: the import section is cut short", errMalformed)
		case kind == function:
			r.unsigned() // its type
		case kind == memory:
			return fmt.Errorf("%w: the memory %s.%s is imported", errUnmergeable, module, name)
		default:
			return fmt.Errorf("%w: the import %s.%s has an unknown kind", errUnmergeable, module, name)
		}
	}
	return nil
}
