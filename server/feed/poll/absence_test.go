package poll

import (
	"testing"

	"flightboard/server/feed/source"
)

func TestAbsence(t *testing.T) {
	const three = "A1 2026-11-28T12:00 12:00 scheduled; A2 2026-11-28T14:00 14:00 scheduled; " +
		"A3 2026-11-28T15:00 15:00 scheduled"
	const all = "rows: A1 12:00, A2 14:00, A3 15:00"
	const two = "A1 2026-11-28T12:00 12:00 scheduled; A2 2026-11-28T14:00 14:00 scheduled"
	for _, c := range []struct {
		reason string
		about  source.About
		steps  []step
	}{
		{"a row that two answers lack leaves", source.About{}, []step{
			{"10:00", all, three},
			{"10:01", "rows: A1 12:00, A2 14:00", three},
			{"10:02", "rows: A1 12:00, A2 14:00", two},
			{"10:03", all, three}}},
		{"one that comes back stays", source.About{}, []step{
			{"10:00", all, three},
			{"10:01", "rows: A1 12:00, A2 14:00", three},
			{"10:02", all, three},
			{"10:03", "rows: A1 12:00, A2 14:00", three}}},
		{"less than half of the rows have to be so three times", source.About{}, []step{
			{"10:00", all, three},
			{"10:01", "rows: A1 12:00", three},
			{"10:02", "rows: A1 12:00", three},
			{"10:03", "rows: A1 12:00", "A1 2026-11-28T12:00 12:00 scheduled"}}},
		{"a part, in turn", source.About{}, []step{
			{"10:00", all, three},
			{"10:01", "rows: A1 12:00", three},
			{"10:02", "rows: A2 14:00", three},
			{"10:03", "rows: A3 15:00", three},
			{"10:04", all, three}}},
		{"no rows remove nobody", source.About{}, []step{
			{"10:00", all, three}, {"10:01", "rows: ", three}, {"10:02", "rows: ", three}, {"10:03", "rows: ", three},
			{"10:04", "part: ", three}, {"10:05", "part: ", three}, {"10:06", "part: ", three}}},
		{"nothing in between counts for neither", source.About{}, []step{
			{"10:00", all, three},
			{"10:01", "rows: A1 12:00, A2 14:00", three},
			{"10:02", "part: A1 12:00", three},
			{"10:03", "rows: A1 12:00, A2 14:00", two}}},
		{"a part removes nobody", source.About{}, []step{
			{"10:00", all, three},
			{"10:01", "part: A1 12:00, A2 14:00", three},
			{"10:02", "part: A1 12:00, A2 14:00", three},
			{"10:03", "part: A1 12:00, A2 14:00", three}}},
		{"a source that has changes only", source.About{Partial: true}, []step{
			{"10:00", all, three},
			{"10:01", "rows: A1 12:00", three},
			{"10:02", "rows: A1 12:00", three},
			{"10:03", "rows: A1 12:00", three}}},
		{"one that is late stays, though its schedule has passed", source.About{}, []step{
			{"10:00", "rows: A1 10:05 exp=16:00, A2 14:00",
				"A1 2026-11-28T10:05 10:05 expected 16:00; A2 2026-11-28T14:00 14:00 scheduled"},
			{"10:11", "rows: A2 14:00", "A1 2026-11-28T10:05 10:05 expected 16:00; A2 2026-11-28T14:00 14:00 scheduled"},
			{"10:12", "rows: A2 14:00", "A1 2026-11-28T10:05 10:05 expected 16:00; A2 2026-11-28T14:00 14:00 scheduled"},
			{"10:13", "rows: A2 14:00", "A1 2026-11-28T10:05 10:05 expected 16:00; A2 2026-11-28T14:00 14:00 scheduled"}}},
		{"one that is due soon stays until it is overdue", source.About{}, []step{
			{"10:00", "rows: A1 10:29, A2 20:00", "A1 2026-11-28T10:29 10:29 scheduled; A2 2026-11-28T20:00 20:00 scheduled"},
			{"10:01", "rows: A2 20:00", "A1 2026-11-28T10:29 10:29 scheduled; A2 2026-11-28T20:00 20:00 scheduled"},
			{"16:28", "rows: A2 20:00", "A1 2026-11-28T10:29 10:29 scheduled; A2 2026-11-28T20:00 20:00 scheduled"},
			{"16:30", "rows: A2 20:00", "A2 2026-11-28T20:00 20:00 scheduled"}}},
		{"one without times leaves", source.About{}, []step{
			{"10:00", "rows: A1 -, A2 14:00", "A1  scheduled; A2 2026-11-28T14:00 14:00 scheduled"},
			{"10:01", "rows: A2 14:00", "A1  scheduled; A2 2026-11-28T14:00 14:00 scheduled"},
			{"10:02", "rows: A2 14:00", "A2 2026-11-28T14:00 14:00 scheduled"}}},
		{"one that was cancelled stays for its time", source.About{}, []step{
			{"10:00", "rows: A1 12:00 cancelled, A2 14:00",
				"A1 2026-11-28T12:00 12:00 cancelled; A2 2026-11-28T14:00 14:00 scheduled"},
			{"10:01", "rows: A2 14:00", "A1 2026-11-28T12:00 12:00 cancelled; A2 2026-11-28T14:00 14:00 scheduled"},
			{"10:02", "rows: A2 14:00", "A1 2026-11-28T12:00 12:00 cancelled; A2 2026-11-28T14:00 14:00 scheduled"},
			{"12:01", "rows: A2 14:00", "A2 2026-11-28T14:00 14:00 scheduled"}}},
		{"a rejected row may be the one that is missing", source.About{}, []step{
			{"10:00", all, three},
			{"10:01", "rows: A1 12:00, A2 14:00, AA3/BB3 15:00", three},
			{"10:02", "rows: A1 12:00, A2 14:00, AA3/BB3 15:00", three},
			{"10:03", "rows: A1 12:00, A2 14:00", three},
			{"10:04", "rows: A1 12:00, A2 14:00", two}}},
		{"what has landed long ago does not come", source.About{}, []step{
			{"10:00", "rows: A1 08:00 landed=08:01 landed, A2 09:50 landed=09:51 landed, A3 03:00, A4 07:00 cancelled",
				"A2 2026-11-28T09:50 09:50 landed 09:51"}}},
		{"a restart", source.About{}, []step{
			{"10:00", "rows: A1 12:00, A2 12:30, A3 15:00, A4 10:10 landed=09:50, A5 16:00",
				"A1 2026-11-28T12:00 12:00 scheduled; A2 2026-11-28T12:30 12:30 scheduled; " +
					"A3 2026-11-28T15:00 15:00 scheduled; A4 2026-11-28T10:10 10:10 landed 09:50; " +
					"A5 2026-11-28T16:00 16:00 scheduled"},
			{"10:10", "rows: A1 13:00 gate=5, A2 12:30 landed=10:09, A3 15:00, A5 16:00",
				"A1 2026-11-28T12:00 13:00 scheduled 5; A2 2026-11-28T12:30 12:30 landed 10:09; " +
					"A3 2026-11-28T15:00 15:00 scheduled; A4 2026-11-28T10:10 10:10 landed 09:50; " +
					"A5 2026-11-28T16:00 16:00 scheduled"},
			{"10:20", "restart", "A1 2026-11-28T12:00 13:00 scheduled 5; A2 2026-11-28T12:30 12:30 landed 10:09; " +
				"A3 2026-11-28T15:00 15:00 scheduled; A5 2026-11-28T16:00 16:00 scheduled"},
			{"10:21", "rows: A5 16:00 id=3, A2 12:30 landed=10:09, A1 13:30 exp=13:31, A4 10:10 landed=09:50",
				"A1 2026-11-28T12:00 13:30 expected 13:31 5; A2 2026-11-28T12:30 12:30 landed 10:09; " +
					"A3 2026-11-28T15:00 15:00 scheduled; A5 2026-11-28T16:00 16:00 scheduled"},
			{"10:22", "rows: A5 16:00 id=3, A2 12:30 landed=10:09, A1 13:30 exp=13:31, A4 10:10 landed=09:50",
				"A1 2026-11-28T12:00 13:30 expected 13:31 5; A2 2026-11-28T12:30 12:30 landed 10:09; " +
					"A5 2026-11-28T16:00 16:00 scheduled"},
			{"10:36", "rows: A5 16:00 id=3, A2 12:30 landed=10:09, A1 13:30 exp=13:31",
				"A1 2026-11-28T12:00 13:30 expected 13:31 5; A5 2026-11-28T16:00 16:00 scheduled"}}},
		{"a restart after a cancellation that the board shows no longer", source.About{}, []step{
			{"10:00", "rows: A1 20:00 cancelled, A2 21:00",
				"A1 2026-11-28T20:00 20:00 cancelled; A2 2026-11-28T21:00 21:00 scheduled"},
			{"12:10", "restart", "A2 2026-11-28T21:00 21:00 scheduled"},
			{"12:11", "rows: A1 20:00 cancelled, A2 21:00", "A2 2026-11-28T21:00 21:00 scheduled"},
			{"12:12", "rows: A1 20:00 expected, A2 21:00",
				"A1 2026-11-28T20:00 20:00 expected; A2 2026-11-28T21:00 21:00 scheduled"}}},
		{"a restart after an early landing that has no time", source.About{}, []step{
			{"10:00", "rows: A1 11:00 landed, A2 21:00",
				"A1 2026-11-28T11:00 11:00 landed; A2 2026-11-28T21:00 21:00 scheduled"},
			{"10:20", "restart", "A2 2026-11-28T21:00 21:00 scheduled"},
			{"10:21", "rows: A2 21:00", "A2 2026-11-28T21:00 21:00 scheduled"},
			{"10:22", "rows: A1 11:00 landed, A2 21:00", "A2 2026-11-28T21:00 21:00 scheduled"},
			{"10:23", "rows: A1 11:00 arrived, A2 21:00", "A2 2026-11-28T21:00 21:00 scheduled"}}},
		{"a restart of a board that is empty", source.About{}, []step{
			{"10:00", "rows: A1 23:00 cancelled", "A1 2026-11-28T23:00 23:00 cancelled"},
			{"12:10", "restart", ""},
			{"12:11", "part: ", ""},
			{"12:12", "rows: A1 23:00 cancelled, A2 23:30 cancelled", ""},
			{"12:13", "rows: A1 23:00 cancelled, A2 23:30 cancelled", ""},
			{"12:14", "rows: A1 23:00 cancelled, A2 23:30 cancelled", ""},
			{"23:40", "rows: A1 23:00 cancelled, A3 23:59 cancelled", "A3 2026-11-28T23:59 23:59 cancelled"}}},
		{"a flight that somebody has posted before", source.About{}, []step{
			{"10:00", `post: {"flight":"A1","arrival":"2026-11-28T12:00:00+01:00","gate":"9"}`, "A1 12:00  9"},
			{"10:01", "rows: A1 12:00, A2 12:30", "A1 12:00 scheduled 9; A2 2026-11-28T12:30 12:30 scheduled"},
			{"10:02", "rows: A2 12:30", "A1 12:00 scheduled 9; A2 2026-11-28T12:30 12:30 scheduled"},
			{"10:03", "rows: A2 12:30", "A1 12:00 scheduled 9; A2 2026-11-28T12:30 12:30 scheduled"},
			{"10:04", "rows: A2 12:30", "A1 12:00 scheduled 9; A2 2026-11-28T12:30 12:30 scheduled"}}},
	} {
		t.Run(c.reason, func(t *testing.T) { play(t, c.about, c.steps) })
	}
}

// TestTimesOfDay has sources whose times have no dates.
func TestTimesOfDay(t *testing.T) {
	for _, c := range []struct {
		reason string
		steps  []step
	}{
		{"a leg keeps its date while it is repeated", []step{
			{"20:00", "rows: A1 ~23:00", "A1 2026-11-28T23:00 23:00 scheduled"},
			{"23:59", "rows: A1 ~23:00 exp=~00:30", "A1 2026-11-28T23:00 23:00 expected 00:30"},
			{"00:40+1", "rows: A1 ~23:00 exp=~00:50", "A1 2026-11-28T23:00 23:00 expected 00:50"},
			{"00:52+1", "rows: A1 ~23:00 landed=~00:51", "A1 2026-11-28T23:00 23:00 landed 00:51"},
			{"01:00+1", "rows: A1 ~23:00 landed=~00:51", "A1 2026-11-28T23:00 23:00 landed 00:51"},
			{"02:00+1", "rows: A1 ~23:00 landed=~00:51", ""},
			{"12:00+1", "rows: A1 ~23:00 landed=~00:51", ""},
			{"13:00+1", "rows: A1 ~23:00", "A1 2026-11-29T23:00 23:00 scheduled"}}},
		{"a list of the day that is replaced at midnight", []step{
			{"12:00", "rows: A1 ~14:00", "A1 2026-11-28T14:00 14:00 scheduled"},
			{"14:00", "rows: A1 ~14:00 landed=~13:59", "A1 2026-11-28T14:00 14:00 landed 13:59"},
			{"23:59", "rows: A1 ~14:00 landed=~13:59", ""},
			{"00:01+1", "rows: A1 ~14:00", "A1 2026-11-29T14:00 14:00 scheduled"},
			{"00:02+1", "rows: A1 ~14:00 gate=1", "A1 2026-11-29T14:00 14:00 scheduled 1"},
			{"14:01+1", "rows: A1 ~14:00 gate=1 landed=~14:00", "A1 2026-11-29T14:00 14:00 landed 14:00 1"}}},
		{"a source that never says landed", []step{
			{"12:00", "rows: A1 ~14:00", "A1 2026-11-28T14:00 14:00 scheduled"},
			{"19:59", "rows: A1 ~14:00", "A1 2026-11-28T14:00 14:00 scheduled"},
			{"20:01", "rows: A1 ~14:00", ""},
			{"01:59+1", "rows: A1 ~14:00", ""},
			{"02:01+1", "rows: A1 ~14:00", "A1 2026-11-29T14:00 14:00 scheduled"}}},
		{"one that the source lacked in between is not repeated", []step{
			{"19:00", "rows: A1 ~14:00 exp=~01:30, A2 ~22:00",
				"A1 2026-11-28T14:00 14:00 expected 01:30; A2 2026-11-28T22:00 22:00 scheduled"},
			{"19:01", "rows: A2 ~22:00",
				"A1 2026-11-28T14:00 14:00 expected 01:30; A2 2026-11-28T22:00 22:00 scheduled"},
			{"19:02", "rows: A2 ~22:00",
				"A1 2026-11-28T14:00 14:00 expected 01:30; A2 2026-11-28T22:00 22:00 scheduled"},
			{"02:10+1", "rows: A1 ~14:00, A2 ~22:00 landed=~22:00", "A1 2026-11-28T14:00 14:00 expected 01:30; " +
				"A1 2026-11-29T14:00 14:00 scheduled; A2 2026-11-28T22:00 22:00 landed 22:00"}}},
		{"one that is delayed by more than half a day", []step{
			{"12:00", "rows: A1 ~14:00", "A1 2026-11-28T14:00 14:00 scheduled"},
			{"19:00", "rows: A1 ~14:00 exp=~01:00", "A1 2026-11-28T14:00 14:00 expected 01:00"},
			{"01:00+1", "rows: A1 ~14:00 exp=~01:30", "A1 2026-11-28T14:00 14:00 expected 01:30"},
			{"02:30+1", "rows: A1 ~14:00 exp=~01:45", "A1 2026-11-28T14:00 14:00 expected 01:45"},
			{"02:31+1", "rows: A1 ~14:00 landed=~01:50", "A1 2026-11-28T14:00 14:00 landed 01:50"},
			{"03:00+1", "rows: A1 ~14:00 landed=~01:50", ""}}},
	} {
		t.Run(c.reason, func(t *testing.T) { play(t, source.About{}, c.steps) })
	}
}
