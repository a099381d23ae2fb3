package view

import "flightboard/timetable"

const (
	minute = 60
	day    = 24 * 60 * minute
)

// timeOf reads a time of the flight. An expected time without a date is the one nearest to the scheduled time, as on
// the board: 00:10 is after 23:50, on the next day.
func timeOf(f *timetable.Flight, c timetable.Field) (t timetable.Time, ok bool) {
	t, ok = timetable.ParseTime(f.Text(c))
	if c == timetable.FieldExpected && ok && !t.Dated {
		if due, ok := timetable.ParseTime(f.Arrival); ok {
			clock := (due.Seconds + due.East) % day / minute * minute
			late := (t.Seconds - clock + 2*day) % day // from 0 up to a day
			if late >= day/2 {
				late -= day
			}
			due.Seconds += late
			return due, true
		}
	}
	return t, ok
}
