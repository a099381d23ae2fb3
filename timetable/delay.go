package timetable

// Delay returns the minutes from the scheduled to the expected arrival, negative for an early flight. Airports usually
// count a flight as late or early from 15 minutes on. ok is false if one of the times is missing,
// or only one has a date.
func (f *Flight) Delay() (minutes int, ok bool) {
	arrival, ok1 := f.Time(FieldArrival)
	expected, ok2 := f.Time(FieldExpected)
	if !ok1 || !ok2 || arrival.Dated != expected.Dated {
		return 0, false
	}
	return int((expected.Seconds - arrival.Seconds) / minute), true
}
