package web

import (
	"encoding/csv"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"text/tabwriter"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// document answers GET /flights: the board as it is now.
type document struct{ log *eventlog.Log }

func (d *document) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var board timetable.Change
	var at eventlog.Position
	d.log.Read(func(b *timetable.Board, p eventlog.Position) { board, at = b.Snapshot(), p })

	mediaType := accepted(r.Header.Get("Accept"), "application/json", "text/csv", "text/plain")
	h := w.Header()
	h.Add("Vary", "Accept")
	h.Set("Cache-Control", "no-cache")
	h.Set("Last-Event-ID", at.String()) // a client may fetch this and then follow from there
	h.Set("ETag", etag(at, mediaType))
	if strings.Contains(r.Header.Get("If-None-Match"), h.Get("ETag")) {
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
		writeText(w, board.Board)
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

// accepted picks the offer that an Accept header likes best (RFC 9110, 12.5.1); the first offer when it likes none, or
// several alike.
func accepted(header string, offers ...string) string {
	best, weight := offers[0], 0.0
	for part := range strings.SplitSeq(header, ",") {
		mediaType, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		q := 1.0
		if text, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(text, 64); err != nil {
				continue
			}
		}
		for _, offer := range offers {
			if q > weight && (mediaType == offer || mediaType == "*/*" || mediaType == offer[:strings.Index(offer, "/")]+"/*") {
				best, weight = offer, q
				break
			}
		}
	}
	return best
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
			line[j] = strings.ReplaceAll(flights[i].Text(k), "\n", " ")
		}
		c.Write(line)
	}
	c.Flush()
}

// writeText writes the board as a table for terminals.
func writeText(w io.Writer, flights []timetable.Flight) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ORIGIN\tFLIGHT\tARRIVAL\tEXPECTED\tSTATE")
	for i := range flights {
		f := &flights[i]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", f.Origin, f.Number, timetable.Clock(f.Arrival), timetable.Clock(f.Expected), f.State)
	}
	t.Flush()
}
