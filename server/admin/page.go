package admin

import (
	"bytes"
	"cmp"
	"context"
	_ "embed" // of the page
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/web"
	"flightboard/server/web/fanout"
)

// page is a page about the server's state now: its viewers, its feeds and its log. It has no script.
type page struct {
	Options
	began time.Time
}

// mostViewers is how many viewers the page shows. It counts the others.
const mostViewers = 200

// patience is how long the page waits for sweeps that are going on.
const patience = 2 * time.Second

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"ago": func(now, at time.Time) string {
		if at.IsZero() {
			return "–"
		}
		return now.Sub(at).Round(time.Millisecond * 100).String()
	},
	"clock": func(at time.Time) string {
		if at.IsZero() {
			return "–"
		}
		return at.UTC().Format("2006-01-02 15:04:05")
	},
	"lag": func(head, at eventlog.Position) eventlog.Position { return head - min(at, head) },
}).Parse(pageText))

// content is what the page shows.
type content struct {
	Version        string
	Now, Began     time.Time
	Health         string // "": the server is healthy
	Query          string
	Viewers, Shown int // that match the query
	All            int
	List           []fanout.State
	Feeds          []web.Health
	Rejected       []web.Rejection
	Log            eventlog.Stats
	Late           bool // the server was too busy to tell all viewers
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	c := content{Version: p.Version, Now: now, Began: p.began, Query: strings.TrimSpace(r.URL.Query().Get("q")),
		Log: p.Log.Stats()}
	if err := p.Site.Health(); err != nil {
		c.Health = err.Error()
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	p.Site.EachViewer(ctx, func(v fanout.State) {
		if c.All++; !matches(c.Query, v.Name, v.Request, v.Way.String(), "HTTP/"+v.HTTP.String(), v.Form.String()) {
			return
		}
		if c.Viewers++; len(c.List) < mostViewers {
			c.List = append(c.List, v)
		}
	})
	c.Late, c.Shown = ctx.Err() != nil, len(c.List)
	slices.SortFunc(c.List, func(a, b fanout.State) int {
		return cmp.Or(a.Began.Compare(b.Began), cmp.Compare(a.Name, b.Name))
	})
	c.Feeds, c.Rejected = p.Site.FeedStates(now)
	c.Feeds = slices.DeleteFunc(c.Feeds, func(f web.Health) bool { return !matches(c.Query, f.Feed, f.Fault) })
	c.Rejected = slices.DeleteFunc(c.Rejected, func(f web.Rejection) bool { return !matches(c.Query, f.Feed) })
	var text bytes.Buffer
	if err := pageTemplate.Execute(&text, c); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(text.Bytes())
}

// matches reports whether each word of the query is in one of the texts, in upper or lower case.
func matches(query string, texts ...string) bool {
	text := strings.ToLower(strings.Join(texts, "\n"))
	for word := range strings.FieldsSeq(strings.ToLower(query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
