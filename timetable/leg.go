package timetable

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Leg identifies one flight from one airport to the next, as airlines do (IATA AIDX, LegIdentifier). A flight number
// does not: it is used every day, on some days for several legs, and now and then for two legs at the same hour, when
// yesterday's is late.
type Leg struct {
	Carrier string    // the operating airline: two characters of IATA or three letters of ICAO
	Number  int       // 1 to 9999
	Suffix  string    // a letter, or nothing
	Date    time.Time // the day, at 00:00 UTC, for which the departure was planned; it stays when the departure is late
	From    string    // airports: three letters of IATA or four of ICAO
	To      string    // also when the flight is diverted
}

const legDate = "20060102"

// ParseLeg reads what String writes, as in AA1587-20231220-PHX-JFK. Numbers may have leading zeros, which do not count.
// The error names the part that is wrong.
func ParseLeg(id string) (Leg, error) {
	parts := strings.Split(id, "-")
	if len(parts) != 4 {
		return Leg{}, fmt.Errorf("leg %s: is not like AA1587-20231220-PHX-JFK", quote(id))
	}
	l := Leg{From: parts[2], To: parts[3]}
	wrong := func(part, text, reason string) (Leg, error) {
		return Leg{}, fmt.Errorf("leg %s: %s %s: %s", quote(id), part, quote(text), reason)
	}
	number, ok := l.cutCarrier(parts[0])
	if !ok {
		return wrong("carrier", parts[0], "is neither two characters of IATA nor three letters of ICAO")
	}
	if last := len(number) - 1; last >= 0 && isCapital(number[last]) {
		number, l.Suffix = number[:last], number[last:]
	}
	n, err := strconv.ParseUint(number, 10, 16)
	if l.Number = int(n); err != nil || len(number) > 4 || n == 0 {
		return wrong("number", number, "is none from 1 to 9999")
	}
	if l.Date, err = time.Parse(legDate, parts[1]); err != nil {
		return wrong("date", parts[1], "is no day like 20231220")
	}
	for i, airport := range parts[2:] {
		if n := len(airport); n != 3 && n != 4 ||
			strings.IndexFunc(airport, func(r rune) bool { return r < 'A' || r > 'Z' }) >= 0 {
			return wrong([]string{"origin", "destination"}[i], airport, "is neither three letters of IATA nor four of ICAO")
		}
	}
	return l, nil
}

// cutCarrier reads the carrier at the front of a flight number and returns the rest. Three letters are an ICAO code,
// because a number begins with a digit.
func (l *Leg) cutCarrier(text string) (rest string, ok bool) {
	if len(text) < 3 {
		return "", false
	}
	n := 2
	if isCapital(text[0]) && isCapital(text[1]) && isCapital(text[2]) {
		n = 3
	}
	l.Carrier = text[:n]
	letters := 0
	for i := range n {
		switch c := text[i]; {
		case isCapital(c):
			letters++
		case c < '0' || c > '9':
			return "", false
		}
	}
	return text[n:], letters > 0
}

func isCapital(c byte) bool { return 'A' <= c && c <= 'Z' }

// String is the leg's identity on the wire.
func (l Leg) String() string {
	return l.FlightNumber() + "-" + l.Date.Format(legDate) + "-" + l.From + "-" + l.To
}

// FlightNumber returns the flight number as the board shows it, such as AA1587.
func (l Leg) FlightNumber() string { return l.Carrier + strconv.Itoa(l.Number) + l.Suffix }
