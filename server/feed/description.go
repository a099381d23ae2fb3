package feed

import "time"

// A Description is what is known about a board at a moment, for its readers. The zero value knows nothing.
type Description struct {
	Airport   string         // code of IATA or ICAO
	Zone      *time.Location // the airport's; nil: unknown
	Credit    []string       // lines that the sources of the flights ask a page to show
	Now       time.Time      // the time of a recording; zero: unknown, or the board is live
	Speed     float64        // how many times faster than real time a recording is played
	Recording string         // what the recording is called; "": the board is live
	Recorded  time.Time      // a moment of the recorded day; zero: unknown
}

// A Describer is a Feed that knows something about the board.
type Describer interface {
	// Describe returns what the feed knows at a moment of the server's clock. It is safe for concurrent use.
	Describe(now time.Time) Description
}
