// Package words has all texts that readers see: English here, other languages as catalogues of the same messages, which
// [SetLanguage] sets. The texts of the page and its style, which show before the program runs, are here as well: a test
// of www compares them, and finds messages that a catalogue lacks.
//
// The package decides nothing: its functions put values into sentences. A text is a [Message], or an argument of say or
// count, so that the test finds it.
package words

import (
	"strconv"
	"time"

	"flightboard/timetable"
)

// Page are the texts that index.html, boot.js and style.css contain. What a script shows of them is translated.
var Page = []Message{
	"Arrivals", "Updates", Connecting, "Check my network", "Retry now", "Sign in", "Sign out", StopUpdates,
	"Flights", "Search and sort", "Search", "City, flight, airline, state",
	"Times", "at the airport", "UTC", "where I am", "Columns", "CSV", KeysTitle, "Alerts", "Display", Star,
	"Arriving flights, in the order in which they are expected unless sorted otherwise",
	"Pages", "Previous", "Next", "Page", "of", "jump to page", "rows per page", "all rows",
	NoFlights, "Examples, not flights of an airport.",
	"Opened from disk, not live", asOf,
	Failed + "this page's WebAssembly does not run ({reason}). Reload the page to see what is new.",
}

// Unscripted are the texts of these files, and of sw.js, that readers see only before a script runs, or where none
// does. They are English: sw.js writes the time of a kept board into the page before it has a language.
var Unscripted = []string{
	"Flight arrivals, live", string(NotLive), "Not live, board as of",
	"This board updates itself where scripts may run. Here, reload the page to see what is new.",
	"A saved copy of this page is not live.",
	"On the web, the page's files are missing: try a slash at the end of its address.",
}

// Rows names a size of a page.
func Rows(n int) string { return count(n, "{n} row", "{n} rows") }

// --- the table ---

// The columns' names, as in the page's header cells.
var names = [...]Message{
	timetable.FieldOrigin: "Origin", timetable.FieldNumber: "Flight", timetable.FieldArrival: "Arrival",
	timetable.FieldState: "State", timetable.FieldExpected: "Expected", timetable.FieldAirline: "Airline",
	timetable.FieldFrom: "From", timetable.FieldTerminal: "Terminal", timetable.FieldGate: "Gate",
	timetable.FieldBelt: "Belt", timetable.FieldRemark: "Remark",
}

// Column returns a column's name, or the name of a field that has no column.
func Column(c timetable.Field) string {
	if int(c) < len(names) && names[c] != "" {
		return names[c].String()
	}
	return c.String()
}

// State returns the word that a board shows for a state of the vocabulary.
func State(state string) string { return Message(state).String() }

// English reports whether no other language is set, so that State returns what it gets.
func English() bool { return language.rules == nil }

// NoFlights stands in the place of rows of an empty board.
const NoFlights Message = "No flights on the board"

// None stands in the place of rows when there are none: the board has not come yet, or the query finds nothing in it,
// or it is empty.
func None(known, asks bool) string {
	switch {
	case !known:
		return say("The board has not come yet")
	case asks:
		return say("No rows found")
	}
	return NoFlights.String()
}

// Filtered labels the button that removes a column's filter. Its name for screen readers is longer.
func Filtered(c timetable.Field, text string) string {
	return say("{column}: {text}", Column(c), text) + " ✕"
}
func RemoveFilter(c timetable.Field, text string) string {
	return say("{column}: {text}, remove this filter", Column(c), text)
}

// Waiting labels the button that applies n waiting changes.
func Waiting(n int) string { return count(n, "{n} change waiting", "{n} changes waiting") }

// Found returns the number of flights that the query finds; written is n in the page's language.
func Found(n int, written string) string { return counted(n, written, "{n} flight", "{n} flights") }

// Filter labels a column's filter, Width its edge.
func Filter(c timetable.Field) string { return say("Filter {column}", Column(c)) }
func Width(c timetable.Field) string  { return say("Width of {column}", Column(c)) }

// Keys lists the shortcuts and their effects; "1–9" is one entry.
var Keys = []struct {
	Key    string
	Effect Message
}{
	{"/", "search"},
	{"n", "next page"},
	{"b", "page before"},
	{"1–9", "sort by the column of that number, with Shift as well as by others"},
	{"f", "to the stars; in a row: follow its flight, or no longer"},
	{"↑ ↓", "from star to star"},
	{"s", "stop or resume updates"},
	{"?", "this list"},
	{"Esc", "close this list"},
}

// The other texts of the list of shortcuts.
const (
	KeysTitle           Message = "Keys"
	KeysSwitch          Message = "Single keys do this"
	AnnouncementsSwitch Message = "Screen readers announce changes"
	Close               Message = "Close"
)

// File is the name of the CSV file.
const File = "arrivals.csv"

// Printed returns the time at which a board was printed.
func Printed(when string) string { return say("Printed {time}", when) }

// Tooltip returns the feed's own word for a state, the feed, and the names of the overridden fields.
func Tooltip(word, feed string, overridden []string) string {
	tooltip := ""
	if word != "" {
		tooltip = Join(tooltip, say("in the feed “{word}”", word))
	}
	if feed != "" {
		tooltip = Join(tooltip, say("from {feed}", feed))
	}
	if len(overridden) > 0 {
		tooltip = Join(tooltip, say("by hand: {fields}", list(overridden)))
	}
	return tooltip
}

// Join adds a text to a list, which may be empty.
func Join(list, text string) string {
	if list == "" {
		return text
	}
	return list + say(", ") + text
}

// --- announcements for screen readers ---

// Again is the part of a summary for a connection that is live again; Next joins its parts.
const (
	Again Message = "Live again"
	Next  Message = "; "
)

// A Group is the numbers of the flights that have come into a state.
type Group struct {
	State   string // as State returns it
	Flights []string
}

// Sum returns a summary of groups, the largest of which is the first: 3 flights landed: LH400, BA117, AF006; 2
// delayed. It names three flights at most, because a listener cannot remember more.
func Sum(groups []Group) string {
	sum := ""
	named, others := 0, 0
	for i, g := range groups {
		n := len(g.Flights)
		if i >= 4 {
			others += n
			continue
		}
		if i == 0 {
			sum = count(n, "{n} flight {state}", "{n} flights {state}", g.State)
		} else {
			sum += Next.String() + say("{n} {state}", strconv.Itoa(n), g.State)
		}
		if named += n; named <= 3 {
			sum += say(": {flights}", list(g.Flights))
		}
	}
	if others > 0 {
		sum += Next.String() + say("{n} otherwise", strconv.Itoa(others))
	}
	return sum
}

// --- buttons and the status line ---

const (
	StopUpdates   Message = "Stop updates"
	ResumeUpdates Message = "Resume updates"

	NotLive      Message = "Not live"
	Connecting   Message = "Connecting"
	NothingYet   Message = "Connected, waiting for an update"
	Foreign      Message = "Connected, but this server sends nothing about these flights"
	Live         Message = "Live"
	Playing      Message = "Playing"
	Reconnecting Message = "Reconnecting"
	SignedOut    Message = "Your sign-in has ended, sign in again"
	SignInFirst  Message = "Not signed in"
	Offline      Message = "Offline"
	Failed       Message = "No live updates: "
	ByPolling    Message = ", by polling: something between this page and the server holds the stream back"

	Unreachable Message = "the server cannot be reached"
	NoHeartbeat Message = "the server sends no heartbeat any more"
	Misread     Message = "an update could not be read"
	Redirected  Message = "the server redirects to another page, perhaps to sign in"
	Refused     Message = "the connection was refused"
	Empty       Message = "the server ends the stream without having sent anything"
	Short       Message = "the server ends the stream soon after it has begun"
	Hidden      Message = "the server answers, but not to this page; perhaps it wants you to sign in"
	Blocked     Message = "this page's security policy blocks the stream"
	Mixed       Message = "browsers do not let a page with https read a stream with http"
)

// Recording describes a recording: the recorded day, as the page's language writes it, and how many times as fast as
// real time it is played, with its fraction.
func Recording(day, speed string) string {
	if speed == "1" {
		return say("Recording of {day}", day)
	}
	return say("Recording of {day}, {speed} times as fast", day, speed)
}

// RecordingNamed describes a recording whose day is not known, by its name.
func RecordingNamed(name, speed string) string {
	if name == "tutorial" {
		name = Script.String()
	}
	if speed == "1" {
		return say("Recording: {name}", name)
	}
	return say("Recording: {name}, {speed} times as fast", name, speed)
}

// Script is the name of the recording that the tutorial's server plays.
const Script Message = "the tutorial's script"

// Title is the page's title, of the board of a place.
func Title(place string) string { return say("{place} arrivals", place) }

// Quiet is the status of an open connection without updates for a minute; lead is Live or Playing.
func Quiet(lead, clock string, heartbeats bool) string {
	if heartbeats {
		return say("{status} but quiet since {clock}", lead, clock)
	}
	return say("No updates since {clock}; this server sends no heartbeat", clock)
}

// Stopped and Ended are the statuses without a connection and without further attempts.
func Stopped(clock string) string { return say("Stopped by you at {clock}", clock) }
func Ended(clock string) string   { return say("Ended at {clock}, no more updates will come", clock) }

// Silent names a feed from which the server receives nothing.
func Silent(feed, clock string) string { return say("Feed {feed} silent since {clock}", feed, clock) }

// Rejected counts a feed's rows that are missing on the board.
func Rejected(feed string, rows int) string {
	return count(rows, "{n} row of feed {feed} cannot be read", "{n} rows of feed {feed} cannot be read", feed)
}

// AsOf returns the time of the last contact, as of which the board is right.
func AsOf(clock string, connected bool) string {
	if connected {
		return asOf.With(clock).String()
	}
	return say(", board as loaded with the page")
}

const asOf Message = ", board as of {clock}"

// What stands in the place of AsOf, and over the table, while a page has nothing but the flights that it has invented.
const (
	NoBoard  Message = ", no board yet"
	Examples Message = "These flights are examples: no server has sent a board."
)

// Outdated is the banner over a board that may be out of date.
func Outdated(clock string, connected bool) string {
	if connected {
		return say("No contact with the server since {clock}. These flights may be out of date.", clock)
	}
	return say("No contact with the server. These flights may be out of date.")
}

// Answers names the status of a response, Type the content type of a response that is not an event stream.
func Answers(status int) Message {
	return Message("the server answers {status}").With(strconv.Itoa(status))
}
func Busy(status int) Message {
	return Message("the server answers {status}, it takes no more viewers now").With(strconv.Itoa(status))
}
func Type(mime string) Message {
	return Message("the server answers with {type} instead of events").With(mime)
}

// In returns the time until the next attempt, in full seconds, rounded up: it is never 0 before the attempt.
func In(d time.Duration) string {
	return say(" in {n} s", strconv.Itoa(int((d+time.Second-1)/time.Second)))
}

// Aged returns an age in brackets.
func Aged(d time.Duration) string {
	number := func(unit time.Duration) string { return strconv.Itoa(int(d / unit)) }
	switch {
	case d < time.Minute:
		return say(" ({n} s)", number(time.Second))
	case d < time.Hour:
		return say(" ({n} min)", number(time.Minute))
	}
	return say(" ({n} h)", number(time.Hour))
}

// TimeOfDay returns a time as 15:04:05. [time.Time.Format] would add 15 kB to every first visit.
func TimeOfDay(t time.Time, zone time.Duration) string {
	const day = 24 * 60 * 60
	seconds := (t.Add(zone).Unix()%day + day) % day
	digits := func(n int64) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	return digits(seconds/3600) + ":" + digits(seconds/60%60) + ":" + digits(seconds%60)
}
