package web

import (
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"unicode"

	"flightboard/server/eventlog"
	"flightboard/timetable"
	"flightboard/wasm/view"
)

// document answers GET /flights: the board as it is now.
type document struct{ log *eventlog.Log }

func (d *document) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var board timetable.Change
	var at eventlog.Position
	var shown timetable.Fields
	d.log.Read(func(b *timetable.Board, p eventlog.Position) { board, at, shown = b.Snapshot(), p, view.Shown(b) })

	mediaType := accepted(list(r.Header, "Accept"), "application/json", "text/csv", "text/plain")
	h := w.Header()
	h.Add("Vary", "Accept")
	h.Set("Cache-Control", "no-cache")
	h.Set("Last-Event-ID", at.String()) // a client may fetch this and then follow from there
	h.Set("ETag", etag(at, mediaType))
	if matchesAny(list(r.Header, "If-None-Match"), h.Get("ETag")) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", mediaType)
	switch mediaType {
	case "text/csv":
		h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
		writeCSV(w, board.Board)
	case "text/plain":
		h.Set("Content-Type", "text/plain; charset=utf-8")
		writeText(w, board.Board, shown)
	default:
		w.Write(append(board.AppendJSON(nil), '\n'))
	}
}

// etag is the position; a form that is not the default one is told apart.
func etag(at eventlog.Position, mediaType string) string {
	if mediaType == "application/json" {
		return `"` + at.String() + `"`
	}
	return `"` + at.String() + "-" + strings.TrimPrefix(mediaType, "text/") + `"`
}

var columns = []timetable.Field{timetable.Origin, timetable.Number, timetable.Arrival, timetable.State, timetable.Expected,
	timetable.Airline, timetable.From, timetable.Terminal, timetable.Gate, timetable.Belt, timetable.Codeshares,
	timetable.Remark, timetable.ID}

func writeCSV(w io.Writer, flights []timetable.Flight) {
	c := csv.NewWriter(w)
	line := make([]string, len(columns))
	for i, k := range columns {
		line[i] = k.String()
	}
	c.Write(line)
	for i := range flights {
		for j, k := range columns {
			line[j] = view.NoFormula(strings.ReplaceAll(flights[i].Text(k), "\n", " "))
		}
		c.Write(line)
	}
	c.Flush()
}

// writeText writes the board as a table for terminals: what the page shows, in columns of which each is as wide as the
// widest of its texts.
func writeText(w io.Writer, flights []timetable.Flight, shown timetable.Fields) {
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
				text = view.Text(&flights[i-1], c)
			}
			lines[i] = append(lines[i], text)
			widest = max(widest, width(text))
		}
		widths = append(widths, widest)
	}
	var out strings.Builder
	for _, line := range lines {
		blank := 0 // none at the end of a line
		for j, text := range line {
			if text != "" {
				out.WriteString(strings.Repeat(" ", blank))
				out.WriteString(text)
				blank = 0
			}
			blank += widths[j] - width(text) + 2
		}
		out.WriteByte('\n')
	}
	io.WriteString(w, out.String())
}

// width is how many cells of a terminal a text takes: marks none, wide characters two.
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
