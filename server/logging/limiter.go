package logging

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Limiter is a log handler that passes on a bounded number of records of each kind a second. At the end of the second
// it logs the number of the others, in one record for each kind with the same message and the attribute more.
//
// Two records are of the same kind if their messages and levels are the same, and the values of the attributes that
// were given to [NewLimiter]. The program should have few different messages.
type Limiter struct {
	next   slog.Handler
	shared *limits
}

// limits is the state that a limiter shares with those that its WithAttrs and WithGroup return.
type limits struct {
	most int
	by   []string

	mu    sync.Mutex
	kinds map[kind]*tally // of this second; nil: it has not begun
}

type kind struct {
	from    *Limiter
	level   slog.Level
	message string
	by      string // the values, each with its name
}

type tally struct {
	records int
	by      []slog.Attr
}

// maxKinds bounds the kinds in a second. Beyond it, kinds with the same message are one.
const maxKinds = 100

// NewLimiter returns a handler that passes on at most the given number of records of each kind a second. The kind is
// the message, the level and the values of the attributes named by.
func NewLimiter(next slog.Handler, most int, by ...string) *Limiter {
	return &Limiter{next, &limits{most: most, by: by}}
}

// Enabled returns the next handler's answer.
func (l *Limiter) Enabled(ctx context.Context, level slog.Level) bool {
	return l.next.Enabled(ctx, level)
}

// WithAttrs returns a limiter whose records have these attributes. They do not count for the kind.
func (l *Limiter) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &Limiter{l.next.WithAttrs(attrs), l.shared}
}

// WithGroup returns a limiter whose records have their attributes in a group.
func (l *Limiter) WithGroup(name string) slog.Handler {
	return &Limiter{l.next.WithGroup(name), l.shared}
}

// Handle passes the record on, or counts it.
func (l *Limiter) Handle(ctx context.Context, r slog.Record) error {
	if l.shared.count(l, r) {
		return l.next.Handle(ctx, r)
	}
	return nil
}

// Flush ends the second at once. A process calls it before it ends.
func (l *Limiter) Flush() { l.shared.flush() }

// count counts the record, and reports whether it is passed on.
func (s *limits) count(from *Limiter, r slog.Record) bool {
	k := kind{from: from, level: r.Level, message: r.Message}
	var by []slog.Attr
	var values strings.Builder
	r.Attrs(func(a slog.Attr) bool {
		if slices.Contains(s.by, a.Key) {
			by = append(by, a)
			values.WriteString(a.String() + "\n")
		}
		return true
	})
	k.by = values.String()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kinds == nil {
		s.kinds = make(map[kind]*tally)
		time.AfterFunc(time.Second, s.flush)
	}
	t := s.kinds[k]
	if t == nil && len(s.kinds) >= maxKinds {
		k.by, by = "", nil
		t = s.kinds[k]
	}
	if t == nil {
		t = &tally{by: by}
		s.kinds[k] = t
	}
	t.records++
	return t.records <= s.most
}

func (s *limits) flush() {
	s.mu.Lock()
	kinds := s.kinds
	s.kinds = nil
	s.mu.Unlock()
	for k, t := range kinds {
		if t.records > s.most {
			r := slog.NewRecord(time.Now(), k.level, k.message, 0)
			r.AddAttrs(t.by...)
			r.AddAttrs(slog.Int("more", t.records-s.most))
			k.from.next.Handle(context.Background(), r)
		}
	}
}
