package mapping

import (
	"fmt"
	"time"

	"flightboard/server/feed/source"
)

// A reader reads one answer.
type reader struct {
	mapping    *Mapping
	now        time.Time
	tree       *tree  // of the response that is read
	prefix     string // of the response's places
	at         string // the place of the row that is read
	zones      map[string]*time.Location
	tried      []bool // by the ids of expressions: it was evaluated for a row
	matched    []bool // its path has led somewhere
	answer     *source.Answer
	complained int
	more       []more // of the answer's rows
}

func (m *Mapping) newReader(answer *source.Answer) *reader {
	count := len(m.expressions)
	return &reader{mapping: m, answer: answer, zones: map[string]*time.Location{}, tried: make([]bool, count),
		matched: make([]bool, count)}
}

// Read reads the responses of an answer. It returns an error if one of them is not such a document, or has no rows at
// the mapping's place.
func (m *Mapping) Read(now time.Time, responses []*source.Response) (source.Answer, error) {
	answer := source.Answer{Unmapped: map[string]int{}}
	r := m.newReader(&answer)
	r.now = now
	for i, response := range responses {
		if len(responses) > 1 {
			r.prefix = fmt.Sprintf("response %d: ", i+1)
		}
		if err := r.response(response); err != nil {
			return source.Answer{}, fmt.Errorf("%s%w", r.prefix, err)
		}
	}
	r.foldRows()
	if r.complained > mostComplaints {
		answer.Complaints = append(answer.Complaints,
			source.Complaint{Err: fmt.Errorf("there are %d more complaints", r.complained-mostComplaints)})
	}
	return answer, nil
}

func (r *reader) response(response *source.Response) (err error) {
	if r.tree, err = r.mapping.open(response.Header, response.Body); err != nil {
		return err
	}
	r.at = r.prefix + "the answer"
	if updated := r.timeFromRoot(r.mapping.updated); updated.After(r.answer.Updated) {
		r.answer.Updated = updated
	}
	rows, err := r.rows()
	if err != nil {
		return err
	}
	clear(r.tried)
	clear(r.matched)
	places := placer{tree: r.tree, prefix: r.prefix}
	for _, row := range rows {
		r.at = places.place(row)
		r.row(row)
	}
	if len(rows) > 0 {
		r.explainUnmatched(rows)
	}
	if response.Request != nil && response.Request.Page+1 >= r.mapping.pages {
		if next, err := r.mapping.nextPage(response); err == nil && next != nil {
			r.answer.Partial = true
			r.complain(r.prefix+"next", fmt.Errorf("there are more than %d pages, and pages is the most that are read",
				r.mapping.pages), false)
		}
	}
	return nil
}

// timeFromRoot returns the time that values yield for the answer as a whole.
func (r *reader) timeFromRoot(values values) time.Time {
	for _, v := range values {
		one := *v
		if text := r.oneFromRoot(v.expr); text != "" {
			one.expr = &expr{any: [][]term{{{literal: text}}}, id: v.expr.id}
			read := r.time([]*value{&one}, 0, reference{at: r.now})
			if !read.At.IsZero() {
				return read.At
			}
		}
	}
	return time.Time{}
}

const mostComplaints = 1000

// complain reports what is wrong. left: the row was left out.
func (r *reader) complain(place string, err error, left bool) {
	if r.complained++; r.complained <= mostComplaints {
		r.answer.Complaints = append(r.answer.Complaints, source.Complaint{Place: place, Err: err, Row: left})
	}
}

// explainUnmatched complains about each expression whose paths led nowhere in all rows, with what the first row has
// instead. It does not if there is nothing at the place where the path ends, such as an empty array.
func (r *reader) explainUnmatched(rows []uint32) {
	for id, where := range r.mapping.expressions {
		if r.matched[id] || !r.tried[id] || where.name == "" {
			continue
		}
		var reason error
		nothing := false
		for _, terms := range where.expr.any {
			for _, one := range terms {
				if one.path == nil {
					continue
				}
				why, empty := one.path.explain(r.tree, rows[:1])
				if found := one.path.find(r.tree, rows[:1]); why == nil && len(found) > 0 {
					why = fmt.Errorf("%s is %s: want a text", r.tree.place(found[0]), r.tree.describe(found[0]))
				}
				if why != nil {
					reason, nothing = why, nothing || empty
				}
			}
		}
		if reason != nil && !nothing {
			r.complain(r.prefix+where.name, fmt.Errorf("no row has %s: %w", where.expr.text, reason), false)
		}
	}
}
