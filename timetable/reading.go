package timetable

// A Reading replaces a board with the data of a snapshot, as Decode and Apply do, but decodes one flight at a time, so
// it needs no memory for all of them at once. It reads the data twice: once whether there is an error, in which case
// the board stays as it is, and then into the board.
type Reading struct {
	board *Board
	s     scanner
	sound bool // the second time
	begun bool
	sum   Delta
}

// NewReading returns a reading of a snapshot, which must not change until the reading has ended. Other changes may be
// applied to the board meanwhile, except snapshots; they should not, because the snapshot is older.
func NewReading(b *Board, snapshot string) *Reading {
	return &Reading{board: b, s: scanner{text: snapshot}}
}

// Next reads n flights at most. More reports whether there are more; if not, the board is the snapshot's, and d the
// difference. After an error there are none, and the board is as before.
func (r *Reading) Next(n int) (d Delta, more bool, err error) {
	for ; n > 0; n-- {
		if more, err = r.next(); err != nil {
			return Delta{}, false, err
		}
		if more {
			continue
		}
		if err := r.s.end(); err != nil {
			return Delta{}, false, err
		}
		if r.sound {
			r.board.expire(&r.sum)
			return r.sum, false, nil
		}
		r.s.i, r.sound, r.begun = 0, true, false
		r.board.pass++
	}
	return Delta{}, true, nil
}

// next reads a flight, unless there is no other one.
func (r *Reading) next() (more bool, err error) {
	if r.begun {
		more, err = r.s.next(']')
	} else {
		more, err = r.s.open('[', ']')
		r.begun = true
	}
	if !more || err != nil {
		return false, err
	}
	var f Flight
	if _, err := r.s.flight(&f, false); err != nil {
		return false, err
	}
	if r.sound {
		r.board.renew(&f, &r.sum)
	}
	return true, nil
}

// Read replaces the board with the data of a snapshot: see [Reading]. After an error the board is as before.
func (b *Board) Read(snapshot string) (d Delta, err error) {
	r := NewReading(b, snapshot)
	for more := true; more; {
		if d, more, err = r.Next(1 << 10); err != nil {
			return Delta{}, err
		}
	}
	return d, nil
}
