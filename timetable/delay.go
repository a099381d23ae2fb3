package timetable

// Delay returns the minutes from the scheduled to the expected arrival, negative for an early flight. Airports usually
// count a flight as late or early from 15 minutes on. ok is false if one of the times is missing.
func (f *Flight) Delay() (minutes int, ok bool) {
	arrival, arrivalDated, ok1 := parseTime(f.Arrival)
	due := dueOf(f)
	if _, _, ok2 := parseTime(f.Expected); !ok1 || !ok2 || arrivalDated != (due.class == dated) {
		return 0, false
	}
	late := due.seconds - arrival
	if !arrivalDated { // times without a date lie less than half a day apart
		late = (late+day+day/2)%day - day/2
	}
	return int(late / minute), true
}
