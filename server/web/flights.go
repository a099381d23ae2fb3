package web

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"flightboard/timetable"
	"flightboard/timetable/view"
)

// document answers GET /flights with the present board.
type document struct{ boards *boards }

// A format is a way to write the board.
type format int

const (
	asJSON format = iota
	asCSV
	asText
	asPage // index.html
	formats
)

// mediaTypes are the media types of GET /flights, by format.
var mediaTypes = []string{"application/json", "text/csv", "text/plain"}

func (d *document) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mediaType := accepted(list(r.Header, "Accept"), mediaTypes...)
	h := w.Header()
	h.Add("Vary", "Accept")
	h.Add("Vary", "Accept-Encoding")
	h.Set("Cache-Control", cached(r, "no-cache"))
	coding, ok := coding(r, "gzip")
	if !ok {
		notAcceptable(w)
		return
	}
	board := d.boards.open(format(slices.Index(mediaTypes, mediaType)), coding)
	defer board.close()
	h.Set("Last-Event-ID", board.at.String()) // a client can follow the stream from there
	h.Set("ETag", board.etag())
	if matchesAny(list(r.Header, "If-None-Match"), h.Get("ETag")) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	switch board.format {
	case asCSV:
		mediaType += "; charset=utf-8; header=present"
	case asText:
		mediaType += "; charset=utf-8"
	}
	h.Set("Content-Type", mediaType)
	board.send(w, r)
}

// etag returns the entity tag: the position, with a suffix for representations other than plain JSON.
func (r *representation) etag() string {
	tag := r.at.String()
	if r.format != asJSON {
		tag += "-" + strings.TrimPrefix(mediaTypes[r.format], "text/")
	}
	if r.coding != "" {
		tag += "-" + r.coding
	}
	return `"` + tag + `"`
}

// send answers with the whole board. It ignores Range, because ranges of different boards do not fit together.
func (r *representation) send(w http.ResponseWriter, request *http.Request) {
	text := r.text()
	h := w.Header()
	h.Set("Accept-Ranges", "none")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	if r.coding != "" {
		h.Set("Content-Encoding", r.coding)
	}
	if request.Method == http.MethodHead {
		return
	}
	for len(text) > 0 {
		n, err := w.Write(text[:min(len(text), piece)])
		if err != nil {
			return // the connection is broken
		}
		if text = text[n:]; len(text) > 0 && r.late() {
			panic(http.ErrAbortHandler)
		}
	}
}

func (r *representation) write() []byte {
	if r.coding != "" {
		return zip(r.representations[r.format][0].text(), gzip.BestSpeed)
	}
	switch r.format {
	case asCSV:
		return appendCSV(nil, r.flights)
	case asText:
		return appendText([]byte(r.describes.line()), r.flights, r.shown, r.zone)
	case asPage:
		return r.withRows(withDescription(r.boards.index, r.describes))
	}
	c := timetable.Change{Kind: timetable.KindReplace, Board: r.flights}
	return append(c.AppendJSON(nil), '\n')
}

var columns = []timetable.Field{timetable.FieldOrigin, timetable.FieldNumber, timetable.FieldArrival,
	timetable.FieldState, timetable.FieldExpected,
	timetable.FieldAirline, timetable.FieldFrom, timetable.FieldTerminal, timetable.FieldGate, timetable.FieldBelt,
	timetable.FieldCodeshares,
	timetable.FieldRemark, timetable.FieldID}

// appendCSV appends the board as CSV that -feed reads back. It has no byte order mark, which programs would read as a
// part of the first column's name; the response names the charset. The page's file, for spreadsheets, has one.
func appendCSV(dst []byte, flights []timetable.Flight) []byte {
	out := bytes.NewBuffer(dst)
	c := csv.NewWriter(out)
	line := make([]string, len(columns))
	for i, k := range columns {
		line[i] = k.String()
	}
	c.Write(line)
	for i := range flights {
		for j, k := range columns {
			line[j] = view.NoFormula(view.InCell(flights[i].Text(k)))
		}
		c.Write(line)
	}
	c.Flush()
	return out.Bytes()
}

// appendText appends the board as a table for terminals, with the texts of the page. Each column is as wide as the
// widest of its texts. A day that is not the board's begins with a line that has the date.
func appendText(dst []byte, flights []timetable.Flight, shown timetable.Fields, zone view.Zone) []byte {
	lines := make([][]string, len(flights)+1)
	var widths []int
	for _, c := range view.Columns {
		if !shown.Has(c) {
			continue
		}
		widest := 0
		for i := range lines {
			text := strings.ToUpper(c.String())
			if i > 0 {
				text = zone.Text(&flights[i-1], c)
			}
			lines[i] = append(lines[i], text)
			widest = max(widest, width(text))
		}
		widths = append(widths, widest)
	}
	day, begins := int64(0), ""
	for i, line := range lines {
		if i > 0 {
			if day, begins = zone.Begins(&flights[i-1], day); begins != "" {
				dst = append(append(dst, begins...), '\n')
			}
		}
		blank := 0 // none at the end of a line
		for j, text := range line {
			if text != "" {
				dst = append(dst, strings.Repeat(" ", blank)...)
				dst = append(dst, text...)
				blank = 0
			}
			blank += widths[j] - width(text) + 2
		}
		dst = append(dst, '\n')
	}
	return dst
}

// width returns the number of terminal cells of a text: marks have none, wide characters two.
func width(text string) (cells int) {
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case unicode.Is(wide, r):
			cells += 2
		default:
			cells++
		}
	}
	return cells
}

// wide are the characters of Unicode's East_Asian_Width W and F in which cities are written, and emoji.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115F, Stride: 1}, {Lo: 0x2E80, Hi: 0x303E, Stride: 1}, {Lo: 0x3041, Hi: 0xA4CF, Stride: 1},
		{Lo: 0xA960, Hi: 0xA97C, Stride: 1}, {Lo: 0xAC00, Hi: 0xD7A3, Stride: 1}, {Lo: 0xF900, Hi: 0xFAFF, Stride: 1},
		{Lo: 0xFE30, Hi: 0xFE6B, Stride: 1}, {Lo: 0xFF01, Hi: 0xFF60, Stride: 1}, {Lo: 0xFFE0, Hi: 0xFFE6, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0x1F300, Hi: 0x1F64F, Stride: 1}, {Lo: 0x1F680, Hi: 0x1F6FF, Stride: 1},
		{Lo: 0x1F900, Hi: 0x1F9FF, Stride: 1}, {Lo: 0x20000, Hi: 0x3FFFD, Stride: 1}},
}
