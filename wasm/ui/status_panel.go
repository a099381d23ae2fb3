//go:build js && wasm

package ui

import (
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
	undo                                            dom.Undo
}

// A Connection is the connection that the panel's buttons control.
type Connection interface {
	Stop()
	Resume()
	Retry()
}

// NewStatusPanel finds the panel's elements and listens to its buttons.
func NewStatusPanel(c Connection) (*StatusPanel, error) {
	p := &StatusPanel{}
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
	if s.AsOf != old.AsOf { // for a copy of the page that the reader saves
		date := p.New(safejs.Global(), "Date", float64(s.AsOf*1000))
		p.Call(p.status, "setAttribute", "data-as-of", p.Call(date, "toLocaleString", p.Language()))
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
	p.shown = s
	return p.Take()
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
func (p *StatusPanel) Close() { p.undo.Run() }
