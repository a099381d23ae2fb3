package poll

import (
	"maps"
	"slices"
	"strings"
	"time"

	"flightboard/server/feed"
)

// set alters the status, and reports it.
func (f *Feed) set(alter func(*Status), wait time.Duration) {
	f.mu.Lock()
	alter(&f.status)
	f.status.Next, f.status.Quota = time.Now().Add(wait), f.client.quota.remaining()
	f.mu.Unlock()
	if f.options.Status != nil {
		f.options.Status(f.Status())
	}
}

// answered reports a good answer.
func (f *Feed) answered(a *answer, interval, wait time.Duration) {
	news := a.Updated
	if news.IsZero() || news.After(a.at) {
		news = f.legs.changed
	}
	rejected, reasons := f.legs.rejected, f.legs.reasons
	before := f.Status()
	f.set(func(s *Status) {
		s.Answered, s.News, s.Interval, s.Trouble = a.at, news, interval, ""
		if a.nothing != "" {
			s.Trouble = nothingNow(a)
		}
		s.Rows, s.Rejected, s.Reasons = len(a.Rows), rejected, reasons
		s.Unmapped = slices.SortedFunc(maps.Keys(a.Unmapped), func(one, other string) int {
			if n := a.Unmapped[other] - a.Unmapped[one]; n != 0 {
				return n
			}
			return strings.Compare(one, other)
		})
		s.Unmapped = s.Unmapped[:min(len(s.Unmapped), maxUnmapped)]
	}, wait)
	if f.options.Heard != nil {
		f.options.Heard(f.heard(a))
	}
	if f.options.Rejected != nil && (before.Rejected != rejected || !slices.Equal(before.Reasons, reasons)) {
		f.options.Rejected(feed.Rejections{Rows: rejected, Reasons: slices.Clone(reasons)})
	}
}

func nothingNow(a *answer) string {
	return "the source answers " + a.nothing + ", which is taken as: no flights now"
}

// complain logs a trouble, if there was none of its kind since the last good answer.
func (f *Feed) complain(kind, text string, wait time.Duration) {
	if f.logged[kind] {
		return
	}
	f.logged[kind] = true
	f.logger.Warn("the source gives no answer", "reason", text, "again", wait.Round(time.Second))
}

// recover logs that a trouble is over.
func (f *Feed) recover() {
	if len(f.logged) == 0 {
		return
	}
	clear(f.logged)
	f.logger.Info("the source answers again")
}

// staleNews is the age of an answer's news, by the source's own time, from which on the source counts as silent
// although it answers: a cache may answer for a source that is down. Some sources have the time of their last change,
// which may be long ago at night.
const staleNews = time.Hour

// heard returns the time of which a good answer is.
func (f *Feed) heard(a *answer) time.Time {
	if !a.Updated.IsZero() && a.at.Sub(a.Updated) >= staleNews {
		return a.Updated
	}
	return a.at
}
