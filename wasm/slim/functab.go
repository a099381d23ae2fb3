package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// These are the runtime's tables of functions: runtime/symtab.go and runtime2.go read them,
// cmd/link/internal/ld/pcln.go writes them. Only the fields that are needed have names. layout.go has what the
// sources declare, from which these types are made.

// A pcHeader opens the tables. The offsets are from its own address.
type pcHeader struct {
	Magic                                uint32
	_                                    [2]byte
	MinLC, PtrSize                       uint8
	Functions, Files, _                  uint64
	Names, Units, Files2, Values, Tables uint64
}

// moduledata begins with where the tables are, once more.
type moduledata struct {
	Header                              uint64
	Names, Units, Files, Values, Tables slice
	Index                               slice
	Buckets, MinPC, MaxPC               uint64
}

type slice struct{ Data, Len, Cap uint64 }

// A function is the runtime's _func. Its table offsets are into Values, and 0 means no table. After
// it stand the offsets of its PCData tables and of its FuncData, four bytes each.
type function struct {
	Entry                           uint32
	Name, Args                      int32
	DeferReturn                     uint32
	StackDepth, File, Line, PCDatas uint32
	Unit                            uint32
	StartLine                       int32
	ID, Flag, _, FuncDatas          uint8
}

const (
	headerSize   = 72
	moduleSize   = 8 + 6*24 + 3*8
	functionSize = 44

	unsafePoints = 0 // The number of a PCData table, as in internal/abi.
	argumentInfo = 5 // The number of a FuncData.
	noFuncData   = ^uint32(0)
)

// A bucket is an entry of the table in which the runtime finds a function. On WebAssembly, where the program counter is
// the number of the function times 65536, there are 16 to a function, and it reads only the first.
const (
	bucketSize     = 20
	bucketDistance = 16 * bucketSize
)

var errUnknownTables = errors.New("the runtime's tables stay as they are")

func unknown(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errUnknownTables, fmt.Sprintf(format, args...))
}

// functab holds the tables of a program: their bytes in its memory.
type functab struct {
	units, files []byte // names of source files, by package, and themselves
	names        []byte // of functions, each with a zero after it
	values       []byte // tables from program counters to values
	tables       []byte // an index of functions, then the functions
	buckets      []byte
	functions    []uint32 // where they are in tables
}

// findModule finds the tables' header and the module data, and returns their addresses.
func findModule(m memory) (headerAt, moduleAt uint64, err error) {
	headerAt, ok := m.only([]byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}) // magic number, unit of code, size of a pointer
	header, whole := decode[pcHeader](m.at(headerAt, headerSize))
	if !ok || !whole {
		return 0, 0, unknown("no header")
	}
	key := binary.LittleEndian.AppendUint64(nil, headerAt)
	if moduleAt, ok = m.only(binary.LittleEndian.AppendUint64(key, headerAt+header.Names)); !ok {
		return 0, 0, unknown("no module data")
	}
	return headerAt, moduleAt, nil
}

// findFunctab finds the tables and checks that they are consistent in everything that is known of them.
func findFunctab(m memory) (*functab, error) {
	at, moduleAt, err := findModule(m)
	if err != nil {
		return nil, err
	}
	header, _ := decode[pcHeader](m.at(at, headerSize))
	module, whole := decode[moduledata](m.at(moduleAt, moduleSize))
	if !whole {
		return nil, unknown("no module data")
	}
	n := header.Functions
	if n == 0 || n > 1<<16 ||
		module.Units.Data != at+header.Units || module.Files.Data != at+header.Files2 ||
		module.Values.Data != at+header.Values || module.Tables.Data != at+header.Tables ||
		module.Index.Data != module.Tables.Data || module.Index.Len != n+1 ||
		module.Units.Len > 1<<16 || module.MaxPC>>16-module.MinPC>>16 != n-1 {
		return nil, unknown("the header and the module data do not agree")
	}
	t := &functab{
		units:   m.at(module.Units.Data, 4*module.Units.Len),
		files:   m.at(module.Files.Data, module.Files.Len),
		names:   m.at(module.Names.Data, module.Names.Len),
		values:  m.at(module.Values.Data, module.Values.Len),
		tables:  m.at(module.Tables.Data, module.Tables.Len),
		buckets: m.at(module.Buckets, (n-1)*bucketDistance+bucketSize),
	}
	if t.units == nil || t.files == nil || t.names == nil || t.values == nil || t.tables == nil || t.buckets == nil {
		return nil, unknown("one is outside of memory")
	}
	return t, t.check(uint32(n), uint32(module.MinPC>>16))
}

// check walks the n functions, which have numbers from first on.
func (t *functab) check(n, first uint32) error {
	next := 4 * (2*n + 1)
	if uint64(next) > uint64(len(t.tables)) {
		return unknown("the index is cut short")
	}
	for i := range n {
		entry, at := t.word(8*i), t.word(8*i+4)
		if next = (next + 7) &^ 7; entry != first+i || at != next {
			return unknown("function %d is not where it should be", i)
		}
		f, ok := t.function(at)
		if !ok || f.Entry != entry || uint64(uint32(f.Name)) >= uint64(len(t.names)) {
			return unknown("function %d is invalid", i)
		}
		if b := t.buckets[i*bucketDistance:]; binary.LittleEndian.Uint32(b)+uint32(b[4]) != i {
			return unknown("function %d is not in its bucket", i)
		}
		next = at + functionSize + 4*(f.PCDatas+uint32(f.FuncDatas))
		for _, place := range f.offsets(at) {
			if _, ok := t.end(t.word(place)); !ok {
				return unknown("a table of function %d has no end", i)
			}
		}
		t.functions = append(t.functions, at)
	}
	if end := (next + 7) &^ 7; uint64(end) != uint64(len(t.tables)) {
		return unknown("more follows the last function")
	}
	return nil
}

func (t *functab) word(at uint32) uint32 { return binary.LittleEndian.Uint32(t.tables[at:]) }

func (t *functab) setWord(at, v uint32) { binary.LittleEndian.PutUint32(t.tables[at:], v) }

// function returns the function at a place, and whether all that belongs to it is there.
func (t *functab) function(at uint32) (function, bool) {
	if uint64(at) > uint64(len(t.tables)) {
		return function{}, false
	}
	f, ok := decode[function](t.tables[at:])
	behind := uint64(len(t.tables)) - uint64(at)
	return f, ok && functionSize+4*(uint64(f.PCDatas)+uint64(f.FuncDatas)) <= behind
}

// name returns the bytes of a function's name.
func (t *functab) name(f function) []byte {
	name, _, _ := bytes.Cut(t.names[f.Name:], []byte{0})
	return name
}

func (t *functab) setFunction(at uint32, f function) {
	binary.Encode(t.tables[at:], binary.LittleEndian, f) // It has been read from there.
}

// offsets returns where in tables the offsets of a function's tables stand: StackDepth, File, Line and
// those of PCData.
func (f function) offsets(at uint32) []uint32 {
	places := []uint32{at + 16, at + 20, at + 24}
	for i := range f.PCDatas {
		places = append(places, at+functionSize+4*i)
	}
	return places
}

// end returns where a table ends: pairs of varints, of which only the first may begin with a zero.
func (t *functab) end(table uint32) (end uint32, ok bool) {
	if table == 0 {
		return 0, true
	}
	if uint64(table) >= uint64(len(t.values)) {
		return 0, false
	}
	r := reader{rest: t.values[table:]}
	for first := true; ; first = false {
		if value := r.unsigned(); value == 0 && !first || r.short {
			break
		}
		r.unsigned()
	}
	return uint32(len(t.values) - len(r.rest)), !r.short
}
