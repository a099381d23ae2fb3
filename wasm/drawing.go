//go:build js && wasm

package main

import (
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/wasm/apply"
	"flightboard/wasm/dom"
	"flightboard/wasm/ui"
)

// A drawing draws the board's differences while the page is visible: at once after a pause, so that the browser's next
// frame shows them, and otherwise once a frame.
type drawing struct {
	dom.Caller
	board   *timetable.Board
	applier *apply.Applier
	sheet   view.Sheet
	surface *ui.Surface
	drawn   func(*view.Sheet) error // called after each drawing

	dirty   bool // the board may differ from the table
	hidden  bool // the page is not visible
	awaited bool // a frame was requested
	frame   safejs.Func
	last    time.Time  // when the last drawing began
	timer   *dom.Timer // fires when the sheet has to be drawn, even if nothing happens
	undo    dom.Undo
}

// atOnce is how many flights may have changed for a drawing in the task of the event. After more of them the browser
// first gets time for other things.
const atOnce = 1000

// frameTime is a little less than a frame lasts on most screens.
var frameTime = 16 * time.Millisecond

func newDrawing(b *timetable.Board, applier *apply.Applier, surface *ui.Surface) (*drawing, error) {
	d := &drawing{board: b, applier: applier, surface: surface}
	var err error
	if d.frame, err = dom.Func(func(safejs.Value) {
		d.awaited = false
		if d.dirty && !d.hidden && !d.applier.Busy() {
			d.Draw(time.Now())
		}
	}); err != nil {
		return nil, err
	}
	if d.timer, err = dom.NewTimer(d.Redraw); err != nil {
		return nil, err
	}
	document := d.Global("document")
	visibilityChanged := func(safejs.Value) {
		d.hidden = d.Text(d.Get(document, "visibilityState")) == "hidden"
		d.schedule(false)
	}
	visibilityChanged(document)
	d.undo.Add(d.Listen(document, "visibilitychange", visibilityChanged))
	return d, d.Take()
}

// schedule draws now or with the next frame, if there is something to draw.
func (d *drawing) schedule(changed bool) {
	d.dirty = d.dirty || changed
	if !d.dirty || d.hidden || d.awaited || d.applier.Busy() {
		return
	}
	if d.applier.Sum() > atOnce {
		d.await()
		return
	}
	if now := time.Now(); now.Sub(d.last) >= frameTime {
		d.Draw(now)
		return
	}
	d.await()
}

// await draws with the next frame.
func (d *drawing) await() {
	if !d.awaited {
		d.awaited = true
		d.Call(safejs.Global(), "requestAnimationFrame", d.frame)
		d.Report()
	}
}

// Redraw implements [ui.Drawer].
func (d *drawing) Redraw() {
	d.dirty = true
	if !d.hidden && !d.applier.Busy() {
		d.Draw(time.Now())
	}
}

// Draw implements [ui.Drawer]. It draws all that has changed since the last drawing.
func (d *drawing) Draw(now time.Time) {
	d.dirty, d.last = false, now
	if d.applier.Known() {
		d.sheet.Forget()
	}
	d.sheet.Tick(now, d.surface)
	d.sheet.Draw(d.board, d.applier.Take(), d.surface)
	d.surface.Settle(d.sheet.More())
	if err := d.surface.Take(); err != nil {
		dom.Report(err)
	}
	if err := d.drawn(&d.sheet); err != nil {
		dom.Report(err)
	}
	d.timer.Set(now, d.sheet.Next())
	if d.sheet.More() {
		d.dirty = true
		d.await()
	}
}

// close removes the drawing's listeners.
func (d *drawing) close() {
	d.undo.Run()
	d.surface.Close()
	d.timer.Close()
	if !d.awaited { // otherwise the browser is about to call it
		d.frame.Release()
	}
}
