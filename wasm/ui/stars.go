//go:build js && wasm

package ui

import (
	"strings"
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/starred"
	"flightboard/timetable/view"
	"flightboard/timetable/words"
	"flightboard/wasm/dom"
)

// Stars are the flights that the reader follows. The page's stars.js has their buttons, and tells their changes.
type stars struct {
	dom.Caller
	page    safejs.Value // the object of stars.js
	list    *starred.List
	address *address
	undo    dom.Undo
}

func newStars(a *address, page safejs.Value) (*stars, error) {
	path := a.Text(a.Get(a.Global("location"), "pathname")) // a host may have several boards
	s := &stars{page: page, list: starred.New(dom.Storage{}, starsSetting+path), address: a}
	s.undo.Add(s.Listen(a.Element("#flights"), "star", func(event safejs.Value) {
		f := a.board.Flight(s.Text(s.Get(event, "detail")))
		if f == nil { // the stars of another tab
			s.show(s.list.Reload(), false)
			return
		}
		text := words.Followed(f.Number, s.list.Toggle(f, time.Now().Unix()))
		s.show(true, true)
		s.Set(s.Element("#spoken"), "textContent", text)
	}))
	s.Call(page, "start", words.Stars())
	return s, s.Take()
}

// reword gives the buttons and the dialog their texts, because the language has changed.
func (s *stars) reword() {
	s.Call(s.page, "reword", words.Stars())
	s.Report()
}

// show shows other stars than before. Asked reports whether the reader has asked for that here.
func (s *stars) show(others, asked bool) {
	if others {
		s.address.sheet.Pin(s.list.Keys(), asked)
		s.address.write(typing)
		s.address.drawer.Redraw()
	}
}

// add follows the flights that the page's address names as well.
func (s *stars) add(address string) {
	s.list.Add(address, time.Now().Unix())
	s.address.sheet.Pin(s.list.Keys(), false)
}

// parameter returns the stars for the page's address.
func (s *stars) parameter() view.Pair {
	return view.Pair{Name: "star", Value: strings.Join(s.list.Keys(), ",")}
}

// Follow tells the changes of the followed flights. It is called when the board has changed and is the server's.
func (c *Controls) Follow() {
	s, sheet := c.stars, c.address.sheet
	others := s.list.Update(c.address.board, time.Now().Unix(), func(f *timetable.Flight, n starred.News) {
		when := ""
		if n.Timed() {
			when = sheet.Zone.Text(f, timetable.FieldExpected)
		}
		s.Call(s.page, "tell", f.Key()+"\n"+n.State+n.Belt+"\n"+f.Number+"\n"+
			words.NewsFrom(f.Number, f.Origin)+"\n"+words.News(n.State, when, n.Belt))
	})
	s.show(others, false)
	s.Report()
}

// SetStar implements [view.Surface].
func (s *Surface) SetStar(r view.Row, number string, on bool) {
	s.Call(s.stars, "mark", s.lines[r].tr, number, on)
}
