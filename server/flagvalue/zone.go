package flagvalue

import (
	"errors"
	"time"

	"flightboard/server/airports"
)

// Zone is a flag for a time zone by its IANA name, as in Europe/Zurich.
type Zone struct{ *time.Location }

func (z *Zone) String() string {
	if z.Location == nil {
		return ""
	}
	return z.Location.String()
}

func (z *Zone) Set(text string) (err error) {
	if text == "" {
		return errors.New("want a name such as Europe/Zurich")
	}
	if z.Location, err = time.LoadLocation(text); err != nil {
		return errors.New("want a name of the time zone database, such as Europe/Zurich, or UTC")
	}
	return nil
}

// Airport is a flag for an airport by its code of IATA or ICAO, as in ZRH. It sets the code and the zone.
type Airport struct {
	Code *string
	Zone *Zone
}

func (a Airport) String() string { return "" }

func (a Airport) Set(text string) error {
	found, ok := airports.Lookup(text)
	if !ok {
		return errors.New("want the IATA or ICAO code of an airport, such as ZRH")
	}
	*a.Code = found.IATA
	return a.Zone.Set(found.Zone)
}
