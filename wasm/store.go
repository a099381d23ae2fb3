//go:build js && wasm

package main

import (
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/wasm/dom"
)

// A store is boot.js's object with the last board that the browser has kept, if the page is to show it. The program
// gives it the board from time to time, and the service worker keeps it for when the server is off.
type store struct {
	dom.Caller
	js     safejs.Value
	oldest int64 // Unix time; an older board is not given
	ask    safejs.Func
}

// restore applies the kept board, and returns as of when it is, or as of when the page's rows are if the page is a kept
// one and there is no board; zero: neither. Whole reports whether there is a board.
func (s *store) restore(b *timetable.Board) (asOf time.Time, whole bool) {
	seconds, flights := s.Int(s.Get(s.js, "asOf")), s.Get(s.js, "flights")
	if s.Err() != nil || seconds == 0 {
		return time.Time{}, false
	}
	s.oldest = int64(seconds) + 1
	if s.Truthy(flights) {
		if _, err := b.Read(s.Text(flights)); err == nil {
			whole = true
		} else {
			dom.Report(err)
		}
	}
	return time.Unix(int64(seconds), 0), whole
}

// serve lets offline.js ask for the board. Board returns it and its Unix time, which is 0 if it is no server's.
func (s *store) serve(board func() (flights string, asOf int64)) (err error) {
	s.ask, err = dom.Func(func(safejs.Value) {
		if flights, asOf := board(); asOf != 0 && asOf >= s.oldest {
			s.oldest = asOf
			s.Call(s.js, "save", float64(asOf), flights)
			s.Report()
		}
	})
	if err != nil {
		return err
	}
	s.Set(s.js, "ask", s.ask)
	return s.Take()
}

func (s *store) close() {
	s.Set(s.js, "ask", safejs.Undefined())
	s.Report()
	s.ask.Release()
}
