// Command server serves a live flight timetable: the event stream, the board, publishing, and the page.
package main

import "flightboard/server/program"

func main() { program.Main() }
