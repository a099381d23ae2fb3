package main

import (
	"bytes"
	"encoding/binary"
)

// A structType describes a struct in memory: it is abi.Type with what abi.StructType has besides. Str is an offset from
// the first of all types, PkgPath and GCData are addresses.
type structType struct {
	Size, PtrBytes                 uint64
	Hash                           uint32
	Flags, Align, FieldAlign, Kind uint8
	Equal, GCData                  uint64
	Str, PtrToThis                 uint32
	PkgPath                        uint64
	Fields                         slice
}

type structField struct{ Name, Type, Offset uint64 }

const (
	structSize   = 80
	fieldSize    = 24
	structKind   = 25
	extraStar    = 1 << 1 // The text at Str begins with a star that is not the type's.
	maskOnDemand = 1 << 4 // The runtime reads the fields when the first value is allocated.
)

// blankTypes overwrites with zeros what only reflection reads of struct types: their fields, and the names of those
// without a name, which mostly are of function literals. The runtime reads the fields of types that can be compared,
// so they stay.
//
// The types are the bytes from an address on. Nothing says where in them a struct's description begins, so all that
// looks like one must fit: numbers, the text of its name, and each field.
func blankTypes(types []byte, address uint64) error {
	found := 0
	for at := 0; at+structSize <= len(types); at += 8 {
		s, _ := decode[structType](types[at:])
		text, ok := s.text(types)
		fields, whole := s.fields(types, address)
		if !ok || !whole {
			continue
		}
		found++
		if s.Equal != 0 || s.Flags&maskOnDemand != 0 {
			continue
		}
		clear(fields)
		s.PkgPath, s.Fields = 0, slice{}
		if name := bytes.TrimPrefix(text, []byte("*")); bytes.HasPrefix(name, []byte("struct {")) {
			clear(types[s.Str : int(s.Str)+nameHead(text)+len(text)])
			s.Flags, s.Str, s.PtrToThis = s.Flags&^extraStar, 0, 0
		}
		binary.Encode(types[at:], binary.LittleEndian, s) // It has been read from there.
	}
	if found == 0 {
		return unknown("no struct types")
	}
	return nil
}

// nameHead is how many bytes precede the text of a name: its flags and its length.
func nameHead(text []byte) int { return 1 + len(binary.AppendUvarint(nil, uint64(len(text)))) }

// text returns the struct's name, if there is one where it should be.
func (s structType) text(types []byte) (text []byte, ok bool) {
	if s.Kind != structKind || uint64(s.Str) >= uint64(len(types)) {
		return nil, false
	}
	r := reader{rest: types[s.Str:]}
	r.byte()
	text = r.vector()
	return text, !r.short && len(text) > 0
}

// fields returns the bytes of the struct's fields, if everything about them is plausible.
func (s structType) fields(types []byte, address uint64) (fields []byte, ok bool) {
	alignment := s.Align == s.FieldAlign && s.Align&(s.Align-1) == 0 && s.Align >= 1 && s.Align <= 8
	if !alignment || s.Size%uint64(s.Align) != 0 || s.PtrBytes > s.Size || s.Fields.Len != s.Fields.Cap {
		return nil, false
	}
	inside := func(a, n uint64) bool {
		return a >= address && a-address <= uint64(len(types)) && n <= uint64(len(types))-(a-address)
	}
	if s.Fields.Len == 0 || s.Fields.Len > s.Size+1 || !inside(s.Fields.Data, fieldSize*s.Fields.Len) {
		return nil, false
	}
	fields = types[s.Fields.Data-address:][:fieldSize*s.Fields.Len]
	last := uint64(0)
	for rest := fields; len(rest) > 0; rest = rest[fieldSize:] {
		f, _ := decode[structField](rest)
		if !inside(f.Name, 2) || !inside(f.Type, 48) || f.Offset < last || f.Offset > s.Size {
			return nil, false
		}
		last = f.Offset
	}
	return fields, true
}
