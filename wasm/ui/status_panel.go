//go:build js && wasm

package ui

import (
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable/words"
	"flightboard/wasm/dom"
	"flightboard/wasm/follow"
)

// A StatusPanel shows the connection's status: the status line, a line for the server's feeds, the banner, and the
// buttons that stop, resume and retry.
type StatusPanel struct {
	dom.Caller
	status, feed, banner, check, stop, retry, table safejs.Value
	signIn                                          safejs.Value    // a link
	search                                          safejs.Value    // gets the focus of a button that goes
	parts                                           [5]safejs.Value // of the status line, in its order
	shown                                           follow.Status
	dated                                           bool       // the panel has written as of when the board is right
	later                                           *dom.Timer // fires when it has to do so for the first time
	undo                                            dom.Undo
}

// afterFrame is how long the panel waits before it writes its first date: browsers take some 20 ms to learn how a
// language writes dates, in which the status could already be seen.
const afterFrame = 100 * time.Millisecond

// A Connection is the connection that the panel's buttons control.
type Connection interface {
	Stop()
	Resume()
	Retry()
}

// NewStatusPanel finds the panel's elements and listens to its buttons.
func NewStatusPanel(c Connection) (*StatusPanel, error) {
	p := &StatusPanel{}
	var err error
	if p.later, err = dom.NewTimer(p.date); err != nil {
		return nil, err
	}
	p.status, p.feed, p.banner = p.Element("#status"), p.Element("#feed"), p.Element("#banner")
	p.stop, p.retry, p.table = p.Element("#stop"), p.Element("#retry"), p.Element("#flights")
	p.check, p.search, p.signIn = p.Element("#check"), p.Element("#search"), p.Element("#sign-in")
	p.Call(p.status, "replaceChildren")
	for i := range p.parts {
		p.parts[i] = p.Create("span")
		p.Call(p.status, "append", p.parts[i])
	}
	p.undo.Add(
		p.Listen(p.stop, "click", func(safejs.Value) {
			if p.shown.Resume {
				c.Resume()
			} else {
				c.Stop()
			}
		}),
		p.Listen(p.retry, "click", func(safejs.Value) { c.Retry() }))
	return p, p.Take()
}

// Show writes the differences from the status that the panel shows.
func (p *StatusPanel) Show(s follow.Status) error {
	old := &p.shown
	before := [...]string{old.Lead, old.Count, old.Rest, old.Age, old.Cause}
	for i, text := range [...]string{s.Lead, s.Count, s.Rest, s.Age, s.Cause} {
		if text != before[i] {
			p.Set(p.parts[i], "textContent", text)
		}
	}
	if s.State != old.State {
		p.Call(p.status, "setAttribute", "data-status", s.State)
	}
	p.showText(p.feed, s.Feed, old.Feed)
	p.showText(p.banner, s.Banner, old.Banner)
	if s.Retry != old.Retry {
		if !s.Retry {
			moveFocus(&p.Caller, p.retry, p.stop, p.search)
		}
		p.Set(p.retry, "hidden", !s.Retry)
	}
	if s.Check != old.Check {
		if !s.Check {
			moveFocus(&p.Caller, p.check, p.stop, p.search)
		}
		p.Set(p.check, "hidden", !s.Check)
	}
	if s.SignIn != old.SignIn {
		if s.SignIn {
			p.linkSignIn()
		} else {
			moveFocus(&p.Caller, p.signIn, p.stop, p.search)
		}
		p.Set(p.signIn, "hidden", !s.SignIn)
	}
	if s.Resume != old.Resume || old.State == "" || old.Lead == "\x00" {
		text := words.StopUpdates.String()
		if s.Resume {
			text = words.ResumeUpdates.String()
		}
		p.Set(p.stop, "textContent", text)
		p.Set(p.stop, "hidden", false)
	}
	if s.NoStops != old.NoStops {
		if s.NoStops {
			moveFocus(&p.Caller, p.stop, p.search)
		}
		p.Set(p.stop, "disabled", s.NoStops)
	}
	if s.Known && !old.Known {
		p.Call(p.table, "removeAttribute", "data-example")
	}
	if s.Dimmed != old.Dimmed {
		p.Call(p.table, "toggleAttribute", "data-stale", s.Dimmed)
	}
	isNews := s.AsOf != old.AsOf
	p.shown = s
	switch {
	case isNews && p.dated:
		p.date()
	case isNews:
		p.later.Set(time.Now(), afterFrame)
	}
	return p.Take()
}

// date writes as of when the board is right, for a copy of the page that the reader prints or saves.
func (p *StatusPanel) date() {
	p.dated = true
	date := p.New(safejs.Global(), "Date", float64(p.shown.AsOf*1000))
	p.Call(p.status, "setAttribute", "data-as-of", p.Call(date, "toLocaleString", p.Language()))
}

// linkSignIn makes the link that of the sign-in page beside the stream, which leads back to this page with all that the
// reader has chosen. That page can be neither in a frame nor lead to another origin, so then it gets a tab of its own.
func (p *StatusPanel) linkSignIn() {
	location := p.Global("location")
	base := p.Get(p.Global("document"), "baseURI")
	stream := p.Text(p.Call(p.Element("meta[name=flightboard-stream]"), "getAttribute", "content"))
	address := p.New(safejs.Global(), "URL", "sign-in", p.New(safejs.Global(), "URL", stream, base))
	top, self := p.Global("top"), p.Global("self")
	if p.Text(p.Get(address, "origin")) != p.Text(p.Get(location, "origin")) || !top.Equal(self) {
		p.Set(p.signIn, "target", "_blank")
	} else {
		to := p.Text(p.Get(location, "search")) + p.Text(p.Get(location, "hash"))
		p.Call(p.Get(address, "searchParams"), "set", "to", to)
	}
	p.Set(p.signIn, "href", p.Get(address, "href"))
}

// Reword makes the next Show write all texts, because the language has changed.
func (p *StatusPanel) Reword() {
	s := &p.shown
	for _, text := range [...]*string{&s.State, &s.Lead, &s.Count, &s.Rest, &s.Age, &s.Cause, &s.Feed, &s.Banner} {
		*text = "\x00" // which no text is
	}
	s.AsOf = 0
}

// showText shows an element while there is a text for it.
func (p *StatusPanel) showText(element safejs.Value, text, before string) {
	if text != before {
		p.Set(element, "textContent", text)
		p.Set(element, "hidden", text == "")
	}
}

// Close removes the panel's listeners. The page stays as it is.
func (p *StatusPanel) Close() {
	p.undo.Run()
	p.later.Close()
}
