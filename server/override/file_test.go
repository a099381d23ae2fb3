package override

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"flightboard/server/eventlog"
)

func TestOverridesAreSyncedAsTheLogIs(t *testing.T) {
	for name, c := range map[string]struct {
		sync         eventlog.Sync
		atOnce, soon int
	}{
		"always":      {eventlog.SyncAlways, 3, 3},
		"an interval": {eventlog.Sync(time.Minute), 0, 1},
		"never":       {eventlog.SyncNever, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := openDesk(t, c.sync)
				defer func() { d.stop() }()
				if err := d.say(`{"flight":"A1","belt":"7","until":@9}`); err != nil {
					t.Fatal(err)
				}
				d.pass(2 * time.Minute)
				var syncs atomic.Int64
				d.fails(func(what string) (bool, error) {
					if what == "sync" {
						syncs.Add(1)
					}
					return true, nil
				})
				for n := range 3 {
					if err := d.say(fmt.Sprintf(`{"flight":"A1","belt":"%d"}`, n)); err != nil {
						t.Fatal(err)
					}
				}
				if n := int(syncs.Load()); n != c.atOnce {
					t.Errorf("three changes took %d syncs, want %d", n, c.atOnce)
				}
				d.pass(2 * time.Minute)
				if n := int(syncs.Load()); n != c.soon {
					t.Errorf("after the interval there were %d syncs, want %d", n, c.soon)
				}
			})
		})
	}
}

func TestASyncThatFailsAfterItsIntervalIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, eventlog.Sync(time.Minute))
		defer func() { d.stop() }()
		if err := d.say(`{"flight":"B2","gate":"1","until":@9}`, `{"flight":"A1","belt":"7","until":@9}`); err != nil {
			t.Fatal(err)
		}
		d.refuse("sync", "create")
		d.pass(90 * time.Second)
		if d.overrides.Health() == nil {
			t.Error("health says nothing")
		}
		d.fails(nil)
		d.pass(longestPause)
		if err := d.overrides.Health(); err != nil {
			t.Errorf("the disk is well again, and health says %v", err)
		}
		if text := string(d.disk.safe[fileName].synced); strings.Count(text, "\n") != 2 {
			t.Errorf("what has been synced is\n%s", text)
		}
	})
}

// TestTheFileOfOverridesStaysSmall also checks that no descriptor is left open.
func TestTheFileOfOverridesStaysSmall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, eventlog.SyncNever)
		defer func() { d.stop() }()
		open := 0
		d.fails(func(what string) (bool, error) {
			switch what {
			case "create", "open":
				open++
			case "close":
				open--
			}
			return true, nil
		})
		if err := d.say(`{"flight":"A1","belt":"7","until":@9}`); err != nil {
			t.Fatal(err)
		}
		most := 0
		for n := range 5000 {
			if err := d.say(fmt.Sprintf(`{"flight":"A1","belt":"%d"}`, n)); err != nil {
				t.Fatal(err)
			}
			most = max(most, len(d.disk.files[fileName].text))
		}
		if most > 2*grain || open != 1 {
			t.Errorf("the file has grown to %d bytes, %d descriptors are open", most, open)
		}
		d.overrides.Close()
		if open != 0 {
			t.Errorf("%d descriptors are left open", open)
		}
		if err := d.say(`{"flight":"A1","belt":"x"}`); err == nil {
			t.Error("a closed file takes lines")
		}
	})
}

func TestATornLastLineIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, eventlog.SyncAlways)
		defer func() { d.stop() }()
		if err := d.say(`{"flight":"A1","belt":"7","until":@9}`, `{"flight":"A1","belt":"4"}`); err != nil {
			t.Fatal(err)
		}
		whole := string(d.disk.files[fileName].text)
		last := strings.LastIndex(strings.TrimSuffix(whole, "\n"), "\n") + 1
		for cut := last; cut <= len(whole); cut++ {
			d.disk.files[fileName] = &memoryFile{text: []byte(whole[:cut])}
			d.restart()
			want := "3"
			if cut >= len(whole)-1 { // only the line's end is missing
				want = "4"
			}
			if f := overrides(d.log)["A1"]; f == nil || f.Base.Belt != want {
				t.Fatalf("cut at byte %d of %d: beneath is %v, want belt %s", cut, len(whole), f, want)
			}
			d.shows(belt7)
			if text := string(d.disk.files[fileName].text); strings.Count(text, "\n") != 1 || !strings.HasSuffix(text, "}\n") {
				t.Fatalf("cut at byte %d: the file has become %q", cut, text)
			}
		}
	})
}
