//go:build js && wasm

package ui

import (
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/words"
	"flightboard/wasm/dom"
	"flightboard/wasm/follow"
)

// A Head shows what the board is: the airport, its date and clock, the recording, and the sources' credit.
type Head struct {
	dom.Caller
	airport, recording, clock, credit safejs.Value
	day, time                         safejs.Value // in the clock
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
	h.day, h.time = h.Create("span"), h.Create("b")
	h.Call(h.clock, "replaceChildren", h.day, " ", h.time)
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
		if _, dated := timetable.ParseTime(d.Recording + "T00:00Z"); dated {
			recording = words.Recording(h.date(d.Recording), speed)
		} else {
			recording = words.RecordingNamed(d.Recording, speed)
		}
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
	h.Set(h.clock, "hidden", h.is.Time.IsZero())
	if h.is.Time.IsZero() {
		h.Set(h.day, "textContent", "")
		h.Set(h.time, "textContent", "")
		h.Report()
		return
	}
	shows, next := h.is.Clock(now.Sub(h.came))
	if minute := shows.Unix() / 60; minute != h.minute {
		h.minute = minute
		h.Set(h.day, "textContent", h.date(shows.UnixMilli()))
		h.Set(h.time, "textContent", words.TimeOfDay(shows, 0)[:len("15:04")])
	}
	h.timer.Set(now, max(next, shortestTick))
	h.Report()
}

// shortestTick bounds the work for the clock of a recording that is played fast.
const shortestTick = 250 * time.Millisecond

func (h *Head) date(of any) string {
	return date(&h.Caller, of, "weekday", "short", "year", "numeric")
}

// date writes the day of a moment, in milliseconds since 1970 or as text, as the page's language does: the day, the
// month and what else the options of Intl.DateTimeFormat name. English has the day before the month, as on the server.
func date(c *dom.Caller, of any, more ...string) string {
	options := c.New(safejs.Global(), "Object")
	more = append(more, "day", "numeric", "month", "long", "timeZone", "UTC")
	for i := 0; i < len(more); i += 2 {
		c.Set(options, more[i], more[i+1])
	}
	var language any = c.Language()
	if named, ok := language.(safejs.Value); ok && !named.IsUndefined() && c.Text(named) == "en" {
		language = "en-GB"
	}
	return c.Text(c.Call(c.New(safejs.Global(), "Date", of), "toLocaleDateString", language, options))
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
