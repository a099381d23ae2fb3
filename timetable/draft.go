package timetable

import "fmt"

// A Draft checks changes that will be applied together, each against the board as the ones before it leave it, without
// touching the board. So a publisher's body is refused as a whole, or taken as a whole.
type Draft struct {
	board  *Board
	before *Draft             // its changes come first, and are not on the board yet; or nil
	legs   map[string]touched // each flight that the draft has touched
	blank  bool               // a Replace has come: the board's own flights no longer count
	len    int                // how many flights there are on the board then
}

// What is touched is what a draft has to know about a flight.
type touched struct {
	number string
	gone   bool
	progress
}

// Draft begins a draft. While it is in use the board must not change, but by the drafts that it builds on.
func (b *Board) Draft() *Draft { return &Draft{board: b, len: b.Len()} }

// Draft begins a draft of changes that come after d's.
func (d *Draft) Draft() *Draft { return &Draft{board: d.board, before: d, len: d.len} }

// Settle tells the draft that all before it is on the board now.
func (d *Draft) Settle() { d.before = nil }

// Admit validates the change and checks that it makes sense. It completes what travels: Put becomes Add or Update; an
// update that is late with all that it says, or repeats what is on the board, becomes Idle, unless it is a hand's; so does
// what is older than the removal of its flight, and a removal that is older than its flight; and an update or a removal names the flight's number as well as its ID, for clients that know numbers only.
func (d *Draft) Admit(c *Change) error {
	if c.Kind == Idle {
		c.Kind = Update
	}
	c.Evidence &= Recorded
	if err := c.Validate(); err != nil {
		return err
	}
	most := d.board.MaxFlights
	if c.Kind == Replace {
		if most > 0 && len(c.Board) > most {
			return errFull(most)
		}
		d.len = len(c.Board)
		d.blank, d.legs = true, make(map[string]touched, len(c.Board))
		for i := range c.Board {
			f := &c.Board[i]
			d.legs[f.Key()] = touched{number: f.Number, progress: progress{state: f.State, word: f.Word, source: c.Source}}
		}
		return nil
	}
	key := c.Flight.Key()
	l, known := d.leg(key)
	if c.Stamp != 0 && (!known && (c.Kind == Add || c.Kind == Put) && c.Stamp <= l.newest() ||
		known && c.Kind == Remove && c.Stamp < l.newest()) {
		c.Kind = Idle // old news of a flight that has left, or of one that is back
		return nil
	}
	switch c.Kind {
	case Put:
		c.Kind = Update
		if !known {
			c.Kind = Add
		}
	case Add:
		if known && c.Stamp != 0 { // what is older in it must not replace what is newer on the board
			c.Kind, c.Named = Update, c.Flight.named()
		}
	case Update, Remove:
		if !known {
			return fmt.Errorf("flight %q is not on the board", key)
		}
	}
	switch c.Kind {
	case Add:
		if c.Flight.Number == "" {
			return errMissing
		}
		if !known && most > 0 && d.len >= most {
			return errFull(most)
		}
		if !known {
			d.len++
		}
		named := c.Named
		c.Named = c.Flight.named()
		new(progress).weigh(c)
		c.Named |= named
		l.number, l.gone = c.Flight.Number, false
		l.note(c, true)
		c.Named = named
	case Update:
		l.weigh(c)
		if !c.news().Has(Number) {
			c.Flight.Number = l.number // whatever the publisher calls the flight, which may be its ID
		}
		if c.Flight.Number != key {
			c.Flight.ID = key
		}
		c.Named |= Number.Bit()
		if c.Flight.ID != "" {
			c.Named |= ID.Bit()
		}
		l.number = c.Flight.Number
		if (c.Source != "" || c.Stamp != 0) && d.says(key, c) {
			c.Kind = Idle // a hand may repeat itself: it knows why
			return nil
		}
		l.note(c, false)
	case Remove:
		if l.number != key {
			c.Flight.ID = key
		}
		c.Flight.Number, l.gone = l.number, true
		d.len--
		l.derived = max(l.newest(), c.asOf())
	}
	if d.legs == nil {
		d.legs = make(map[string]touched, 1)
	}
	d.legs[key] = l
	return nil
}

func errFull(most int) error {
	return fmt.Errorf("the board is full: it holds at most %d flights", most)
}

// leg returns what is known about the flight with this key, and whether it is there.
func (d *Draft) leg(key string) (touched, bool) {
	for ; d != nil; d = d.before {
		if l, ok := d.legs[key]; ok {
			return l, !l.gone
		}
		if d.blank {
			return touched{}, false
		}
		if d.before == nil {
			if r := d.board.rows[key]; r != nil {
				return r.leg(), true
			}
			return touched{gone: true, progress: progress{derived: d.board.lost(key)}}, false
		}
	}
	return touched{}, false
}

// says tells whether the board says already what the update does. Of a flight that drafts have touched it does not tell.
func (d *Draft) says(key string, c *Change) bool {
	for ; d != nil; d = d.before {
		if _, ok := d.legs[key]; ok || d.blank {
			return false
		}
		if d.before == nil {
			r := d.board.rows[key]
			for k := range c.news().All() {
				if *r.field(k) != *c.Flight.field(k) {
					return false
				}
			}
		}
	}
	return true
}

// leg is what the row's own texts tell, and what publishers said beside them.
func (r *row) leg() touched {
	l := touched{number: r.Number}
	if r.said != nil {
		l.progress = *r.said
	}
	l.state, l.word = r.State, r.Word
	return l
}
