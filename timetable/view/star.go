package view

import "slices"

// What the surface has of a row's star.
const (
	noStar uint8 = iota
	notFollowed
	followed
)

// star gives the rows of the flights with these keys a star, and the others none, after rows have entered or the keys
// have changed.
func (t *Table) star(keys []string, s Surface) {
	if t.starred {
		return
	}
	t.starred = true
	for _, r := range t.rows {
		star := notFollowed
		if len(keys) > 0 && slices.Contains(keys, r.key) {
			star = followed
		}
		if r.star != star {
			r.star = star
			s.SetStar(r.number, r.drawn.Number, star == followed)
		}
	}
}
