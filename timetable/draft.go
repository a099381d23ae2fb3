package timetable

import "fmt"

// A Draft checks changes that will be applied together, each against the board as the ones before it leave it, without
// touching the board. So a publisher's body is refused as a whole, or taken as a whole.
type Draft struct {
	board   *Board
	before  *Draft            // its changes come first, and are not on the board yet; or nil
	numbers map[string]string // the number of each flight that the draft has touched; gone when it has left
	blank   bool              // a Replace has come: the board's own flights no longer count
}

const gone = "\x00" // no flight has this number: Validate refuses it

// Draft begins a draft. While it is in use the board must not change, but by the drafts that it builds on.
func (b *Board) Draft() *Draft { return &Draft{board: b} }

// Draft begins a draft of changes that come after d's.
func (d *Draft) Draft() *Draft { return &Draft{board: d.board, before: d} }

// Settle tells the draft that all before it is on the board now.
func (d *Draft) Settle() { d.before = nil }

// Admit validates the change and checks that it makes sense. It completes what travels: Put becomes Add or Update, and
// an update or a removal names the flight's number as well as its ID, for clients that know numbers only.
func (d *Draft) Admit(c *Change) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if c.Kind == Replace {
		d.blank, d.numbers = true, make(map[string]string, len(c.Board))
		for i := range c.Board {
			d.numbers[c.Board[i].Key()] = c.Board[i].Number
		}
		return nil
	}
	key := c.Flight.Key()
	number, known := d.number(key)
	switch c.Kind {
	case Put:
		c.Kind = Update
		if !known {
			c.Kind = Add
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
		number = c.Flight.Number
	case Update:
		if !c.news().Has(Number) {
			c.Flight.Number = number // whatever the publisher calls the flight, which may be its ID
		}
		if c.Flight.Number != key {
			c.Flight.ID = key
		}
		c.Named |= Number.Bit()
		if c.Flight.ID != "" {
			c.Named |= ID.Bit()
		}
		number = c.Flight.Number
	case Remove:
		if number != key {
			c.Flight.ID = key
		}
		c.Flight.Number, number = number, gone
	}
	if d.numbers == nil {
		d.numbers = make(map[string]string, 1)
	}
	d.numbers[key] = number
	return nil
}

// number returns the number of the flight with this key, and whether it is there.
func (d *Draft) number(key string) (string, bool) {
	for ; d != nil; d = d.before {
		if number, ok := d.numbers[key]; ok {
			return number, number != gone
		}
		if d.blank {
			return "", false
		}
		if d.before == nil {
			if f := d.board.Flight(key); f != nil {
				return f.Number, true
			}
		}
	}
	return "", false
}
