package eventstream

import (
	"strings"
	"unicode/utf8"
)

// appendDecoded appends the value as UTF-8. As in the decoder of the Encoding standard, each broken character becomes
// one U+FFFD, whatever number of its bytes there is (Unicode: substitution of maximal subparts). The converters of the
// standard library do something else: one writes U+FFFD for each byte, another for each run.
func appendDecoded(dst, value []byte) []byte {
	if utf8.Valid(value) {
		return append(dst, value...)
	}
	for len(value) > 0 {
		r, n := utf8.DecodeRune(value)
		if r == utf8.RuneError && n == 1 {
			n = broken(value)
		}
		dst = utf8.AppendRune(dst, r)
		value = value[n:]
	}
	return dst
}

// broken returns the number of bytes at the start of b that belong to one broken character: the longest start of a
// valid encoding, or one byte. FullRune is false for exactly the starts of valid encodings.
func broken(b []byte) int {
	n := 1
	for n < len(b) && !utf8.FullRune(b[:n+1]) {
		n++
	}
	return n
}

// texts makes many strings with one allocation, because each event has a new ID. A string that is kept keeps its whole
// block in memory.
type texts struct {
	block strings.Builder
}

const textsBlock = 4 << 10

// text returns the decoded value as a string. Strings that it returned before do not change: a builder only appends.
func (t *texts) text(value []byte) string {
	if !utf8.Valid(value) {
		value = appendDecoded(nil, value)
	}
	if len(value) > textsBlock/8 {
		return string(value)
	}
	if t.block.Cap()-t.block.Len() < len(value) {
		t.block.Reset()
		t.block.Grow(textsBlock)
	}
	start := t.block.Len()
	t.block.Write(value)
	return t.block.String()[start:]
}
