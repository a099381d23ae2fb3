package poll

import (
	"time"
)

// A row that an answer lacks is not gone: answers come incomplete. A leg leaves when a number of answers in a row lack
// it, and if it is due, and scheduled, some time ahead: the source has withdrawn it. One that is due about now, or was,
// stays, because sources drop flights that are late; it leaves the board by the rule for overdue flights, and one that
// has landed or was cancelled by the rules for those. See [feed.Linger].
const (
	few   = 2 // answers in a row that lack a leg
	many  = 3 // the same while answers have less than half of the legs that they had
	ahead = 30 * time.Minute
)

// forgotten is how long a leg that has left the board is remembered after the source last had it.
const forgotten = 24 * time.Hour

// absent counts the legs that an answer lacks, and returns the removals of those that the source has withdrawn. known
// are the legs before the answer. An answer that is not whole removes nobody, and neither does one of a source that has
// only what has changed.
func (l *legs) absent(a *answer, known []*leg) (items []item) {
	if l.about.Partial || a.Partial || a.nothing != "" {
		return nil
	}
	l.answers++
	listed, present := 0, 0
	for _, g := range known {
		if g.ours && g.missing < many {
			listed++
			if g.seen.Equal(a.at) {
				present++
			}
		}
	}
	need := few
	if 2*present < listed {
		need = many
		l.complain("", errFew(present, listed))
	}
	for _, g := range known {
		if g.seen.Equal(a.at) || !g.ours || l.rejected > g.rejected { // the rejected row may be its
			continue
		}
		if g.missing++; g.onBoard && g.missing >= need && g.isWithdrawn(a.at) {
			items = append(items, g.removal(l.name, a.at))
		}
	}
	return items
}

// isWithdrawn reports whether a leg that the source lacks is gone, and not merely late, landed or cancelled.
func (g *leg) isWithdrawn(now time.Time) bool {
	if g.row.hasLanded() || g.row.isOff() {
		return false
	}
	for _, t := range [...]time.Time{g.row.arrival.At, g.row.expected.At} {
		if !t.IsZero() && t.Sub(now) < ahead {
			return false
		}
	}
	return true
}

// forget forgets the legs that have left, and that the source no longer has.
func (l *legs) forget(now time.Time) {
	for key, g := range l.byKey {
		if !g.onBoard && now.Sub(g.seen) > forgotten {
			delete(l.byKey, key)
		}
	}
}
