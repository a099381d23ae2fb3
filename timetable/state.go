package timetable

// States are the states that boards show with a sign and a colour. Any other short text is shown as it is.
var States = []string{"scheduled", "en route", "expected", "delayed", "approaching", "landing", "landed", "arrived",
	"on belt", "finished", "diverted", "cancelled", "returned"}
