package mapping

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// charsetReader decodes a document whose declaration names a character set. UTF-16 is decoded before, in toUTF8,
// because a declaration in UTF-16 cannot be read without.
func charsetReader(charset string, input io.Reader) (io.Reader, error) {
	switch strings.ToLower(charset) {
	case "utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be":
		return input, nil
	case "iso-8859-1", "latin1", "latin-1", "iso_8859-1", "windows-1252", "cp1252":
		text, err := io.ReadAll(input)
		return bytes.NewReader(fromWindows1252(text)), err
	}
	return nil, fmt.Errorf("the character set %s is unknown: want UTF-8, UTF-16, ISO-8859-1 or windows-1252",
		quote(charset))
}

// toUTF8 returns a body without a byte order mark, and decodes UTF-16, which a document of ASCII characters shows by
// its zero bytes, and the set that the header of an answer names.
func toUTF8(body []byte, charset string) []byte {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return body[3:]
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return fromUTF16(body[2:], binary.LittleEndian)
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return fromUTF16(body[2:], binary.BigEndian)
	case len(body) >= 2 && body[0] != 0 && body[1] == 0:
		return fromUTF16(body, binary.LittleEndian)
	case len(body) >= 2 && body[0] == 0 && body[1] != 0:
		return fromUTF16(body, binary.BigEndian)
	}
	switch strings.ToLower(strings.Trim(charset, `"`)) {
	case "iso-8859-1", "windows-1252", "latin1":
		if !utf8.Valid(body) {
			return fromWindows1252(body)
		}
	}
	return body
}

func fromUTF16(body []byte, order binary.ByteOrder) []byte {
	text := make([]byte, 0, len(body))
	for ; len(body) >= 2; body = body[2:] {
		r := rune(order.Uint16(body))
		if utf16.IsSurrogate(r) && len(body) >= 4 {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(body[2:]))); pair != utf8.RuneError {
				r, body = pair, body[2:]
			}
		}
		text = utf8.AppendRune(text, r)
	}
	return text
}

// windows1252 are the characters from 0x80 to 0x9f; the others are those of ISO-8859-1, in which these are controls.
var windows1252 = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")

func fromWindows1252(body []byte) []byte {
	text := make([]byte, 0, len(body)+len(body)/8)
	for _, c := range body {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			r = windows1252[c-0x80]
		}
		text = utf8.AppendRune(text, r)
	}
	return text
}
