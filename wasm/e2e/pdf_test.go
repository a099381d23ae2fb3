package e2e

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

var (
	pdfObject   = regexp.MustCompile(`(?s)(\d+) 0 obj\n(.*?)\nendobj`)
	pdfPage     = regexp.MustCompile(`(?s)/Type /Page\s.*/Font <<(.*?)>>.*/Contents (\d+) 0 R`)
	pdfFont     = regexp.MustCompile(`/(\w+) (\d+) 0 R`)
	pdfUnicode  = regexp.MustCompile(`/ToUnicode (\d+) 0 R`)
	pdfMapping  = regexp.MustCompile(`(?m)^<(\w{4})>(?: <(\w{4})>)? <(\w+)>$`)
	pdfOperator = regexp.MustCompile(`/(\w+) \S+ Tf|(\bTm)\b|<(\w+)> Tj`)
)

// pdfTexts returns the texts of each page of a PDF file that Chromium has made, a line for each piece. It reads no
// other program's files.
func pdfTexts(t *testing.T, file []byte) (pages []string) {
	t.Helper()
	objects := make(map[string]string)
	for _, m := range pdfObject.FindAllStringSubmatch(string(file), -1) {
		objects[m[1]] = m[2]
	}
	stream := func(object string) string {
		_, data, ok := strings.Cut(objects[object], "stream\n")
		if !ok {
			t.Fatalf("the PDF file has no stream %s", object)
		}
		from, err := zlib.NewReader(strings.NewReader(data))
		must(t, err)
		text, err := io.ReadAll(from)
		must(t, err)
		return string(text)
	}
	fonts := make(map[string]map[int]string) // texts of glyphs, by the font's object
	font := func(object string) map[int]string {
		if fonts[object] == nil {
			fonts[object] = make(map[int]string)
			m := pdfUnicode.FindStringSubmatch(objects[object])
			if m == nil {
				return fonts[object] // of signs, without texts
			}
			for _, m := range pdfMapping.FindAllStringSubmatch(stream(m[1]), -1) {
				first, last, text := number(m[1]), number(m[2]), unhex(t, m[3])
				for glyph := first; glyph <= max(first, last); glyph++ {
					fonts[object][glyph] = string(utf16.Decode(text))
					text[len(text)-1]++
				}
			}
		}
		return fonts[object]
	}
	for _, m := range pdfObject.FindAllStringSubmatch(string(file), -1) { // in the order of the pages
		page := pdfPage.FindStringSubmatch(m[2])
		if page == nil {
			continue
		}
		names := make(map[string]string)
		for _, m := range pdfFont.FindAllStringSubmatch(page[1], -1) {
			names[m[1]] = m[2]
		}
		var text strings.Builder
		var glyphs map[int]string
		for _, m := range pdfOperator.FindAllStringSubmatch(stream(page[2]), -1) {
			switch {
			case m[1] != "":
				glyphs = font(names[m[1]])
			case m[2] != "":
				text.WriteByte('\n')
			default:
				for _, glyph := range unhex(t, m[3]) {
					text.WriteString(glyphs[int(glyph)])
				}
			}
		}
		pages = append(pages, text.String())
	}
	return pages
}

func number(hexadecimal string) int {
	n, _ := strconv.ParseInt(hexadecimal, 16, 32) // "" is 0
	return int(n)
}

// unhex returns the 16-bit numbers that a hexadecimal string has.
func unhex(t *testing.T, text string) (numbers []uint16) {
	t.Helper()
	data, err := hex.DecodeString(text)
	if len(data)%2 != 0 {
		err = errors.Join(err, errors.New("odd"))
	}
	must(t, err)
	for pair := range bytes.NewReader(data).Len() / 2 {
		numbers = append(numbers, uint16(data[2*pair])<<8|uint16(data[2*pair+1]))
	}
	return numbers
}
