package view

import (
	"strconv"

	"flightboard/timetable"
)

// All that the table says to readers stands here, but for what the page says before the program runs.

// NoRows is said in the place of rows where the reader's wishes leave none.
const NoRows = "No rows found"

// Names of columns, as the page heads them.
var names = [...]string{
	timetable.Origin: "Origin", timetable.Number: "Flight", timetable.Arrival: "Arrival", timetable.State: "State",
	timetable.Expected: "Expected", timetable.Airline: "Airline", timetable.From: "From", timetable.Terminal: "Terminal",
	timetable.Gate: "Gate", timetable.Belt: "Belt", timetable.Remark: "Remark",
}

// Name is a column's name.
func Name(c timetable.Field) string { return names[c] }

// WaitingWords says how many changes wait.
func WaitingWords(n int) string {
	if n == 1 {
		return "1 change waiting"
	}
	return strconv.Itoa(n) + " changes waiting"
}

// FoundWords says how many flights are shown.
func FoundWords(n int) string {
	if n == 1 {
		return "1 flight"
	}
	return strconv.Itoa(n) + " flights"
}

// ShowWords and FilterWords label a column's controls, WidthWords its edge.
func ShowWords(c timetable.Field) string   { return Name(c) }
func FilterWords(c timetable.Field) string { return "Filter " + Name(c) }
func WidthWords(c timetable.Field) string  { return "Width of " + Name(c) }

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
	KeysTitle  = "Keys"
	KeysSwitch = "Single keys do this"
	CloseWords = "Close"
)

// FileName is what the CSV file is called, PrintedWords what a printed board says.
const FileName = "arrivals.csv"

func PrintedWords(when string) string { return "Printed " + when }
