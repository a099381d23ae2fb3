package logtest

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"flightboard/server/eventlog"
	"flightboard/timetable"
)

// PublishAny publishes a random report about one of n flights, or ends the expired overrides of one. Rejected reports
// are ignored.
func PublishAny(t *testing.T, log *eventlog.Log, random *rand.Rand, n int) {
	t.Helper()
	if random.IntN(10) == 0 {
		log.Update(t.Context(), func(b *timetable.Batch) error { return b.Expire(Flight(random.IntN(n)).Number) })
		return
	}
	r := anyReport(random, n)
	log.Publish(t.Context(), r)
}

// anyReport returns a report of one of several sources or of none, with or without a stamp and the times of milestones:
// an addition, an update, a removal, which may name fields, too, a snapshot, or an override.
func anyReport(random *rand.Rand, n int) (r timetable.Report) {
	now, one := time.Now().UnixMicro(), random.IntN(n)
	r.Source = []string{"", "tower", "gates"}[random.IntN(3)]
	if random.IntN(2) == 0 {
		r.Stamp = now - int64(random.IntN(20_000))
	}
	r.Change = State(one, []string{"expected", "landing", "landed", "3", "4"}[random.IntN(5)])
	switch random.IntN(16) {
	case 0, 1:
		r.Kind = timetable.KindRemove
	case 2, 3, 4:
		r.Change = Addition(one)
	case 5:
		f := Flight(one)
		f.ID, f.Codeshares = "leg "+strconv.Itoa(one%7), "AA1\nBA2"
		r.Change = timetable.Change{Kind: timetable.KindPut, Flight: f,
			Named: timetable.FieldArrival.Bit() | timetable.FieldCodeshares.Bit()}
	case 6:
		if random.IntN(10) == 0 {
			r.Change = timetable.Change{Kind: timetable.KindReplace, Board: []timetable.Flight{Flight(one), Flight(one + 1)}}
		}
	case 7:
		r.Times[random.IntN(len(r.Times))] = "10:0" + strconv.Itoa(random.IntN(10))
	case 8, 9:
		r.Until = now + int64(random.IntN(20_000)) - 2000
		r.Hidden = random.IntN(3) == 0
	default:
		r.Flight.Gate = strconv.Itoa(random.IntN(5))
		r.Named |= timetable.FieldGate.Bit()
	}
	return r
}
