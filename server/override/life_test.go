package override

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flightboard/server/eventlog"
	"flightboard/server/eventlog/logtest"
	"flightboard/timetable"
)

// TestTheBoardHasTheFeedsValuesUnderOverrides lives many random lives: publishes, overrides, releases, steps that fail,
// ends of the process and of the power at any step, restarts. A publisher repeats a report that was not acknowledged
// because the server has ended. When nothing fails, the board has the acknowledged reports and the valid overrides: no
// acknowledged change is lost, no rejected one is on the board, and no override lasts longer than its time.
func TestTheBoardHasTheFeedsValuesUnderOverrides(t *testing.T) {
	for seed := range uint64(150) {
		synctest.Test(t, func(t *testing.T) {
			w := &world{T: t, random: rand.New(rand.NewPCG(seed, 1)), log: eventlog.New(eventlog.Options{}),
				disk:  newMemoryDisk(),
				until: make(map[string]map[string]time.Time), texts: make(map[string]map[string]string)}
			w.tell("seed %d", seed)
			w.start()
			for range 60 {
				if w.act(); t.Failed() {
					break
				}
			}
			w.calm()
			w.stop()
		})
		if t.Failed() {
			return
		}
	}
}

type world struct {
	*testing.T
	random    *rand.Rand
	log       *eventlog.Log
	disk      *memoryDisk
	life      *life
	overrides *Overrides
	stop      func()
	dead      atomic.Bool

	feeds  timetable.Board                 // what publishers have had acknowledged
	until  map[string]map[string]time.Time // the overrides, by flight and field
	texts  map[string]map[string]string
	unsaid [][]timetable.Report // has not been acknowledged

	told  sync.Mutex
	story []string
}

func (w *world) tell(format string, args ...any) {
	w.told.Lock()
	defer w.told.Unlock()
	w.story = append(w.story, fmt.Sprintf(format, args...))
}

// start begins a life. It may end at once.
func (w *world) start() {
	w.dead.Store(false)
	l := &life{log: w.log, disk: w.disk}
	w.life = l
	if w.random.IntN(6) == 0 {
		w.fail()
	}
	o, err := open(lifeLog{l}, lifeDisk{l}, eventlog.SyncAlways, slog.New(slog.DiscardHandler))
	if err != nil {
		w.Fatal(err)
	}
	w.overrides = o
	ctx, cancel := context.WithCancel(w.Context())
	done := make(chan bool)
	go func() { o.Run(ctx); close(done) }()
	w.stop = func() {
		l.fails(func(string) (bool, error) { return false, errDead })
		cancel()
		<-done
	}
	synctest.Wait()
}

// fail makes one of the next steps fail, and those after it: by an error of the disk or of the log, or by the end of
// the process.
func (w *world) fail() {
	after, dies, done := w.random.IntN(7), w.random.IntN(2) == 0, w.random.IntN(2) == 0
	only := []string{"", "", "log", "disk"}[w.random.IntN(4)]
	w.tell("  after %d steps (%s) failure, the process dies: %t, with it done: %t", after, only, dies, done)
	var mu sync.Mutex
	w.life.fails(func(what string) (bool, error) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case w.dead.Load():
			return false, errDead
		case !dies && (only == "log") != (what == "log") && only != "":
			return true, nil
		case after > 0:
			after--
			return true, nil
		case dies:
			w.dead.Store(true)
			w.tell("  dies at %s", what)
			return done, errDies
		}
		w.tell("  %s refuses", what)
		return false, errors.New(what + " refuses")
	})
}

// recover ends all failures, and restarts the process if it has ended.
func (w *world) recover() {
	for synctest.Wait(); w.dead.Load(); synctest.Wait() {
		w.stop()
		if w.random.IntN(2) == 0 {
			w.tell("  the power fails")
			w.disk.powerFails(w.random)
		}
		w.log = reopen(w.log)
		w.tell("  restart, the file is:\n%s", w.disk.files[fileName])
		w.start()
	}
	w.life.fails(nil)
}

// act does one random action. Failures that have begun may continue.
func (w *world) act() {
	switch w.random.IntN(8) {
	case 0:
		w.calm()
		if w.random.IntN(2) == 0 {
			w.fail()
		}
		pause := time.Duration(w.random.IntN(20)) * time.Minute
		w.tell("%v pass", pause)
		time.Sleep(pause)
	case 1:
		w.tell("the process ends")
		w.dead.Store(true)
	default:
		if w.random.IntN(3) == 0 {
			w.fail()
		}
		first, changes := len(w.unsaid) == 0, w.body()
		w.say(changes, false)
		if first && len(w.unsaid) > 0 && !w.dead.Load() && changes[0].Until != 1 && w.random.IntN(2) == 0 {
			w.tell("  and is not said again: the server has refused it, and lives")
			w.unsaid = nil
			w.calm()
		}
	}
	if w.random.IntN(2) == 0 {
		w.calm()
	}
}

// say publishes reports. If they are not acknowledged they are repeated later, because they may have been lost.
func (w *world) say(changes []timetable.Report, again bool) {
	ends := changes[0].Kind == timetable.KindRemove || changes[0].Until == 1
	_, _, err := w.overrides.publish(w.Context(), changes...)
	_, refused := errors.AsType[*eventlog.RefusedError](err)
	w.tell("  %v", err)
	switch {
	case err == nil, again && ends && refused: // it had ended, but that could not be acknowledged
		w.learn(changes)
	case !refused:
		w.unsaid = append(w.unsaid, changes)
	}
}

// calm ends all failures, repeats the reports that were not acknowledged, and compares.
func (w *world) calm() {
	for w.recover(); len(w.unsaid) > 0; w.recover() {
		changes := w.unsaid[0]
		w.unsaid = w.unsaid[1:]
		w.tell("again %s", changes[0].AppendJSON(nil))
		w.say(changes, true)
	}
	time.Sleep(longestRetry + longestPause)
	synctest.Wait()
	w.agrees()
}

// body returns the reports of a publisher: an override, or changes.
func (w *world) body() []timetable.Report {
	number := func() string { return string(rune('A' + w.random.IntN(4))) }
	text := func() string { return fmt.Sprint(w.random.IntN(5)) }
	fields := func() (c timetable.Report) {
		c.Kind = timetable.KindPut
		c.Flight = timetable.Flight{Number: number(), Gate: text(), Belt: text(), Remark: text()}
		for _, k := range []timetable.Field{timetable.FieldGate, timetable.FieldBelt, timetable.FieldRemark} {
			if w.random.IntN(2) == 0 {
				c.Named |= k.Bit()
			}
		}
		c.Flight = timetable.Flight{Number: c.Flight.Number}.With(&c.Flight, c.Named)
		return c
	}
	c := fields()
	switch w.random.IntN(8) {
	case 0, 1:
		c.Until = time.Now().Add(10*time.Minute + time.Duration(w.random.IntN(2000))*time.Second).UnixMicro()
		if c.Hidden = w.random.IntN(3) == 0; !c.Hidden && c.Named == 0 {
			c.Named = timetable.FieldBelt.Bit()
		}
		w.tell("override %s, hidden %t, until %v", c.AppendJSON(nil), c.Hidden, time.UnixMicro(c.Until).UTC())
	case 2:
		c.Named, c.Until = 0, 1
		w.tell("release %s", c.Flight.Number)
	case 3:
		c = timetable.Report{Change: timetable.Change{Kind: timetable.KindReplace}}
		for n := range 4 {
			if w.random.IntN(3) > 0 {
				c.Board = append(c.Board, timetable.Flight{Number: string(rune('A' + n)), Gate: text(), Belt: text()})
			}
		}
		w.tell("the whole board %s", c.AppendJSON(nil))
	case 4:
		c = timetable.Report{Change: timetable.Change{Kind: timetable.KindRemove, Flight: timetable.Flight{Number: number()}}}
		w.tell("removal of %s", c.Flight.Number)
	default:
		body := []timetable.Report{c}
		for w.random.IntN(2) == 0 {
			body = append(body, fields())
		}
		for i := range body {
			w.tell("report %s", body[i].AppendJSON(nil))
		}
		return body
	}
	return []timetable.Report{c}
}

// learn keeps what has been acknowledged.
func (w *world) learn(changes []timetable.Report) {
	for i := range changes {
		c := changes[i]
		key := c.Flight.Key()
		switch {
		case c.Until == 0:
			w.feeds.Apply(&c.Change)
		case c.Until < time.Now().UnixMicro():
			delete(w.until, key)
		default:
			w.sweep()
			if w.until[key] == nil {
				w.until[key], w.texts[key] = make(map[string]time.Time), make(map[string]string)
			}
			for k := range c.Named.All() {
				w.until[key][k.String()], w.texts[key][k.String()] = time.UnixMicro(c.Until), c.Flight.Text(k)
			}
			if c.Hidden {
				w.until[key]["hidden"] = time.UnixMicro(c.Until)
			}
		}
	}
}

// sweep forgets what has ended.
func (w *world) sweep() {
	for key := range w.until {
		for field, until := range w.until[key] {
			if !until.After(time.Now()) {
				delete(w.until[key], field)
			}
		}
	}
}

// agrees compares the board with what it should be.
func (w *world) agrees() {
	synctest.Wait()
	w.sweep()
	want, got := make(map[string]string), make(map[string]string)
	for f := range w.feeds.Flights() {
		row := map[string]string{"gate": f.Gate, "belt": f.Belt, "remark": f.Remark}
		var marks []string
		for field := range w.until[f.Key()] {
			if field != "hidden" {
				row[field] = w.texts[f.Key()][field]
				marks = append(marks, field)
			}
		}
		slices.Sort(marks)
		if w.until[f.Key()]["hidden"].IsZero() {
			want[f.Key()] = fmt.Sprint(row, marks)
		}
	}
	for _, f := range logtest.Board(w.log) {
		marks := strings.FieldsFunc(f.Overridden, func(r rune) bool { return r == '\n' })
		got[f.Key()] = fmt.Sprint(map[string]string{"gate": f.Gate, "belt": f.Belt, "remark": f.Remark}, marks)
	}
	if d := cmp.Diff(want, got); d != "" {
		w.Errorf("the board (-want +got):\n%s\nafter\n%s\nthe file:\n%s", d,
			strings.Join(w.story, "\n"), w.disk.files[fileName])
	}
	if err := w.overrides.Health(); err != nil {
		w.Errorf("a minute after all is well again, health = %v, after\n%s", err, strings.Join(w.story, "\n"))
	}
}

func (f *memoryFile) String() string {
	if f == nil {
		return "none"
	}
	return string(f.text)
}
