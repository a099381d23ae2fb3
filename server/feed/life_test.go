package feed

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clock reads a time as +1 15:04: a number of days after the recorded one, and the time of day.
func clock(t *testing.T, text string) time.Time {
	t.Helper()
	if text == "" {
		return time.Time{}
	}
	days := 0
	if text[0] == '+' || text[0] == '-' {
		days = int(text[1] - '0')
		if text[0] == '-' {
			days = -days
		}
		text = text[3:]
	}
	c, err := time.Parse("15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2023, 12, 20, c.Hour(), c.Minute(), 0, 0, time.UTC).AddDate(0, 0, days)
}

// shown writes milestones as lines: when, which state, and the expected time.
func shown(said []milestone) []string {
	midnight := time.Date(2023, 12, 20, 0, 0, 0, 0, time.UTC)
	text := func(t time.Time) string {
		switch t.YearDay() - midnight.YearDay() {
		case 0:
			return t.Format("15:04:05")
		case 1:
			return "+1 " + t.Format("15:04:05")
		}
		return t.Format(time.DateTime)
	}
	var lines []string
	for _, m := range said {
		line := text(m.at) + " " + m.state
		if m.state == "" {
			line = text(m.at) + " leaves"
		}
		if !m.expected.IsZero() {
			line += " " + text(m.expected)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestLife(t *testing.T) {
	for _, test := range []struct {
		name, reason                           string
		departs, left, due, touchdown, inBlock string
		fate                                   string
		want                                   []string
	}{{
		name: "on time",
		reason: "the estimate is the schedule moved by the delay at departure; half of its error goes at half of the way, " +
			"seven eighths at four fifths",
		fate: "landed", departs: "08:00", left: "08:00", due: "10:40", touchdown: "10:40", inBlock: "10:45",
		want: []string{
			"07:30:00 scheduled",
			"08:00:00 expected 10:40:00",
			"10:30:00 landing 10:40:00",
			"10:40:00 landed 10:40:00",
			"11:00:00 leaves",
		},
	}, {
		name:   "early",
		reason: "the estimate gets better on the way, and everything comes after it has entered the board",
		fate:   "landed", departs: "08:00", left: "07:50", due: "11:00", touchdown: "10:10", inBlock: "10:20",
		want: []string{
			"07:20:00 scheduled",
			"07:50:00 expected 10:50:00",
			"09:00:00 expected 10:30:00",
			"09:42:00 expected 10:15:00",
			"10:00:00 landing 10:10:00",
			"10:10:00 landed 10:10:00",
			"10:35:00 leaves",
		},
	}, {
		name:   "late",
		reason: "when it should have left 15 minutes ago its delay is announced; in block counts for leaving, not touchdown",
		fate:   "landed", departs: "08:00", left: "09:00", due: "10:00", touchdown: "11:00", inBlock: "11:40",
		want: []string{
			"07:30:00 scheduled",
			"08:15:00 delayed 11:00:00",
			"10:50:00 landing 11:00:00",
			"11:00:00 landed 11:00:00",
			"11:55:00 leaves",
		},
	}, {
		name:   "makes up its delay",
		reason: "delayed is a word about the estimate: below 15 minutes it goes again",
		fate:   "landed", departs: "08:00", left: "08:20", due: "12:00", touchdown: "12:00", inBlock: "12:05",
		want: []string{
			"07:30:00 scheduled",
			"08:15:00 delayed 12:20:00",
			"10:10:00 expected 12:10:00",
			"11:16:00 expected 12:03:00", // 12:02:30
			"11:50:00 landing 12:00:00",
			"12:00:00 landed 12:00:00",
			"12:20:00 leaves",
		},
	}, {
		name:   "gets late on the way",
		reason: "delayed from the estimate that is 15 minutes late, not from 14",
		fate:   "landed", departs: "08:00", left: "08:00", due: "10:00", touchdown: "10:28", inBlock: "10:30",
		want: []string{
			"07:30:00 scheduled",
			"08:00:00 expected 10:00:00",
			"09:14:00 expected 10:14:00",
			"09:58:24 delayed 10:25:00", // 10:24:30
			"10:18:00 landing 10:28:00",
			"10:28:00 landed 10:28:00",
			"10:45:00 leaves",
		},
	}, {
		name:   "leaves 14 minutes late",
		reason: "that is not delayed, so nothing is announced before it leaves",
		fate:   "landed", departs: "08:00", left: "08:14", due: "09:00", touchdown: "09:14", inBlock: "09:14",
		want: []string{
			"07:00:00 scheduled",
			"08:14:00 expected 09:14:00",
			"09:04:00 landing 09:14:00",
			"09:14:00 landed 09:14:00",
			"09:29:00 leaves",
		},
	}, {
		name:   "leaves 15 minutes late",
		reason: "that is delayed",
		fate:   "landed", departs: "08:00", left: "08:15", due: "09:00", touchdown: "09:15", inBlock: "09:15",
		want: []string{
			"07:00:00 scheduled",
			"08:15:00 delayed 09:15:00",
			"09:05:00 landing 09:15:00",
			"09:15:00 landed 09:15:00",
			"09:30:00 leaves",
		},
	}, {
		name:   "a hop of eight minutes",
		reason: "it cannot be landing before it has left, and there is no time for a better estimate",
		fate:   "landed", departs: "08:00", left: "08:00", due: "08:20", touchdown: "08:08", inBlock: "08:10",
		want: []string{
			"06:20:00 scheduled",
			"08:00:00 expected 08:20:00",
			"08:00:00 landing 08:08:00",
			"08:08:00 landed 08:08:00",
			"08:25:00 leaves",
		},
	}, {
		name:   "leaves long before its time",
		reason: "it is on the board before everything else all the same",
		fate:   "landed", departs: "10:00", left: "07:30", due: "11:00", touchdown: "08:30", inBlock: "08:30",
		want: []string{
			"07:00:00 scheduled",
			"07:30:00 expected 08:30:00",
			"08:20:00 landing 08:30:00",
			"08:30:00 landed 08:30:00",
			"08:45:00 leaves",
		},
	}, {
		name:   "over midnight, a day late",
		reason: "times carry their date",
		fate:   "landed", departs: "22:00", left: "+1 21:30", due: "23:30", touchdown: "+1 23:00", inBlock: "+1 23:05",
		want: []string{
			"21:30:00 scheduled",
			"22:15:00 delayed +1 23:00:00",
			"+1 22:50:00 landing +1 23:00:00",
			"+1 23:00:00 landed +1 23:00:00",
			"+1 23:20:00 leaves",
		},
	}, {
		name:   "cancelled",
		reason: "said when it should have left; kept two hours longer than due, for people come and look for it",
		fate:   "cancelled", departs: "08:00", due: "10:00",
		want: []string{
			"07:30:00 scheduled",
			"08:00:00 cancelled",
			"12:00:00 leaves",
		},
	}, {
		name:   "cancelled after it had left",
		reason: "it came back to its stand: nobody expects it any more",
		fate:   "cancelled", departs: "08:00", left: "08:40", due: "09:00",
		want: []string{
			"07:00:00 scheduled",
			"08:40:00 cancelled",
			"11:00:00 leaves",
		},
	}, {
		name:   "diverted",
		reason: "said when it should be there; then nobody says when it comes, and it is kept two hours longer",
		fate:   "diverted", departs: "08:00", left: "08:10", due: "10:00",
		want: []string{
			"07:30:00 scheduled",
			"08:10:00 expected 10:10:00",
			"10:10:00 diverted",
			"12:10:00 leaves",
		},
	}, {
		name:   "diverted, and early",
		reason: "it stays until two hours after it was due, not after it was expected",
		fate:   "diverted", departs: "08:00", left: "07:50", due: "10:00",
		want: []string{
			"07:20:00 scheduled",
			"07:50:00 expected 09:50:00",
			"09:50:00 diverted",
			"12:00:00 leaves",
		},
	}} {
		t.Run(test.name, func(t *testing.T) {
			l := leg{fate: test.fate, departs: clock(t, test.departs), left: clock(t, test.left), due: clock(t, test.due),
				touchdown: clock(t, test.touchdown), inBlock: clock(t, test.inBlock)}
			if diff := cmp.Diff(test.want, shown(life(&l))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.reason, diff)
			}
		})
	}
}

// For any times, the milestones are in order of time, the first adds the leg, the last removes it, and no two adjacent
// ones are the same.
func TestEveryLifeGoesForward(t *testing.T) {
	base := time.Date(2023, 12, 20, 12, 0, 0, 0, time.UTC)
	for _, fate := range []string{"landed", "diverted", "cancelled"} {
		for block := 1; block < 800; block += 37 {
			for late := -180; late < 3000; late += 127 {
				for flown := 1; flown < 1440; flown += 101 {
					l := leg{fate: fate, departs: base, due: base.Add(time.Duration(block) * time.Minute)}
					l.left = base.Add(time.Duration(late) * time.Minute)
					l.touchdown = l.left.Add(time.Duration(flown) * time.Minute)
					l.inBlock = l.touchdown
					checkForward(t, life(&l))
					if t.Failed() {
						t.Fatalf("the leg is %+v", l)
					}
				}
			}
		}
	}
}

func checkForward(t *testing.T, said []milestone) {
	t.Helper()
	for i, m := range said {
		last := i == len(said)-1
		switch {
		case (m.state == "") != last:
			t.Errorf("it leaves at milestone %d of %d: %v", i+1, len(said), shown(said))
		case i == 0:
			if m.state != "scheduled" {
				t.Errorf("it begins %s", m.state)
			}
		case m.at.Before(said[i-1].at):
			t.Errorf("milestone %d comes before the one that precedes it: %v", i+1, shown(said))
		case m.state == said[i-1].state && m.expected.Equal(said[i-1].expected):
			t.Errorf("milestone %d says nothing new: %v", i+1, shown(said))
		case m.state != "landed" && !m.expected.IsZero() && m.expected.Before(m.at):
			t.Errorf("milestone %d expects it in the past: %v", i+1, shown(said))
		}
	}
}
