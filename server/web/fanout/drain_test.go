package fanout

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestADrainScheduleDropsViewersEvenly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const viewers, within = 1000, 5 * time.Second
		d, left := newDrainSchedule(viewers, within), viewers
		for began := time.Now(); time.Since(began) < within; time.Sleep(d.untilNext()) {
			left -= d.due(left)
			want := viewers - int(viewers*time.Since(began)/within)
			if left < want-1 || left > want+1 {
				t.Fatalf("after %v %d viewers are left, want %d", time.Since(began), left, want)
			}
		}
		if left -= d.due(left); left != 0 {
			t.Errorf("when the time is over %d viewers are left", left)
		}
		if n := d.due(3); n != 3 {
			t.Errorf("of 3 viewers who come later %d are dropped, want all", n)
		}
	})
}
