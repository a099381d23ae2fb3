//go:build js && wasm

package ui

import (
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/timetable/words"
	"flightboard/wasm/dom"
)

// An export writes the table as a CSV file, or prints it.
type export struct {
	dom.Caller
	sheet  *view.Sheet
	board  *timetable.Board
	before view.Query // the query before printing
	undo   dom.Undo
}

func newExport(sheet *view.Sheet, board *timetable.Board, drawer Drawer) (*export, error) {
	e := &export{sheet: sheet, board: board}
	printed := e.Element("#printed")
	e.undo.Add(
		e.Listen(e.Element("#csv"), "click", func(safejs.Value) { e.download() }),
		// A printed board has all rows, and the time of printing.
		e.Listen(safejs.Global(), "beforeprint", func(safejs.Value) {
			e.before = sheet.Query()
			all := e.before
			all.Size = view.All
			sheet.Ask(all)
			for drawer.Draw(time.Now()); sheet.More(); {
				drawer.Draw(time.Now())
			}
			now := e.Text(e.Call(e.New(safejs.Global(), "Date"), "toLocaleString", e.Language()))
			e.Set(printed, "textContent", words.Printed(now))
			e.Set(printed, "hidden", false)
		}),
		e.Listen(safejs.Global(), "afterprint", func(safejs.Value) {
			e.Set(printed, "hidden", true)
			sheet.Ask(e.before)
			drawer.Redraw()
		}))
	return e, e.Take()
}

// download makes the browser save a CSV file of all pages. It begins with a byte order mark: without it spreadsheets
// take the text for Latin-1.
func (e *export) download() {
	text := string(e.sheet.AppendCSV([]byte("\ufeff"), e.board))
	blob := e.New(safejs.Global(), "Blob", []any{text}, map[string]any{"type": "text/csv;charset=utf-8"})
	urls := e.Global("URL")
	url := e.Call(urls, "createObjectURL", blob)
	link := e.Create("a")
	e.Set(link, "href", url)
	e.Set(link, "download", words.File)
	e.Call(link, "click")
	e.Call(urls, "revokeObjectURL", url)
}
