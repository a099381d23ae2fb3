package main

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"maps"
	"regexp"
	"slices"
)

// coarseness is how many functions share an entry of the runtime's index. The runtime steps from the
// entry on to the function that it looks for, so that any number is right: with this one the index
// compresses to next to nothing, and a look-up takes some 32 comparisons more.
const coarseness = 64

// blankTables returns the module, whose segments mergeSegments has joined, without what only
// tracebacks read of the Go runtime's tables: names of files, lines, how arguments are printed, and
// where a thread may be interrupted, which no thread is in a browser. Names of functions stay, but for
// the runtime's own.
//
// It overwrites with zeros in place, which compress to nothing, and moves only the tables from program
// counters to values, to which none but the functions' own offsets point. The offset of a table that
// is gone is 0, as the linker itself has it. A traceback then prints ? for the file and 0 for the line.
// runtime.Callers, recover, growing stacks and the garbage collector find what they need, also of
// functions that are inlined.
//
// It refuses with errUnknownTables tables that are inconsistent in anything.
func blankTables(module []byte) ([]byte, error) {
	return changeData(module, func(m memory) error {
		t, err := findFunctab(m)
		if err != nil {
			return err
		}
		return t.blank()
	})
}

// changeData returns a copy of the module whose memory, as it is before the program runs, has been changed in place.
func changeData(module []byte, change func(memory) error) ([]byte, error) {
	sections, err := parseModule(bytes.Clone(module)) // They share its bytes.
	if err != nil {
		return nil, err
	}
	for i, s := range sections {
		if s.id != dataSection {
			continue
		}
		opcode, segments, err := parseData(s.content)
		if err != nil {
			return nil, err
		}
		if err := change(segments); err != nil {
			return nil, err
		}
		sections[i].content = appendData(nil, opcode, segments)
		return appendModule(make([]byte, 0, len(module)), sections), nil
	}
	return nil, unknown("no data")
}

func (t *functab) blank() error {
	for i, at := range t.functions {
		f, _ := t.function(at)
		f.File, f.Line, f.StartLine, f.Unit = 0, 0, 0, 0
		t.setFunction(at, f)
		if f.PCDatas > unsafePoints {
			t.setWord(at+functionSize+4*unsafePoints, 0)
		}
		if f.FuncDatas > argumentInfo {
			t.setWord(at+functionSize+4*(f.PCDatas+argumentInfo), noFuncData)
		}
		bucket := t.buckets[i*bucketDistance:]
		clear(bucket[:min(len(bucket), bucketDistance)])
		binary.LittleEndian.PutUint32(bucket, uint32(i-i%coarseness))
	}
	clear(t.units)
	clear(t.files)
	t.shareNames()
	return t.sortValues()
}

// shareNames gives the runtime's unexported functions one name. A traceback leaves them out, unless the runtime fails.
// It only asks whether a name begins with runtime, and for runtime.gopanic.
func (t *functab) shareNames() {
	const shared = "runtime.?"
	place := int32(0)
	for _, at := range t.functions {
		f, _ := t.function(at)
		name := t.name(f)
		if !internal.Match(name) || len(name) < len(shared) || string(name) == "runtime.gopanic" {
			continue
		}
		clear(name)
		if place == 0 {
			place = f.Name
		}
		f.Name = place
		t.setFunction(at, f)
	}
	if place != 0 {
		copy(t.names[place:], shared)
	}
}

// internal matches the names of the runtime's unexported functions, and of methods of its unexported types.
var internal = regexp.MustCompile(`^runtime\.(\(\*)?[a-z_]`)

// sortValues puts the tables that are still used to the front, like beside like, which is another
// 7 kB less in brotli, and clears the rest.
func (t *functab) sortValues() error {
	places := make(map[uint32][]uint32) // By table: where its offset stands.
	for _, at := range t.functions {
		f, _ := t.function(at)
		for _, place := range f.offsets(at) {
			if table := t.word(place); table != 0 {
				places[table] = append(places[table], place)
			}
		}
	}
	content := func(table uint32) []byte {
		end, _ := t.end(table)
		return t.values[table:end]
	}
	sorted := []byte{0} // No table has the offset 0.
	for _, table := range slices.SortedFunc(maps.Keys(places), func(a, b uint32) int {
		return cmp.Or(bytes.Compare(content(a), content(b)), cmp.Compare(a, b))
	}) {
		for _, place := range places[table] {
			t.setWord(place, uint32(len(sorted)))
		}
		sorted = append(sorted, content(table)...)
	}
	if len(sorted) > len(t.values) {
		return unknown("they overlap")
	}
	clear(t.values[copy(t.values, sorted):])
	return nil
}
