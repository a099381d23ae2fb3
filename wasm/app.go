//go:build js && wasm

package main

import (
	"time"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/timetable/words"
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
	undo       dom.Undo
	store      store
}

// newApp builds the app on the page's elements. The connection does nothing before its Start.
func newApp(p page) (*app, error) {
	setLanguage()
	a := &app{}
	var c dom.Caller
	a.board.Apply(&timetable.Change{Kind: timetable.KindReplace, Board: p.flights})
	a.applier = apply.New(&a.board)
	columns := view.Shown(&a.board) | p.columns(&c)
	err := c.Take()
	if err != nil {
		return nil, err
	}
	surface, err := ui.NewSurface(p.rows, p.write, p.stars, len(p.flights), columns)
	if err != nil {
		return nil, err
	}
	if a.drawing, err = newDrawing(&a.board, a.applier, surface); err != nil {
		return nil, err
	}
	a.drawing.sheet.Adopt(p.flights, columns, p.day(&c))
	if !words.English() {
		a.drawing.sheet.Reword()
	}
	a.store.js = p.store
	asOf, whole := a.store.restore(&a.board)
	if whole {
		a.drawing.sheet.Forget()
		a.drawing.dirty = true
	}
	if a.connection, err = stream.New(p.stream, p.copy, p.tabs, p.preopened, a.applier, a); err != nil {
		return nil, err
	}
	if !asOf.IsZero() {
		a.connection.Restore(asOf)
	}
	if err = a.store.serve(a.kept); err != nil {
		return nil, err
	}
	if a.head, err = ui.NewHead(); err != nil {
		return nil, err
	}
	if a.status, err = ui.NewStatusPanel(a.connection); err != nil {
		return nil, err
	}
	if a.controls, err = ui.NewControls(&a.drawing.sheet, &a.board, a.drawing, p.stars); err != nil {
		return nil, err
	}
	a.drawing.drawn = a.controls.Show
	a.listenLanguage()
	return a, nil
}

// ShowBoard implements [stream.Display].
func (a *app) ShowBoard() {
	a.follow()
	a.drawing.schedule(true)
}

// follow looks for changes of the flights that the reader follows, also while the page is hidden.
func (a *app) follow() {
	if a.applier.Known() && !a.applier.Busy() {
		a.controls.Follow()
	}
}

// ShowStatus implements [stream.Display].
func (a *app) ShowStatus(s follow.Status, changed bool) {
	if err := a.status.Show(s); err != nil {
		dom.Report(err)
	}
	known := a.controls.SetKnown(s.Known)
	if known || changed {
		a.follow()
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

// kept returns the board to keep. While a part of a snapshot has been applied there is none.
func (a *app) kept() (flights string, asOf int64) {
	if asOf = a.connection.AsOf(); asOf == 0 || a.applier.Busy() {
		return "", 0
	}
	return a.applier.Snapshot(), asOf
}

// close removes the app's listeners. The page stays as it is.
func (a *app) close() {
	a.undo.Run()
	a.connection.Close()
	a.store.close()
	a.status.Close()
	a.head.Close()
	a.controls.Close()
	a.drawing.close()
}
