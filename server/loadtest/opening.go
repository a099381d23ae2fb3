package main

import "bytes"

// An opening is the block of a large snapshot that came and was checked. Other viewers get the same: of them only how far
// they have come is kept, not what came.
type opening struct {
	block   []byte // from its event type to its blank line
	checker checker
}

// largeSnapshot is the size from which on a snapshot is an opening.
const largeSnapshot = 1 << 20

var snapshotBegins = []byte("event: flightSnapshot\n")

// remember keeps the block after which the checker is, if it is large.
func (o *opening) remember(block []byte, after checker) {
	if at := bytes.Index(block, snapshotBegins); at >= 0 && len(block) >= largeSnapshot { // after the line of retry
		o.block, o.checker = bytes.Clone(block[at:]), after
	}
}

// open takes from a new viewer's text what the opening has at this place. It returns the text that is left, which begins
// with what was taken before if the viewer gets something else.
func (v *viewer) open(text []byte) []byte {
	o := &v.checker.ledger.opening
	if v.checker.joined || v.opened == 0 && (o.block == nil || !bytes.HasPrefix(text, snapshotBegins)) {
		return text
	}
	n := min(len(text), len(o.block)-v.opened)
	if !bytes.Equal(text[:n], o.block[v.opened:v.opened+n]) {
		text = append(bytes.Clone(o.block[:v.opened]), text...)
		v.opened = 0
		return text
	}
	if v.opened += n; v.opened == len(o.block) {
		v.opened, v.scanner.rest = 0, nil
		v.checker = o.checker
		v.checker.ledger.tally.Snapshots++
		for i := range v.checker.next {
			v.checker.ledger.has(i, v.checker.ledger.entry(i))
		}
	}
	return text[n:]
}
