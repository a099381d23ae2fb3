//go:build js && wasm

package ui

import (
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable/words"
	"flightboard/wasm/dom"
	"flightboard/wasm/follow"
)

// A Head shows what the board is: the airport, its date and clock, the recording, and the sources' credit.
type Head struct {
	dom.Caller
	airport, recording, clock, credit safejs.Value
	title                             safejs.Value // of the page without a description
	is                                follow.Description
	named                             bool      // the title names the place
	came                              time.Time // when the description came
	minute                            int64     // the minute that the clock shows, since 1970
	timer                             *dom.Timer
}

// NewHead finds the head's elements. They stay as they are until Show.
func NewHead() (h *Head, err error) {
	h = &Head{}
	h.airport, h.recording = h.Element("#airport"), h.Element("#recording")
	h.clock, h.credit = h.Element("#clock"), h.Element("#credit")
	if err := h.Take(); err != nil {
		return nil, err
	}
	h.timer, err = dom.NewTimer(func() { h.tick(time.Now()) })
	return h, err
}

// Show shows a description, which came at now.
func (h *Head) Show(d follow.Description, now time.Time) error {
	h.is, h.came, h.minute = d, now, -1
	h.showText(h.airport, d.Place)
	h.showText(h.credit, d.Credit)
	recording := ""
	if d.Recording != "" {
		speed := h.Text(h.Call(safejs.Global(), "String", d.Speed)) // strconv would add its tables of floating point
		recording = words.Recording(h.date(d.Recording), speed)
	}
	h.showText(h.recording, recording)
	h.entitle(d.Place)
	h.tick(now)
	return h.Take()
}

// entitle names the place in the page's title, or gives the page its own title back.
func (h *Head) entitle(place string) {
	document := h.Global("document")
	if place != "" && !h.named {
		h.title = h.Get(document, "title")
	}
	switch {
	case place != "":
		h.Set(document, "title", words.Title(place))
	case h.named:
		h.Set(document, "title", words.Message(h.Text(h.title)).String())
	}
	h.named = place != ""
}

func (h *Head) showText(element safejs.Value, text string) {
	h.Set(element, "textContent", text)
	h.Set(element, "hidden", text == "")
}

// tick shows the board's clock, and sets the timer for its next minute.
func (h *Head) tick(now time.Time) {
	if h.is.Time.IsZero() {
		h.showText(h.clock, "")
		return
	}
	shows, next := h.is.Clock(now.Sub(h.came))
	if minute := shows.Unix() / 60; minute != h.minute {
		h.minute = minute
		h.showText(h.clock, h.date(shows.UnixMilli())+" "+words.TimeOfDay(shows, 0)[:len("15:04")])
	}
	h.timer.Set(now, max(next, shortestTick))
	h.Report()
}

// shortestTick bounds the work for the clock of a recording that is played fast.
const shortestTick = 250 * time.Millisecond

// date writes the day of a moment, in milliseconds since 1970 or as text, as the page's language does.
func (h *Head) date(of any) string {
	options := h.New(safejs.Global(), "Object")
	for _, o := range [...][2]string{{"weekday", "short"}, {"day", "numeric"}, {"month", "long"}, {"year", "numeric"},
		{"timeZone", "UTC"}} {
		h.Set(options, o[0], o[1])
	}
	return h.Text(h.Call(h.New(safejs.Global(), "Date", of), "toLocaleDateString", h.Language(), options))
}

// Reword shows the head again, because the language has changed.
func (h *Head) Reword() error {
	if err := h.Show(h.is, h.came); err != nil {
		return err
	}
	h.minute = -1
	h.tick(time.Now())
	return h.Take()
}

// Close stops the clock.
func (h *Head) Close() { h.timer.Close() }
