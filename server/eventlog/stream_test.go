package eventlog_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

var streamSchedules = flag.Int("stream-schedules", 100, "how many random schedules TestLogsOfAStreamAreEqual plays")

// A memoryStream is the stream of several logs.
type memoryStream struct {
	most   int
	random *rand.Rand // nil: nothing fails

	mu       sync.Mutex
	first    eventlog.Position
	messages []eventlog.Message
	more     chan struct{} // closed when messages are added
}

func newMemoryStream() *memoryStream {
	return &memoryStream{most: 1000, first: 1_700_000_000_000_000, more: make(chan struct{})}
}

func (s *memoryStream) Most() int { return s.most }

var errLost = errors.New("the answer is lost")

func (s *memoryStream) Append(g eventlog.Group) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	fate := 100
	if s.random != nil {
		fate = s.random.IntN(100)
		s.mu.Unlock()
		time.Sleep(time.Duration(fate) * 100 * time.Microsecond)
		s.mu.Lock()
	}
	if fate < 3 {
		return errLost
	}
	if g.First != s.first+eventlog.Position(len(s.messages)) {
		return eventlog.ErrBehind
	}
	var added []eventlog.Message
	for i, text := range g.Records {
		var t testing.T
		e := logtest.Parse(&t, text)[0]
		at := g.First + eventlog.Position(i)
		if e.ID != at.String() {
			panic(fmt.Sprintf("the record at %d has the ID %q", at, e.ID))
		}
		added = append(added, eventlog.Message{At: at, Record: &eventlog.Record{At: at, Type: e.Type, Data: e.Data}})
	}
	if len(added) == 0 {
		added = []eventlog.Message{{At: g.First}}
	}
	overrides := make(map[string]*timetable.OverriddenFlight)
	for _, o := range g.Overrides {
		overrides[o.Key] = o.After
	}
	added[len(added)-1].Overrides = overrides
	s.messages = append(s.messages, added...)
	close(s.more)
	s.more = make(chan struct{})
	if fate < 6 {
		return errLost
	}
	return nil
}

// feed lets a log receive the messages until the test ends, each after a pause.
func (s *memoryStream) feed(log *eventlog.Log, pause func(), done <-chan struct{}) error {
	for {
		s.mu.Lock()
		messages := s.messages[log.Received()+1-s.first:]
		more := s.more
		s.mu.Unlock()
		pause()
		if len(messages) > 0 {
			if err := log.Receive(messages...); err != nil {
				return err
			}
			continue
		}
		select {
		case <-more:
		case <-done:
			return nil
		}
	}
}

// join returns an empty log of the stream.
func (s *memoryStream) join(t *testing.T, o eventlog.Options) *eventlog.Log {
	t.Helper()
	log := eventlog.New(o)
	log.SetStream(s)
	empty := eventlog.Image{Board: timetable.Change{Kind: timetable.KindReplace}, Head: s.first - 1, Received: s.first - 1}
	if err := log.Rebuild(empty, nil); err != nil {
		t.Fatal(err)
	}
	return log
}

func TestPromisesOfALogOfAStream(t *testing.T) {
	logtest.Run(t, func(t *testing.T, o eventlog.Options) *eventlog.Log {
		s := newMemoryStream()
		log := s.join(t, o)
		done := make(chan struct{})
		t.Cleanup(func() { close(done) })
		go s.feed(log, func() {}, done)
		return log
	})
}

// Logs of a stream that publish at the same time are equal in the end, with their overrides, also if answers are lost.
func TestLogsOfAStreamAreEqual(t *testing.T) {
	for seed := range *streamSchedules {
		synctest.Test(t, func(t *testing.T) { publishTogether(t, uint64(seed)) })
		if t.Failed() {
			t.Fatalf("schedule %d went wrong", seed)
		}
	}
}

func publishTogether(t *testing.T, seed uint64) {
	s := newMemoryStream()
	s.random = rand.New(rand.NewPCG(seed, 1))
	var logs [3]*eventlog.Log
	var publishing, feeding sync.WaitGroup
	done := make(chan struct{})
	for i := range logs {
		log := s.join(t, eventlog.Options{})
		logs[i] = log
		slow := rand.New(rand.NewPCG(seed, 10+uint64(i)))
		feeding.Go(func() {
			pause := func() { time.Sleep(time.Duration(slow.IntN(20)) * time.Millisecond) }
			if err := s.feed(log, pause, done); err != nil {
				t.Errorf("log %d: %v", i, err)
			}
		})
		for p := range 3 {
			random := rand.New(rand.NewPCG(seed, 100+uint64(10*i+p)))
			publishing.Go(func() {
				for range 15 {
					logtest.PublishAny(t, log, random, 20)
					time.Sleep(time.Duration(random.IntN(30)) * time.Millisecond)
				}
			})
		}
	}
	publishing.Wait()
	time.Sleep(time.Minute)
	close(done)
	feeding.Wait()
	want := logs[0].Image()
	if want.Received != s.first+eventlog.Position(len(s.messages))-1 {
		t.Errorf("log 0 has the stream up to %d, of %d messages", want.Received, len(s.messages))
	}
	for i, log := range logs[1:] {
		if diff := cmp.Diff(want, log.Image()); diff != "" {
			t.Errorf("log %d differs from log 0 (-0 +%d):\n%s", i+1, i+1, diff)
		}
	}
}

// A body whose changes do not fit into one group is refused as a whole.
func TestAGroupOfAStreamHasALimit(t *testing.T) {
	s := newMemoryStream()
	s.most = 2
	log := s.join(t, eventlog.Options{})
	_, err := log.Append(t.Context(), logtest.Addition(1), logtest.Addition(2), logtest.Addition(3))
	refused, ok := errors.AsType[*eventlog.RefusedError](err)
	if !ok || refused.Changes[0].Index != 2 {
		t.Errorf("Append of three changes = %v, want that the third is refused", err)
	}
	if logtest.Append(t, log, logtest.Addition(1), logtest.Addition(2)) != s.first+1 {
		t.Errorf("the next append is at %d, want %d", log.Received(), s.first+1)
	}
}

// What is missing is not skipped.
func TestAGapInAStreamIsFound(t *testing.T) {
	s := newMemoryStream()
	a, b := s.join(t, eventlog.Options{}), s.join(t, eventlog.Options{})
	for n := range 3 {
		logtest.Append(t, a, logtest.Addition(n))
	}
	if err := b.Receive(s.messages[0], s.messages[2]); !errors.Is(err, eventlog.ErrGap) {
		t.Errorf("Receive of the messages 1 and 3 = %v, want ErrGap", err)
	}
	if got := len(logtest.Board(b)); got != 0 {
		t.Errorf("it has left %d flights", got)
	}
}

// An append that the stream refuses again and again, because the log does not receive what comes first, ends.
func TestALogThatReceivesNothingRefusesAppends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemoryStream()
		a, b := s.join(t, eventlog.Options{}), s.join(t, eventlog.Options{})
		logtest.Append(t, a, logtest.Addition(1))
		if _, err := b.Append(t.Context(), logtest.Addition(2)); !errors.Is(err, eventlog.ErrUnavailable) {
			t.Errorf("Append = %v, want ErrUnavailable", err)
		}
		if err := b.Receive(s.messages...); err != nil {
			t.Fatal(err)
		}
		if got, want := logtest.Append(t, b, logtest.Addition(2)), s.first+1; got != want {
			t.Errorf("the append after it is at %d, want %d", got, want)
		}
	})
}

// The last messages of a stream may have no records. A log that is rebuilt from an image after them appends behind them.
func TestALogIsRebuiltBehindMessagesWithoutRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newMemoryStream()
		a := s.join(t, eventlog.Options{})
		logtest.Append(t, a, logtest.Addition(1))
		if err := s.Append(eventlog.Group{First: s.first + 1}); err != nil {
			t.Fatal(err)
		}
		if err := a.Receive(s.messages...); err != nil {
			t.Fatal(err)
		}
		image := a.Image()
		if image.Head != s.first || image.Received != s.first+1 {
			t.Fatalf("the image's head is %d of %d, want %d of %d", image.Head, image.Received, s.first, s.first+1)
		}
		b := s.join(t, eventlog.Options{})
		if err := b.Rebuild(image, nil); err != nil {
			t.Fatal(err)
		}
		if got, want := logtest.Append(t, b, logtest.Addition(2)), s.first+2; got != want {
			t.Errorf("the append is at %d, want %d", got, want)
		}
	})
}
