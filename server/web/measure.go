package web

import (
	"net/http"
	"sync/atomic"
	"time"

	"flightboard/server/eventlog"
	"flightboard/server/metrics"
	"flightboard/server/web/fanout"
)

// measures are what the handler counts.
type measures struct {
	fanout.Measures
	viewers  [fanout.Ways][fanout.Versions][eventlog.Forms]atomic.Int64
	arrivals *metrics.Counts // streams that began, by how
	polls    *metrics.Counts // answers to requests that wait, by what is in them
	cuts     *metrics.Counts // streams that ended, by reason
	rejected *metrics.Counts // viewers, by reason
	clients  *metrics.Counts // requests and connections of clients, by reason
	denied   *metrics.Counts // publishers' requests, by reason

	publishers *metrics.Counts // requests to publish that were let in, by the publisher's name
}

// The names of the counters.
const (
	firstVisit  = "first"    // without an event ID
	resumed     = "resumed"  // exactly the events after the ID
	notResumed  = "snapshot" // with an event ID that cannot be resumed
	pollNews    = "news"
	pollNothing = "nothing"
	pollLeft    = "left"
	signedOut   = "without-session"
)

func newMeasures() *measures {
	m := &measures{
		arrivals: metrics.NewCounts(firstVisit, resumed, notResumed),
		polls:    metrics.NewCounts(pollNews, pollNothing, pollLeft),
		cuts: metrics.NewCounts(names(fanout.ErrEnded, fanout.ErrLeft, fanout.ErrStuck, fanout.ErrClosing,
			fanout.ErrExpired, fanout.ErrNoFile)...),
		publishers: metrics.NewCounts(),
		rejected:   metrics.NewCounts(append(names(errFull, errFullEach, fanout.ErrClosing), signedOut)...),
		clients:    metrics.NewCounts(names(errTooFast, errConns, errConnsEach)...),
	}
	reasons := []string{"too-large", "cut-off", "rate", "invalid", "not-stored"}
	for _, d := range denials {
		reasons = append(reasons, d.kind)
	}
	m.denied = metrics.NewCounts(reasons...)
	return m
}

// nameOf returns the name of a reason, as the value of a label.
func nameOf(reason error) string {
	switch reason {
	case fanout.ErrEnded:
		return "ended"
	case fanout.ErrLeft:
		return "left"
	case fanout.ErrStuck:
		return "stuck"
	case fanout.ErrClosing:
		return "closing"
	case fanout.ErrExpired:
		return "expired"
	case fanout.ErrNoFile:
		return "files"
	case errFull:
		return "full"
	case errFullEach:
		return "full-address"
	case errTooFast:
		return "requests"
	case errConns:
		return "connections"
	case errConnsEach:
		return "connections-address"
	}
	return "other"
}

func names(reasons ...error) (names []string) {
	for _, reason := range reasons {
		names = append(names, nameOf(reason))
	}
	return names
}

// count adds n viewers.
func (m *measures) count(k fanout.Kind, form eventlog.Form, n int64) {
	m.viewers[k.Way][k.HTTP][form%eventlog.Forms].Add(n)
}

// arrived counts a stream that begins. id is the viewer's last event ID.
func (m *measures) arrived(id string, fresh bool) {
	switch {
	case id == "":
		m.arrivals.Add(firstVisit)
	case fresh:
		m.arrivals.Add(notResumed)
	default:
		m.arrivals.Add(resumed)
	}
}

// polled counts an answer to a request that waited.
func (m *measures) polled(outcome string, form eventlog.Form, a *answer) {
	m.polls.Add(outcome)
	m.Bytes[form].Add(a.size)
	m.Events[form].Add(a.events)
}

// answered counts the answers to a publisher that are not 200, by the reason that the status tells.
func (m *measures) answered(status int) {
	switch status {
	case http.StatusOK:
	case http.StatusRequestEntityTooLarge:
		m.denied.Add("too-large")
	case http.StatusBadRequest:
		m.denied.Add("cut-off")
	case http.StatusTooManyRequests:
		m.denied.Add("rate")
	case http.StatusServiceUnavailable:
		m.denied.Add("not-stored")
	default:
		m.denied.Add("invalid")
	}
}

// WriteMetrics writes the metrics of viewers, publishers and feeds.
func (h *Handler) WriteMetrics(t *metrics.Text) {
	m := h.stream.measures
	now := time.Now()
	t.Gauge("flightboard_viewers", "Viewers at present, by how they get events, HTTP version and form of the events.")
	m.eachKind(func(k fanout.Kind, form eventlog.Form, n int64) {
		t.Sample(float64(n), "way", k.Way.String(), "http", k.HTTP.String(), "form", form.String())
	})
	t.Counter("flightboard_streams_total", "Streams that began: resumed after the viewer's last event ID, with a "+
		"snapshot although there was one, or first, without an ID.")
	t.Counts(m.arrivals, "outcome")
	t.Counter("flightboard_streams_ended_total", "Streams that ended, by reason.")
	t.Counts(m.cuts, "reason")
	t.Counter("flightboard_polls_total", "Requests that waited for events, by outcome.")
	t.Counts(m.polls, "outcome")
	t.Counter("flightboard_refusals_total", "Requests and connections that were refused, by reason.")
	t.Counts(m.rejected, "who", "viewer", "reason")
	t.Counts(m.denied, "who", "publisher", "reason")
	t.Counts(m.clients, "who", "client", "reason")
	t.Counter("flightboard_publisher_requests_total", "Requests to publish with a body that could be read, by publisher.")
	t.Counts(m.publishers, "publisher")
	t.Counter("flightboard_sent_bytes_total", "Bytes of event streams, with their heads and chunks, by form.")
	for form := range eventlog.Form(eventlog.Forms) {
		t.Sample(float64(m.Bytes[form].Value()), "form", form.String())
	}
	t.Counter("flightboard_sent_events_total", "Changes and snapshots in them, by form.")
	for form := range eventlog.Form(eventlog.Forms) {
		t.Sample(float64(m.Events[form].Value()), "form", form.String())
	}
	t.Histogram("flightboard_event_age_seconds",
		"Age of the oldest change in each write to a viewer, since its append began.", &m.Appended)
	t.Histogram("flightboard_event_age_since_stamp_seconds",
		"The same since the publisher's stamp, of changes that have one of the last day.", &m.Stamped)
	t.Histogram("flightboard_sweep_seconds", "Time of a round through a sweeper's viewers.", &m.Sweep)
	events, lag := m.Slowest(h.stream.log.Stats().Head, now)
	t.Gauge("flightboard_slowest_viewer_lag_seconds", "For how long the slowest viewer has been behind.")
	t.Sample(lag.Seconds())
	t.Gauge("flightboard_slowest_viewer_lag_events", "How many changes the slowest viewer is behind.")
	t.Sample(float64(events))
	t.Gauge("flightboard_healthy", "Whether the server can publish, as in /healthz.")
	t.Sample(metrics.Bool(h.healthy() == nil))
	t.Gauge("flightboard_ready", "Whether the server admits viewers, as in /readyz.")
	t.Sample(metrics.Bool(h.stream.ready() == nil))
	h.writeFeeds(t, now)
}

// eachKind calls f with the numbers of viewers of all kinds that there can be.
func (m *measures) eachKind(f func(k fanout.Kind, form eventlog.Form, n int64)) {
	for way := range fanout.Ways {
		for version := range fanout.Versions {
			if way < fanout.Handler && version == fanout.HTTP2 {
				continue
			}
			for form := range eventlog.Form(eventlog.Forms) {
				f(fanout.Kind{Way: way, HTTP: version}, form, m.viewers[way][version][form].Load())
			}
		}
	}
}

// writeFeeds writes the metrics of the feeds.
func (h *Handler) writeFeeds(t *metrics.Text, now time.Time) {
	if h.options.Feeds == nil {
		return
	}
	feeds := h.options.Feeds(now)
	since := make(map[string]time.Time)
	if h.options.Silent != nil {
		for _, s := range h.options.Silent(now) {
			since[s.Feed] = s.Since
		}
	}
	rows := make(map[string]int)
	if h.options.Rejected != nil {
		for _, r := range h.options.Rejected(now) {
			rows[r.Feed] = r.Rows
		}
	}
	t.Counter("flightboard_feed_changes_total", "Changes of feeds and publishers: accepted; refused; and of the accepted "+
		"ones those that were not published because they were older, repeated the board, or were about a removed flight.")
	for _, f := range feeds {
		t.Sample(float64(f.Accepted), "feed", f.Feed, "outcome", "accepted")
		t.Sample(float64(f.Refused), "feed", f.Feed, "outcome", "refused")
		t.Sample(float64(f.Idle.Older), "feed", f.Feed, "outcome", "older")
		t.Sample(float64(f.Idle.Repeated), "feed", f.Feed, "outcome", "repeated")
		t.Sample(float64(f.Idle.Removed), "feed", f.Feed, "outcome", "removed")
	}
	each := func(name, help string, value func(f *Health) float64) {
		t.Gauge(name, help)
		for i := range feeds {
			t.Sample(value(&feeds[i]), "feed", feeds[i].Feed)
		}
	}
	each("flightboard_feed_last_report_timestamp_seconds", "Time of the feed's last report; 0: there was none.",
		func(f *Health) float64 { return metrics.Unix(f.Last) })
	each("flightboard_feed_silent_seconds", "For how long the feed has been silent, as in heartbeats; 0: it is not.",
		func(f *Health) float64 {
			if at, silent := since[f.Feed]; silent {
				return max(now.Sub(at).Seconds(), 0.001)
			}
			return 0
		})
	each("flightboard_feed_rejected_rows", "Rows of the feed that cannot be read, and are missing on the board.",
		func(f *Health) float64 { return float64(rows[f.Feed]) })
	each("flightboard_feed_failed", "Whether no more reports will come from the feed.",
		func(f *Health) float64 { return metrics.Bool(f.Fault != "") })
}
