package feed

import (
	"fmt"
	"slices"
	"time"
)

// Rejections are the rows that a feed has and the board cannot take.
type Rejections struct {
	Rows    int
	Reasons []string  // of the first of them
	Until   time.Time // when they no longer count; zero: when others are reported
}

const (
	maxReasons = 3
	// remembered is how long lines that are rejected are reported, if no others follow. A table's rows are reported as
	// long as they stand in it.
	remembered = 10 * time.Minute
)

// rejections counts the rows that are rejected: of a table those that it has now, of other feeds the latest.
type rejections struct {
	rows        int
	reasons     []string
	last        Rejections // what was reported
	unpublished []int      // lines whose rows the log has rejected since the last publish
}

// renew begins to count anew.
func (r *rejections) renew() { r.rows, r.reasons = 0, nil }

func (r *rejections) reject(number int, err error) {
	if until := r.last.Until; !until.IsZero() && !time.Now().Before(until) {
		r.renew()
		r.last = Rejections{}
	}
	r.rows++
	if len(r.reasons) < maxReasons {
		r.reasons = append(r.reasons, fmt.Sprintf("line %d: %v", number, err))
	}
}

// reportTable reports the rows that the table has now and that are rejected.
func (l *lines) reportTable() {
	l.report(Rejections{Rows: l.rows, Reasons: l.reasons})
}

// reportLines reports the lines that were rejected of late.
func (l *lines) reportLines() {
	switch l.rows {
	case l.last.Rows:
	case 0:
		l.report(Rejections{})
	default:
		l.report(Rejections{Rows: l.rows, Reasons: l.reasons, Until: time.Now().Add(remembered)})
	}
}

func (l *lines) report(now Rejections) {
	if now.Rows == l.last.Rows && slices.Equal(now.Reasons, l.last.Reasons) && now.Until.Equal(l.last.Until) {
		return
	}
	now.Reasons = slices.Clone(now.Reasons)
	l.last = now
	l.rejected(now)
}
