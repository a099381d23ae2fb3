package feed

import (
	"bytes"
	"encoding/binary"
	"errors"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// A decoder converts a text that comes in pieces to UTF-8. It recognizes UTF-16, which PowerShell and spreadsheets
// write, by its byte order mark, or by the zero byte in its first character. It does not alter other texts; [splitter]
// rejects lines that are not UTF-8.
type decoder struct {
	returns bool // a carriage return ends a line, too: old spreadsheets write no other end

	begun bool
	order binary.ByteOrder // of UTF-16; nil: UTF-8
	held  []byte           // the beginning of a character, or of the text
	after bool             // the last character was a carriage return
}

// decode returns the text of a piece and of what the pieces before it left over.
func (d *decoder) decode(piece []byte) []byte {
	if len(d.held) > 0 {
		piece = append(d.held, piece...)
		d.held = nil
	}
	if !d.begun {
		if len(piece) < 2 {
			d.held = bytes.Clone(piece)
			return nil
		}
		d.begun, d.order = true, byteOrder(piece)
	}
	if d.order != nil {
		piece = d.narrow(piece)
	}
	if d.returns && (d.after || bytes.IndexByte(piece, '\r') >= 0) {
		piece = d.lineFeeds(piece)
	}
	return piece
}

// byteOrder returns the byte order of UTF-16, or nil. It needs the first two bytes of a text.
func byteOrder(text []byte) binary.ByteOrder {
	switch a, b := text[0], text[1]; {
	case a == 0xff && b == 0xfe, a != 0 && b == 0:
		return binary.LittleEndian
	case a == 0xfe && b == 0xff, a == 0 && b != 0:
		return binary.BigEndian
	}
	return nil
}

// narrow returns UTF-8. Half a surrogate pair becomes a byte that is not UTF-8, so that its line is rejected.
func (d *decoder) narrow(wide []byte) []byte {
	text := make([]byte, 0, len(wide))
	for len(wide) >= 2 {
		r, size := rune(d.order.Uint16(wide)), 2
		if utf16.IsSurrogate(r) {
			if len(wide) < 4 {
				break
			}
			if r = utf16.DecodeRune(r, rune(d.order.Uint16(wide[2:]))); r != unicode.ReplacementChar {
				size = 4
			} else {
				r = -1
			}
		}
		wide = wide[size:]
		if r < 0 {
			text = append(text, 0xff)
			continue
		}
		text = utf8.AppendRune(text, r)
	}
	d.held = bytes.Clone(wide)
	return text
}

// lineFeeds replaces each carriage return, and the line feed after it, by a line feed.
func (d *decoder) lineFeeds(piece []byte) []byte {
	text := make([]byte, 0, len(piece))
	for _, c := range piece {
		follows := d.after && c == '\n'
		if d.after = c == '\r'; d.after {
			c = '\n'
		}
		if !follows {
			text = append(text, c)
		}
	}
	return text
}

var (
	errNotUTF8  = errors.New("the line is not UTF-8: save the text as UTF-8, not as Latin-1 or Windows-1252")
	errWorkbook = errors.New("this is a workbook, not a text: save it as CSV (UTF-8)")
)

// isWorkbook reports whether a text begins as the files of spreadsheets do: a ZIP archive, or a compound file.
func isWorkbook(text []byte) bool {
	return bytes.HasPrefix(text, []byte("PK\x03\x04")) || bytes.HasPrefix(text, []byte("\xd0\xcf\x11\xe0"))
}
