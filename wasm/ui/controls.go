//go:build js && wasm

// Package ui is the part of the page that a reader sees and handles: the table's rows, the status line, the search box
// and the pager, headers, the column menu, shortcuts, export, and the page's address.
//
// [flightboard/timetable/view] decides what the table shows; the controls change its query, and show the query and its
// result. The browser calls callbacks one after the other, and they do not block, so nothing is locked.
package ui

import (
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/wasm/dom"
)

// A Drawer draws the sheet.
type Drawer interface {
	// Redraw draws at once, because the reader has asked for something, if the page is visible.
	Redraw()
	// Draw draws at once.
	Draw(now time.Time)
}

// An asker asks for another query.
type asker interface {
	// query returns the query that the sheet shows.
	query() view.Query
	// ask makes the sheet show another query, and writes it into the address.
	ask(q view.Query, how input)
}

// A settings remembers a reader's choices for their next visit.
type settings interface {
	Recall(name string) string
	Remember(name, value string)
}

// Names of settings. A setting that is switched off has the value off.
const (
	columnsSetting       = "flightboard.columns"
	widthsSetting        = "flightboard.widths"
	keysSetting          = "flightboard.keys"
	announcementsSetting = "flightboard.voice"
	starsSetting         = "flightboard.stars" // and the page's path
	off                  = "off"
)

// Controls are the elements with which a reader changes what the table shows.
type Controls struct {
	tools     *tools
	headers   *headers
	menu      *columnMenu
	shortcuts *shortcuts
	export    *export
	hold      *hold
	stars     *stars
	fold      *fold
	address   *address
}

// NewControls finds the page's controls, listens to them, and makes the sheet show the query of the page's address. A
// text that was typed into the search box before takes precedence over the address. Page is the object of stars.js.
func NewControls(sheet *view.Sheet, board *timetable.Board, drawer Drawer, page safejs.Value) (*Controls, error) {
	var storage dom.Storage
	c := &Controls{address: &address{sheet: sheet, board: board, drawer: drawer, settings: storage}}
	var err error
	if c.tools, err = newTools(sheet, c.address, drawer); err != nil {
		return nil, err
	}
	if c.headers, err = newHeaders(c.address, storage); err != nil {
		return nil, err
	}
	if c.menu, err = newColumnMenu(c.address); err != nil {
		return nil, err
	}
	if c.shortcuts, err = newShortcuts(c.address, storage, &sheet.Announcer); err != nil {
		return nil, err
	}
	if c.export, err = newExport(sheet, board, drawer); err != nil {
		return nil, err
	}
	if c.hold, err = newHold(sheet, drawer); err != nil {
		return nil, err
	}
	if c.stars, err = newStars(c.address, page); err != nil {
		return nil, err
	}
	c.address.stars = c.stars
	if c.fold, err = newFold(); err != nil {
		return nil, err
	}
	typed := c.tools.searched()
	c.address.fields = []field{c.tools, c.menu}
	if err := c.address.start(); err != nil {
		return nil, err
	}
	if q := sheet.Query(); typed != "" && q.Search == "" {
		q.Find(typed)
		sheet.Ask(q)
		c.tools.setSearched(typed)
	}
	return c, c.tools.Take()
}

// SetKnown sets whether the board is the server's, and not only what the page has brought of it. It reports whether
// that is new.
func (c *Controls) SetKnown(known bool) (changed bool) {
	changed = known != c.tools.known
	c.tools.known = known
	return changed
}

// Show writes what differs from what the controls show, after a drawing of the sheet.
func (c *Controls) Show(sheet *view.Sheet) error {
	if err := c.tools.show(sheet); err != nil {
		return err
	}
	if err := c.menu.show(sheet.Query()); err != nil {
		return err
	}
	c.address.agree()
	if err := c.headers.showLength(sheet.Len(), sheet.Columns()); err != nil {
		return err
	}
	return c.headers.show(sheet.Query().Sort)
}

// Reword writes the texts that do not follow from the sheet, because the language has changed.
func (c *Controls) Reword() {
	c.tools.reword()
	c.headers.reword()
	c.menu.reword()
	c.shortcuts.reword()
	c.stars.reword()
}

// Close removes the controls' listeners. The page stays as it is.
func (c *Controls) Close() {
	for _, undo := range []*dom.Undo{&c.tools.undo, &c.headers.undo, &c.menu.undo, &c.shortcuts.undo, &c.export.undo,
		&c.hold.undo, &c.stars.undo, &c.fold.undo, &c.address.undo} {
		undo.Run()
	}
}
