package timetable

// Delay is how many minutes after its schedule the flight comes, or before it when it is negative. A quarter of an hour
// is the usual measure of late and early. ok is false when one of the times is missing.
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
