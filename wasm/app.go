//go:build js && wasm

package main

import (
	"math/rand/v2"
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/wasm/follow"
)

// An app joins the parts: what the source hears changes the board, the follower decides about the source, and the
// table and the panel are drawn.
type app struct {
	dom
	window, document safejs.Value

	board    timetable.Board
	news     news
	sheet    view.Sheet
	surface  *surface
	panel    *panel
	controls *controls
	zoneName string // of the zone in which times are read, in the page

	follower *follow.Follower
	early    *early    // the connection that boot.js has opened, until the follower takes it
	ear      ear       // with which sources hear
	source   *source   // nil: there is no connection
	question *question // nil: nothing is asked

	hidden  bool // nobody sees the page
	dirty   bool // the board differs from what is drawn, or the panel may
	awaited bool // a frame was requested
	frame   safejs.Func
	drawn   time.Time // when the last drawing began

	tick  *alarm // when the follower wants to be told the time
	aging *alarm // when the sheet wants to be drawn, even if nothing happens

	undo []func() // what the app has registered with the browser
}

func newApp(from page) (*app, error) {
	a := &app{early: from.early, ear: ear{copy: from.copy}}
	a.window = safejs.Global()
	a.document = a.get(a.window, "document")
	a.board.Apply(&timetable.Change{Kind: timetable.Replace, Board: from.flights})
	columns := view.Shown(&a.board) | a.columns(from)
	a.sheet.Adopt(from.flights, columns)
	var err error
	if a.surface, err = newSurface(from.rows, len(from.flights), columns); err != nil {
		return nil, err
	}
	if a.panel, err = newPanel(); err != nil {
		return nil, err
	}
	a.undo = append(a.undo, a.surface.end)
	if a.frame, err = callback(func(safejs.Value) {
		a.awaited = false
		if a.dirty && !a.hidden {
			a.draw(time.Now())
		}
	}); err != nil {
		return nil, err
	}
	if a.tick, err = newAlarm(func() {
		a.follower.Tick(time.Now())
		a.settle()
	}); err != nil {
		return nil, err
	}
	if a.aging, err = newAlarm(a.redraw); err != nil {
		return nil, err
	}
	if a.controls, err = newControls(a); err != nil {
		return nil, err
	}
	if _, err = newDesk(a); err != nil {
		return nil, err
	}
	a.hold()
	typed := a.text(a.get(a.controls.search, "value")) // before the program ran
	a.readAddress()
	if q := a.sheet.Query(); typed != "" && q.Search == "" {
		q.Find(typed)
		a.sheet.Ask(q)
		a.set(a.controls.search, "value", typed)
	}
	a.follower = follow.New(from.stream, a, rand.Float64)
	return a, a.take()
}

// columns are those for which the page's rows have cells: also empty ones, where only a later page has something.
func (a *app) columns(from page) (set timetable.Fields) {
	if len(from.flights) == 0 {
		return 0
	}
	cells := a.get(a.index(from.rows, 0), "cells")
	for i := range view.Columns {
		cell := a.index(cells, i)
		if a.err != nil || cell.IsUndefined() {
			break
		}
		if c, ok := view.ColumnNamed(a.text(a.call(cell, "getAttribute", "data-col"))); ok {
			set |= c.Bit()
		}
	}
	return set
}

// start opens the stream and listens to the reader and the browser.
func (a *app) start() error {
	a.follower.Start(time.Now())
	if a.source != nil {
		a.source.catchUp(a)
	}
	if a.get(a.get(a.window, "navigator"), "onLine").Equal(no) {
		a.follower.Offline(time.Now())
	}
	on := func(target safejs.Value, eventType string, tell func(*follow.Follower, time.Time)) {
		a.undo = append(a.undo, a.listen(target, eventType, func(safejs.Value) {
			tell(a.follower, time.Now())
			a.settle()
		}))
	}
	on(a.panel.stop, "click", func(f *follow.Follower, now time.Time) {
		if a.panel.shown.Resume {
			f.Resume(now)
		} else {
			f.Stop(now)
		}
	})
	on(a.panel.retry, "click", (*follow.Follower).Retry)
	on(a.window, "online", (*follow.Follower).Online)
	on(a.window, "offline", (*follow.Follower).Offline)
	on(a.window, "pagehide", (*follow.Follower).PageHide)
	on(a.window, "pageshow", (*follow.Follower).PageShow)
	on(a.document, "visibilitychange", a.seen)
	a.undo = append(a.undo, a.listen(a.window, "popstate", func(safejs.Value) {
		a.readAddress()
		a.redraw()
	}))
	if a.unseen() {
		a.hidden = true
		a.follower.Hidden(time.Now())
	}
	if err := a.take(); err != nil {
		return err
	}
	a.dirty = true // the page's rows may not be in the board's order
	a.settle()
	return nil
}

// end takes back what start and newApp have registered. The page stays as it is.
func (a *app) end() {
	a.Close()
	for _, undo := range a.undo {
		undo()
	}
	a.tick.end()
	a.aging.end()
	if !a.awaited { // otherwise it is about to be called
		a.frame.Release()
	}
}

// seen takes note of whether anybody sees the page now.
func (a *app) seen(f *follow.Follower, now time.Time) {
	a.hidden = a.unseen()
	if a.hidden {
		f.Hidden(now)
	} else {
		f.Shown(now)
	}
}

func (a *app) unseen() bool { return a.text(a.get(a.document, "visibilityState")) == "hidden" }

// settle shows what the follower says now, and sees to it that it is woken when it wants to be.
func (a *app) settle() {
	if err := a.panel.show(a.follower.Status(zone())); err != nil {
		report(err)
	}
	a.hear()
	a.request()
	a.tick.set(time.Now(), a.follower.Next())
}

// perFrame is a little less than a frame lasts on most screens.
var perFrame = 16 * time.Millisecond

// request sees to it that what there is to draw is drawn, if there is somebody to see it: at once after a pause, for
// then the browser's next frame has it already, and once a frame while much happens.
func (a *app) request() {
	if !a.dirty || a.hidden || a.awaited {
		return
	}
	if now := time.Now(); now.Sub(a.drawn) >= perFrame {
		a.draw(now)
		return
	}
	a.awaited = true
	a.call(a.window, "requestAnimationFrame", a.frame)
	a.check()
}

// redraw draws at once: the reader has asked for it.
func (a *app) redraw() {
	a.dirty = true
	if !a.hidden {
		a.draw(time.Now())
	}
}

// draw draws all that has changed since the last drawing.
func (a *app) draw(now time.Time) {
	a.dirty, a.drawn = false, now
	if a.news.known {
		a.sheet.Forget()
	}
	a.sheet.Tick(now, a.surface)
	a.sheet.Draw(&a.board, a.news.take(), a.surface)
	if err := a.surface.take(); err != nil {
		report(err)
	}
	if err := a.controls.show(&a.sheet); err != nil {
		report(err)
	}
	a.aging.set(now, a.sheet.Next())
}

var no, _ = safejs.ValueOf(false)

// zone is how far east of UTC the reader is now: it changes with the season, and a page on a wall runs for months.
func zone() time.Duration {
	var d dom
	constructor := d.get(safejs.Global(), "Date")
	if d.err != nil {
		return 0
	}
	date, err := constructor.New()
	if err != nil {
		return 0
	}
	minutes, err := d.call(date, "getTimezoneOffset").Int()
	if err != nil {
		return 0
	}
	return -time.Duration(minutes) * time.Minute
}
