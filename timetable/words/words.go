// Package words has all texts that readers see, so that another language is another file. The texts of the page and its
// style, which show before the program runs, are here as well: a test of www compares them.
//
// The package decides nothing: its functions put values into sentences.
package words

import (
	"strconv"
	"strings"
	"time"

	"flightboard/timetable"
)

// Page are the texts that index.html, boot.js and style.css contain.
var Page = []string{
	"Arrivals", "Flight arrivals, live", "Updates", "Connecting", "Retry now", StopUpdates,
	"This board updates itself where scripts may run. Here, reload the page to see what is new.",
	"Flights", "Search and sort", "Search", "City, flight, airline, state",
	"Times", "at the airport", "UTC", "where I am", "Columns", "CSV", KeysTitle,
	"Arriving flights, in the order in which they are expected unless sorted otherwise",
	"Pages", "Previous", "Next", "Page", "of", "jump to page", "rows per page",
	"5 rows", "10 rows", "20 rows", "25 rows", "50 rows", "100 rows", "all rows",
	NoFlights, "Examples, not flights of an airport.", NotLive, NotLive + AsOf("", true),
	"Opened from disk, not live", AsOf("", true), "A saved copy of this page is not live.",
	"On the web, the page's files are missing: try a slash at the end of its address.",
	Failed + "this page's WebAssembly does not run (", "). Reload the page to see what is new.",
}

// --- the table ---

// The columns' names, as in the page's header cells.
var names = [...]string{
	timetable.FieldOrigin: "Origin", timetable.FieldNumber: "Flight", timetable.FieldArrival: "Arrival",
	timetable.FieldState: "State", timetable.FieldExpected: "Expected", timetable.FieldAirline: "Airline",
	timetable.FieldFrom: "From", timetable.FieldTerminal: "Terminal", timetable.FieldGate: "Gate",
	timetable.FieldBelt: "Belt", timetable.FieldRemark: "Remark",
}

// Column returns a column's name, or the name of a field that has no column.
func Column(c timetable.Field) string {
	if int(c) < len(names) && names[c] != "" {
		return names[c]
	}
	return c.String()
}

// NoFlights stands in the place of rows of an empty board.
const NoFlights = "No flights on the board"

// None stands in the place of rows when there are none: the board has not come yet, or the query finds nothing in it,
// or it is empty.
func None(known, asks bool) string {
	switch {
	case !known:
		return "The board has not come yet"
	case asks:
		return "No rows found"
	}
	return NoFlights
}

// Filtered labels the button that removes a column's filter. Its name for screen readers is longer.
func Filtered(c timetable.Field, text string) string { return Column(c) + ": " + text + " ✕" }
func RemoveFilter(c timetable.Field, text string) string {
	return Column(c) + ": " + text + ", remove this filter"
}

// Waiting labels the button that applies n waiting changes.
func Waiting(n int) string {
	if n == 1 {
		return "1 change waiting"
	}
	return strconv.Itoa(n) + " changes waiting"
}

// Found returns the number of flights that the query finds; written is n in the page's language.
func Found(n int, written string) string {
	if n == 1 {
		return "1 flight"
	}
	return written + " flights"
}

// Filter labels a column's filter, Width its edge.
func Filter(c timetable.Field) string { return "Filter " + Column(c) }
func Width(c timetable.Field) string  { return "Width of " + Column(c) }

// Keys lists the shortcuts and their effects; "1–9" is one entry.
var Keys = [][2]string{
	{"/", "search"},
	{"n", "next page"},
	{"b", "page before"},
	{"1–9", "sort by the column of that number, with Shift as well as by others"},
	{"s", "stop or resume updates"},
	{"?", "this list"},
	{"Esc", "close this list"},
}

// The other texts of the list of shortcuts.
const (
	KeysTitle           = "Keys"
	KeysSwitch          = "Single keys do this"
	AnnouncementsSwitch = "Screen readers announce changes"
	Close               = "Close"
)

// File is the name of the CSV file.
const File = "arrivals.csv"

// Printed returns the time at which a board was printed.
func Printed(when string) string { return "Printed " + when }

// Tooltip returns the feed's own word for a state, the feed, and the overridden fields, which Join has joined.
func Tooltip(word, feed, overridden string) string {
	tooltip := ""
	if word != "" {
		tooltip = Join(tooltip, "in the feed “"+word+"”")
	}
	if feed != "" {
		tooltip = Join(tooltip, "from "+feed)
	}
	if overridden != "" {
		tooltip = Join(tooltip, "by hand: "+overridden)
	}
	return tooltip
}

// Join adds a text to a list, which may be empty.
func Join(list, text string) string {
	if list == "" {
		return text
	}
	return list + ", " + text
}

// --- announcements for screen readers ---

// Again is the part of a summary for a connection that is live again; Next joins its parts.
const (
	Again = "Live again"
	Next  = "; "
)

// A Group is the numbers of the flights that have come into a state.
type Group struct {
	State   string
	Flights []string
}

// Sum returns a summary of groups, the largest of which is the first: 3 flights landed: LH400, BA117, AF006; 2
// delayed. It names three flights at most, because a listener cannot remember more.
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

	NotLive      = "Not live"
	Connecting   = "Connecting"
	NothingYet   = "Connected, waiting for an update"
	Foreign      = "Connected, but this server sends nothing about these flights"
	Live         = "Live"
	Playing      = "Playing"
	Reconnecting = "Reconnecting"
	Offline      = "Offline"
	Failed       = "No live updates: "
	ByPolling    = ", by polling: something between this page and the server holds the stream back"

	Unreachable = "the server cannot be reached"
	NoHeartbeat = "the server sends no heartbeat any more"
	Misread     = "an update could not be read"
	Redirected  = "the server redirects to another page, perhaps to sign in"
	Refused     = "the connection was refused"
	Empty       = "the server ends the stream without having sent anything"
	Hidden      = "the server answers, but not to this page; perhaps it wants you to sign in"
	Blocked     = "this page's security policy blocks the stream"
	Mixed       = "browsers do not let a page with https read a stream with http"
)

// Recording describes a recording: the recorded day, as the page's language writes it, and how many times as fast as
// real time it is played, with its fraction.
func Recording(day, speed string) string {
	if speed == "1" {
		return "Recording of " + day
	}
	return "Recording of " + day + ", " + speed + " times as fast"
}

// RecordingNamed describes a recording whose day is not known, by its name.
func RecordingNamed(name, speed string) string {
	if name == "tutorial" {
		name = "the tutorial's script"
	}
	if speed == "1" {
		return "Recording: " + name
	}
	return "Recording: " + name + ", " + speed + " times as fast"
}

// Title is the page's title, of the board of a place.
func Title(place string) string { return place + " arrivals" }

// Quiet is the status of an open connection without updates for a minute; lead is Live or Playing.
func Quiet(lead, clock string, heartbeats bool) string {
	if heartbeats {
		return lead + " but quiet since " + clock
	}
	return "No updates since " + clock + "; this server sends no heartbeat"
}

// Stopped and Ended are the statuses without a connection and without further attempts.
func Stopped(clock string) string { return "Stopped by you at " + clock }
func Ended(clock string) string   { return "Ended at " + clock + ", no more updates will come" }

// Silent names a feed from which the server receives nothing.
func Silent(feed, clock string) string { return "Feed " + feed + " silent since " + clock }

// Rejected counts a feed's rows that are missing on the board.
func Rejected(feed string, rows int) string {
	if rows == 1 {
		return "1 row of feed " + feed + " cannot be read"
	}
	return strconv.Itoa(rows) + " rows of feed " + feed + " cannot be read"
}

// AsOf returns the time of the last contact, as of which the board is right.
func AsOf(clock string, connected bool) string {
	if connected {
		return ", board as of " + clock
	}
	return ", board as loaded with the page"
}

// What stands in the place of AsOf, and over the table, while a page has nothing but the flights that it has invented.
const (
	NoBoard  = ", no board yet"
	Examples = "These flights are examples: no server has sent a board."
)

// Outdated is the banner over a board that may be out of date.
func Outdated(clock string, connected bool) string {
	if connected {
		return "No contact with the server since " + clock + ". These flights may be out of date."
	}
	return "No contact with the server. These flights may be out of date."
}

// Answers names the status of a response, Type the content type of a response that is not an event stream.
func Answers(status int) string { return "the server answers " + strconv.Itoa(status) }
func Busy(status int) string    { return Answers(status) + ", it takes no more viewers now" }
func Type(mime string) string   { return "the server answers with " + mime + " instead of events" }

// In returns the time until the next attempt, in full seconds, rounded up: it is never 0 before the attempt.
func In(d time.Duration) string {
	return " in " + strconv.Itoa(int((d+time.Second-1)/time.Second)) + " s"
}

// Aged returns an age in brackets.
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

// TimeOfDay returns a time as 15:04:05. [time.Time.Format] would add 15 kB to every first visit.
func TimeOfDay(t time.Time, zone time.Duration) string {
	const day = 24 * 60 * 60
	seconds := (t.Add(zone).Unix()%day + day) % day
	digits := func(n int64) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	return digits(seconds/3600) + ":" + digits(seconds/60%60) + ":" + digits(seconds%60)
}
