// Package words has all that readers are told, so that another language is another file. What the page and its style
// say by themselves, before the program runs, stands here as well: a test of www holds them to it.
//
// The package words and decides nothing.
package words

import (
	"strconv"
	"strings"
	"time"

	"flightboard/timetable"
)

// The page's own words, which index.html, boot.js and style.css repeat.
var Page = []string{
	"Arrivals", "Flight arrivals, live", "Updates", "Connecting", "Retry now", StopUpdates,
	"This board updates itself where scripts may run. Here, reload the page to see what is new.",
	"Flights", "Search", "City, flight, airline, state", "Times", "at the airport", "UTC", "where I am", "Columns", "CSV", KeysTitle,
	"Arriving flights, in the order in which they are expected unless sorted otherwise",
	"Pages", "Previous", "Next", "Page", "of", "jump to page", "rows per page",
	"5 rows", "10 rows", "20 rows", "25 rows", "50 rows", "100 rows", "all rows",
	"No flights on the board",
	Failed + "this page's WebAssembly does not run (", "). Reload the page to see what is new.",
}

// --- the table ---

// Names of columns, as the page heads them.
var names = [...]string{
	timetable.Origin: "Origin", timetable.Number: "Flight", timetable.Arrival: "Arrival", timetable.State: "State",
	timetable.Expected: "Expected", timetable.Airline: "Airline", timetable.From: "From", timetable.Terminal: "Terminal",
	timetable.Gate: "Gate", timetable.Belt: "Belt", timetable.Remark: "Remark",
}

// Column is a column's name, or what a field is called that has no column.
func Column(c timetable.Field) string {
	if int(c) < len(names) && names[c] != "" {
		return names[c]
	}
	return c.String()
}

// NoRows is said in the place of rows where the reader's wishes leave none.
const NoRows = "No rows found"

// Waiting says how many changes wait.
func Waiting(n int) string {
	if n == 1 {
		return "1 change waiting"
	}
	return strconv.Itoa(n) + " changes waiting"
}

// Found says how many flights are shown: n, as it is written.
func Found(n int, written string) string {
	if n == 1 {
		return "1 flight"
	}
	return written + " flights"
}

// Filter labels a column's filter, Width its edge.
func Filter(c timetable.Field) string { return "Filter " + Column(c) }
func Width(c timetable.Field) string  { return "Width of " + Column(c) }

// Keys are the keys that do something, and what they do; "1–9" is one entry.
var Keys = [][2]string{
	{"/", "search"},
	{"n", "next page"},
	{"b", "page before"},
	{"1–9", "sort by the column of that number, with Shift as well as by others"},
	{"s", "stop or resume updates"},
	{"?", "this list"},
	{"Esc", "close this list"},
}

// What the list of keys says besides.
const (
	KeysTitle           = "Keys"
	KeysSwitch          = "Single keys do this"
	AnnouncementsSwitch = "Screen readers announce changes"
	Close               = "Close"
)

// File is what the CSV file is called.
const File = "arrivals.csv"

// Printed is what a printed board says.
func Printed(when string) string { return "Printed " + when }

// Note is what there is to know of a flight beside its cells: the feed's own word for its state, the feed, and what was set
// by hand, joined by And.
func Tooltip(word, feed, hand string) string {
	note := ""
	if word != "" {
		note = Join(note, "in the feed “"+word+"”")
	}
	if feed != "" {
		note = Join(note, "from "+feed)
	}
	if hand != "" {
		note = Join(note, "by hand: "+hand)
	}
	return note
}

// And adds a text to a list of them.
func Join(list, text string) string {
	if list == "" {
		return text
	}
	return list + ", " + text
}

// --- what is said to those who hear the page ---

// What a sum says besides the flights, and how its parts are joined.
const (
	Again = "Live again"
	Next  = "; "
)

// A Group are the flights that have come into a state, by their numbers.
type Group struct {
	State   string
	Flights []string
}

// Sum sums them up, those of the most flights first: 3 flights landed: LH400, BA117, AF006; 2 delayed. Three are named, for
// who hears more numbers remembers none.
func Sum(groups []Group) string {
	var sum strings.Builder
	named, others := 0, 0
	for i, g := range groups {
		n := len(g.Flights)
		if i >= 4 {
			others += n
			continue
		}
		if i > 0 {
			sum.WriteString(Next)
		}
		sum.WriteString(strconv.Itoa(n))
		switch {
		case i == 0 && n == 1:
			sum.WriteString(" flight")
		case i == 0:
			sum.WriteString(" flights")
		}
		sum.WriteString(" " + g.State)
		if named += n; named <= 3 {
			sum.WriteString(": " + strings.Join(g.Flights, ", "))
		}
	}
	if others > 0 {
		sum.WriteString(Next + strconv.Itoa(others) + " otherwise")
	}
	return sum.String()
}

// --- buttons and the status line ---

const (
	StopUpdates   = "Stop updates"
	ResumeUpdates = "Resume updates"

	Connecting   = "Connecting"
	NothingYet   = "Connected, waiting for an update"
	Foreign      = "Connected, but this server sends nothing about these flights"
	Live         = "Live"
	Reconnecting = "Reconnecting"
	Offline      = "Offline"
	Failed       = "No live updates: "

	Unreachable  = "the server cannot be reached"
	NoHeartbeat = "the server sends no heartbeat any more"
	Misread      = "an update could not be read"
	Redirected    = "the server redirects to another page, perhaps to sign in"
	Refused      = "the connection was refused"
)

// Quiet is said of a good connection without news.
func Quiet(clock string, heartbeats bool) string {
	if heartbeats {
		return "Live but quiet since " + clock
	}
	return "No updates since " + clock + "; this server sends no heartbeat"
}

// Stopped and Ended say why there is no connection, and no other will come.
func Stopped(clock string) string { return "Stopped by you at " + clock }
func Ended(clock string) string   { return "Ended at " + clock + ", no more updates will come" }

// Silent says that the server hears nothing from a feed.
func Silent(feed, clock string) string { return "Feed " + feed + " silent since " + clock }

// AsOf says what the board is worth.
func AsOf(clock string, connected bool) string {
	if connected {
		return ", board as of " + clock
	}
	return ", board as loaded with the page"
}

// Outdated lies over a board that may be wrong.
func Outdated(clock string, connected bool) string {
	if connected {
		return "No contact with the server since " + clock + ". These flights may be out of date."
	}
	return "No contact with the server. These flights may be out of date."
}

// Answers tells of an answer's status, Type of one that is no event stream.
func Answers(status int) string { return "the server answers " + strconv.Itoa(status) }
func Type(mime string) string   { return "the server answers with " + mime + " instead of events" }

// In says how long it takes until the next attempt. It does not say 0 while it waits.
func In(d time.Duration) string {
	return " in " + strconv.Itoa(int((d+time.Second-1)/time.Second)) + " s"
}

// Aged is how old something is, in brackets.
func Aged(d time.Duration) string {
	number := func(n time.Duration, unit string) string { return " (" + strconv.Itoa(int(n)) + " " + unit + ")" }
	switch {
	case d < time.Minute:
		return number(d/time.Second, "s")
	case d < time.Hour:
		return number(d/time.Minute, "min")
	}
	return number(d/time.Hour, "h")
}

// TimeOfDay writes 15:04:05. [time.Time.Format] would do, for 15 kB of every first visit.
func TimeOfDay(t time.Time, zone time.Duration) string {
	const day = 24 * 60 * 60
	seconds := (t.Add(zone).Unix()%day + day) % day
	digits := func(n int64) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	return digits(seconds/3600) + ":" + digits(seconds/60%60) + ":" + digits(seconds%60)
}
