package main

import (
	"fmt"
	"slices"
	"time"
)

// dayLength is the time in which a day passes at 3,600 × its speed.
const dayLength = 24 * time.Second

// An hour is a state of the server during the day.
type hour struct {
	at         int     // hours since midnight
	heap       float64 // KiB after a garbage collection
	goroutines float64
	resident   float64 // MiB
}

// longDay plays the recorded day of a large airport at 3,600 × its speed, while viewers come and go: each second, an hour
// of the day, a tenth of them is cut, and those who were cut a second before come back, each second one of them with an
// ID that is too old. All of them have to get all changes, or a snapshot in their place.
func longDay(server string, p plan) ([]figure, error) {
	d, err := recordedDay()
	if err != nil {
		return nil, err
	}
	p.sequence, p.burst = d, 1
	p.rate = float64(len(d.changes)) / dayLength.Seconds()
	t, err := begin(server, p)
	if err != nil {
		return nil, err
	}
	defer t.end()
	if err := t.connect(); err != nil {
		return nil, err
	}
	var hours []hour
	came := 0
	comeAndGo := func(t *trial, end time.Time) func(time.Time) (time.Duration, bool, error) {
		publish := atRate(t, end)
		began, next, group, away := time.Now(), time.Now(), 0, []int(nil)
		return func(now time.Time) (time.Duration, bool, error) {
			wait, over, err := publish(now)
			if err != nil || !over && now.Before(next) {
				return min(wait, next.Sub(now)), over, err
			}
			for n, i := range away {
				t.pool.viewers[i].stale = n%2 == 0
				if err := t.pool.comeBack(i, now); err != nil {
					return 0, true, err
				}
				came++
			}
			if away = away[:0]; over {
				return wait, true, nil
			}
			h, err := t.hour(int(24 * now.Sub(began) / dayLength))
			if err != nil {
				return 0, true, err
			}
			hours = append(hours, h)
			for i := group; i < p.viewers; i += goneEach {
				t.pool.cutOne(i)
				away = append(away, i)
			}
			next, group = next.Add(dayLength/24), (group+1)%goneEach
			return 0, false, nil
		}
	}
	if err := t.play(comeAndGo, dayLength); err != nil {
		return nil, err
	}
	h, err := t.hour(24)
	if err != nil {
		return nil, err
	}
	hours = append(hours, h)
	since := func(at int) hour { // on a busy machine an hour may be missing
		return hours[slices.IndexFunc(hours, func(h hour) bool { return h.at >= at })]
	}
	history := 0
	for i := range t.ledger.entries {
		history += len("event: \nid: \ndata: \n\n") + len(t.ledger.entries[i].eventType) + len(t.ledger.start.String()) +
			len(t.ledger.entries[i].data)
	}
	all := figures(figure{"arrivals", float64(p.viewers + came), 0}, figure{"history KiB", float64(history) / 1024, 0})
	for _, at := range []int{1, 6, 12, 18, 24} {
		all = append(all, figure{fmt.Sprintf("heap KiB %d h", at), since(at).heap, 0})
	}
	for _, at := range []int{1, 12, 24} {
		all = append(all, figure{fmt.Sprintf("goroutines %d h", at), since(at).goroutines, 0})
	}
	return append(all, figure{"MiB 1 h", since(1).resident, 1}, figure{"MiB 24 h", since(24).resident, 1}), nil
}

// goneEach is the share of the viewers that is cut each second: a tenth.
const goneEach = 10

// hour returns the server's state now.
func (t *trial) hour(at int) (h hour, err error) {
	h.at = at
	answer, err := t.target.command("memory")
	if err != nil {
		return h, err
	}
	if _, err := fmt.Sscan(answer, &h.heap, &h.goroutines); err != nil {
		return h, fmt.Errorf("the server's memory is %q: %w", answer, err)
	}
	h.heap /= 1024
	resident, known := t.target.residentBytes()
	h.resident = measured(float64(resident)/(1<<20), known)
	return h, nil
}
