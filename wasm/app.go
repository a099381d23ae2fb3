//go:build js && wasm

package main

import (
	"time"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/wasm/apply"
	"flightboard/wasm/dom"
	"flightboard/wasm/follow"
	"flightboard/wasm/stream"
	"flightboard/wasm/ui"
)

// An app connects the parts: events from the connection change the board, which is drawn; its status is shown.
type app struct {
	board      timetable.Board
	applier    *apply.Applier
	drawing    *drawing
	controls   *ui.Controls
	head       *ui.Head
	status     *ui.StatusPanel
	connection *stream.Connection
}

// newApp builds the app on the page's elements. The connection does nothing before its Start.
func newApp(p page) (*app, error) {
	a := &app{}
	var c dom.Caller
	a.board.Apply(&timetable.Change{Kind: timetable.KindReplace, Board: p.flights})
	a.applier = apply.New(&a.board)
	columns := view.Shown(&a.board) | p.columns(&c)
	err := c.Take()
	if err != nil {
		return nil, err
	}
	surface, err := ui.NewSurface(p.rows, p.write, len(p.flights), columns)
	if err != nil {
		return nil, err
	}
	if a.drawing, err = newDrawing(&a.board, a.applier, surface); err != nil {
		return nil, err
	}
	a.drawing.sheet.Adopt(p.flights, columns, p.day(&c))
	if a.connection, err = stream.New(p.stream, p.copy, p.tabs, p.preopened, a.applier, a); err != nil {
		return nil, err
	}
	if a.head, err = ui.NewHead(); err != nil {
		return nil, err
	}
	if a.status, err = ui.NewStatusPanel(a.connection); err != nil {
		return nil, err
	}
	if a.controls, err = ui.NewControls(&a.drawing.sheet, &a.board, a.drawing); err != nil {
		return nil, err
	}
	a.drawing.drawn = a.controls.Show
	return a, nil
}

// ShowBoard implements [stream.Display].
func (a *app) ShowBoard() { a.drawing.schedule(true) }

// ShowStatus implements [stream.Display].
func (a *app) ShowStatus(s follow.Status, changed bool) {
	if err := a.status.Show(s); err != nil {
		dom.Report(err)
	}
	known := a.controls.SetKnown(s.Known)
	if known || changed {
		a.drawing.dirty = true
	}
	if a.drawing.sheet.Announcer.SetStatus(s.State, s.Lost(), s.Feed) || known {
		a.drawing.Redraw() // at once: a page is not live over rows that are not the server's
	}
	a.drawing.schedule(false)
}

// ShowDescription implements [stream.Display].
func (a *app) ShowDescription(d follow.Description) {
	now := time.Now()
	if err := a.head.Show(d, now); err != nil {
		dom.Report(err)
	}
	a.drawing.sheet.Clock = view.Clock{At: d.Time, Since: now, Speed: d.Speed}
	a.drawing.schedule(true)
}

// close removes the app's listeners. The page stays as it is.
func (a *app) close() {
	a.connection.Close()
	a.status.Close()
	a.head.Close()
	a.controls.Close()
	a.drawing.close()
}
