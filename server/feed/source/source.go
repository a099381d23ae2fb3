// Package source describes what a public source of arrivals is asked and what it answers, whatever its format.
//
// A [Source] knows one public interface: what to ask for, and how to read the answer. It does no I/O.
// Package poll asks, and turns the answers into the reports of a feed. Package mapping has the sources that a file
// describes, and package presets those that come with the server.
package source

import (
	"net/http"
	"net/url"
	"time"

	"flightboard/timetable"
)

// A Source is one airport of a public interface. Its methods can be called from several goroutines.
type Source interface {
	// About returns what is known about the source. It does not change.
	About() About

	// Requests returns what to ask for at a moment. All responses together are one answer. It returns an error if the
	// environment lacks a key, and names the variable.
	Requests(now time.Time) ([]Request, error)

	// Next returns the request for the page after the one that a response holds, or nil.
	Next(response *Response) (*Request, error)

	// Read reads an answer. Rows that cannot be read become complaints; the error is that of an answer as a whole,
	// such as a page of HTML, and names the place.
	Read(now time.Time, responses []*Response) (Answer, error)
}

// About is what a source is.
type About struct {
	Name    string         // such as avinor
	Airport string         // IATA code; "": unknown
	Zone    *time.Location // the airport's
	Credit  string         // the line that its terms ask a page to show
	Terms   string         // its licence, in a sentence
	Every   time.Duration  // the least time between two answers
	Quota   Quota          // the most requests; zero: any number
	Partial bool           // an answer has only what has changed, so that a flight which it lacks is not missing
	Keys    []string       // the variables of the environment that hold its keys
	Token   *Token         // nil: it needs no token of OAuth
}

// A Quota is a number of requests in a time.
type Quota struct {
	Requests int
	Per      time.Duration
}

// A Token is asked for with the client credentials of OAuth 2.0 (RFC 6749, section 4.4), and sent as a bearer token.
type Token struct {
	URL        *url.URL
	ID, Secret string // the variables of the environment that hold them
}

// A Request is one GET, or a POST if it has a body.
type Request struct {
	URL    *url.URL
	Header http.Header // without secrets
	Secret http.Header // goes to the URL's host only, and is never logged
	Query  url.Values  // the secret parameters of the query, which are treated in the same way
	Body   string
	Page   int // 0 for the first page. [Source.Next] counts it up
}

// A Response is what a request has brought.
type Response struct {
	Request *Request
	Header  http.Header
	Body    []byte // shared; not to be altered
}

// An Answer is what a source has said at a moment about all of its flights, or about some. See [About].
type Answer struct {
	Rows       []Row
	Updated    time.Time      // the source's own time of its news; zero: unknown
	Complaints []Complaint    // about rows that cannot be read, or can be read in part
	Unmapped   map[string]int // words for states that the source's table lacks, and how often they came
	Partial    bool           // not all pages were read, so that a flight which the answer lacks is not missing
	Left       int            // rows that were left out on purpose, such as freight and other airports' flights
}

// A Row is a flight as a source has it.
type Row struct {
	Place  string           // of the row in the answer, such as data.flights[3]
	Flight timetable.Flight // without its times. ID is the source's own, if it has one for each leg
	Stamp  time.Time        // the time of its last change; zero: unknown

	Arrival  Time // scheduled
	Expected Time
	Actual   [timetable.MilestoneCount]Time
}

// A Time is a time that was read.
type Time struct {
	Text    string    // as it was written; "": there is none
	At      time.Time // in the airport's zone
	Undated bool      // the date was taken from the moment of the answer
}

// A Complaint is about a value, or about a row, of an answer.
type Complaint struct {
	Place string // such as data.flights[3].sched
	Err   error
	Row   bool // the row was left out
}
