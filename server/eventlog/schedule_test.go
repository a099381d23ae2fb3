package eventlog_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"net/http/httputil"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/server/eventstream"
	"flightboard/timetable"
)

// A viewer is a small client: it applies the events, and remembers the last event ID.
type viewer struct {
	board   timetable.Board
	lastID  string
	cursor  eventlog.Cursor
	form    eventlog.Form
	chunked bool
	online  bool
	raw     []byte          // all that came over this connection
	applied int             // how many of its events
	seen    map[string]bool // IDs applied since the last snapshot
}

// TestAnyScheduleEndsWithTheRightBoard plays random schedules of publishing, cutting connections in the middle of an
// event, returning, returning with IDs that are not one's own, and restarting with and without the log. Afterwards
// every board equals the log's, without a gap and without a change applied twice.
func TestAnyScheduleEndsWithTheRightBoard(t *testing.T) {
	logtest.Schedules(t, 150, schedule)
}

func schedule(t *testing.T, random *rand.Rand) {
	options := eventlog.Options{History: []int{16 << 10, 1 << 20}[random.IntN(2)]}
	dir := ""
	if random.IntN(20) == 0 { // restarts on disk cost a hundred times what the others do
		dir = t.TempDir()
	}
	log := start(t, dir, options)
	defer func() { log.Close() }()
	viewers := make([]viewer, 8)
	for i := range viewers {
		viewers[i].form = eventlog.Form(i % 4) // plain, batched, compressed, both
		viewers[i].chunked = i >= 4
	}
	for range 40 + random.IntN(60) {
		v := &viewers[random.IntN(len(viewers))]
		switch n := random.IntN(20); {
		case n < 11:
			for range 1 + random.IntN(8) {
				logtest.PublishAny(t, log, random, 12)
				time.Sleep(time.Duration(random.IntN(4000)) * time.Microsecond)
			}
		case n < 12:
			time.Sleep(time.Duration(random.IntN(12)) * time.Second)
			if v.online { // a heartbeat comes between
				v.take(t, v.cursor.Wrap([]byte("event: heartbeat\ndata: {}\n\n")))
			}
			if random.IntN(4) == 0 {
				log.End(t.Context())
			}
		case n < 14:
			v.online = false
		case n < 18:
			v.connect(t, log, v.lastID)
			v.read(t, random, random.IntN(3) == 0)
		case n == 18:
			v.connect(t, log, []string{"", "0", "garbage", "99999999999999999", viewers[0].lastID}[random.IntN(5)])
		case n == 19:
			log.Close()
			if random.IntN(2) == 0 && dir != "" {
				dir = t.TempDir() // the log is wiped
			}
			log = start(t, dir, options)
			for i := range viewers {
				viewers[i].online = false
			}
		}
	}
	log.Append(t.Context(), logtest.Addition(0))
	time.Sleep(time.Second)
	want := logtest.Board(log)
	for i := range viewers {
		v := &viewers[i]
		for v.connect(t, log, v.lastID); v.online && v.read(t, random, false); {
			v.connect(t, log, "") // what it was resumed to has an end in it, and after that the log goes on
		}
		if diff := cmp.Diff(want, v.board.Snapshot().Board); diff != "" {
			t.Errorf("viewer %d's board (-want +got):\n%s", i, diff)
		}
	}
}

func start(t *testing.T, dir string, o eventlog.Options) *eventlog.Log {
	if dir == "" {
		return eventlog.New(o)
	}
	log, _, err := eventlog.Open(dir, eventlog.SyncNever, o)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func (v *viewer) connect(t *testing.T, log *eventlog.Log, id string) {
	if v.online {
		return
	}
	if id != v.lastID { // a viewer with a wrong ID must start again
		*v = viewer{form: v.form, chunked: v.chunked}
		if p, ok := eventlog.ParsePosition(id); ok && p > 0 {
			id = "" // a valid ID of another viewer would resume at its position, which is right
		}
	}
	c, err := log.Cursor(id, v.form)
	if err != nil {
		t.Fatal(err)
	}
	if v.chunked {
		c.Chunked()
	}
	v.cursor, v.online, v.raw, v.applied = c, true, nil, 0
	v.take(t, v.cursor.Wrap([]byte("retry: 1000\n")))
	if v.seen == nil {
		v.seen = map[string]bool{}
	}
}

// read reads the available bytes, and reports whether the stream has ended. If cut is set, the connection ends at any
// byte, and an incomplete event is lost.
func (v *viewer) read(t *testing.T, random *rand.Rand, cut bool) (ended bool) {
	var all []byte
	for v.online {
		next := v.cursor.Next()
		if len(next.Bytes) == 0 {
			break
		}
		all = append(all, next.Bytes...)
		switch {
		case cut:
			all, v.online = all[:len(all)-random.IntN(len(next.Bytes)+1)], false
		case next.Ended:
			v.take(t, all)
			v.finished(t)
			*v = viewer{form: v.form, chunked: v.chunked} // it does not reconnect, but the page is reloaded
			return true
		}
	}
	v.take(t, all)
	return false
}

// finished checks that each layer of a stream that has ended has.
func (v *viewer) finished(t *testing.T) {
	body, err := unchunked(v.raw, v.chunked)
	if err != nil {
		t.Errorf("the body has ended with %v", err)
	}
	if v.form&eventlog.Gzip != 0 {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err == nil {
			_, err = io.Copy(io.Discard, z)
		}
		if err != nil {
			t.Errorf("the compressed stream has ended with %v, want it finished, and with the right checksum", err)
		}
	}
}

// unchunked takes the chunks off a body, as net/http does. The error is that of a cut.
func unchunked(raw []byte, chunked bool) ([]byte, error) {
	if !chunked {
		return raw, nil
	}
	return io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(raw)))
}

// take applies the events that are complete.
func (v *viewer) take(t *testing.T, text []byte) {
	v.raw = append(v.raw, text...)
	n := 0
	body, err := unchunked(v.raw, v.chunked)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		t.Fatalf("the chunks of %q: %v", v.raw, err)
	}
	for e, err := range eventstream.Read(plain(t, body, v.form)) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n > v.applied && e.Type != "heartbeat" && e.Type != "closedConnection" {
			v.apply(t, e)
		}
	}
	v.applied = n
}

// plain decompresses as much as has come.
func plain(t *testing.T, raw []byte, form eventlog.Form) io.Reader {
	if form&eventlog.Gzip == 0 {
		return bytes.NewReader(raw)
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return bytes.NewReader(nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil && err != io.ErrUnexpectedEOF {
		t.Fatalf("the compressed stream ends with %v, want it cut or finished", err)
	}
	return bytes.NewReader(text)
}

func (v *viewer) apply(t *testing.T, e eventstream.Event) {
	var changes []timetable.Change
	kind, single := timetable.KindOf(e.Type)
	for line := range strings.SplitSeq(string(e.Data), "\n") {
		var c timetable.Change
		var err error
		if single {
			err = c.Decode(kind, string(e.Data))
		} else {
			err = c.DecodeLine(line)
		}
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if changes = append(changes, c); single {
			break
		}
	}
	switch {
	case kind == timetable.KindReplace && single:
		clear(v.seen)
	case v.seen[e.ID]:
		t.Errorf("event %s is applied twice", e.ID)
	case v.lastID != "" && !follows(v.lastID, e.ID, len(changes)):
		t.Errorf("event %s with %d changes comes after %s", e.ID, len(changes), v.lastID)
	}
	v.seen[e.ID], v.lastID = true, e.ID
	for i := range changes {
		v.board.Apply(&changes[i])
	}
}

// follows reports whether the changes up to b are all changes after a, except for the gap that a restart leaves.
func follows(a, b string, changes int) bool {
	x, _ := eventlog.ParsePosition(a)
	y, _ := eventlog.ParsePosition(b)
	return y == x+eventlog.Position(changes) || y > x+500
}
