// Command generate makes airports.tsv.gz from a CSV file with the columns iata, icao, name, city, country, lat, lon and
// tz, by the rules in city.go and the cities in cities.tsv:
//
//	go run ./server/airports/generate airports_iata.csv >server/airports/airports.tsv.gz
package main

import (
	"cmp"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate airports_iata.csv >airports.tsv.gz")
		os.Exit(2)
	}
	if err := generate(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// generate writes the compressed table. It writes nothing if the CSV file or cities.tsv has an error.
func generate(from string, to io.Writer) error {
	file, err := os.Open(from)
	if err != nil {
		return err
	}
	defer file.Close()
	table, err := read(file)
	if err != nil {
		return err
	}
	if err := override(table, cities); err != nil {
		return err
	}
	packed, err := gzip.NewWriterLevel(to, gzip.BestCompression)
	if err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(table)) {
		a := table[code]
		row := strings.Join([]string{code, a.city, a.country, a.zone, a.icao, a.lat, a.lon}, "\t")
		if _, err := fmt.Fprintln(packed, row); err != nil {
			return err
		}
	}
	return packed.Close()
}

type airport struct {
	city, country, zone string
	icao, lat, lon      string
}

// read returns the CSV file's airports by their IATA code. The city of an airport without one is the airport's name.
func read(file io.Reader) (map[string]airport, error) {
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	table := make(map[string]airport, len(rows))
	for _, row := range rows[1:] {
		column := func(name string) string { return strings.TrimSpace(row[slices.Index(rows[0], name)]) }
		name, err := city(cmp.Or(column("city"), column("name")), column("country"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", column("iata"), err)
		}
		lat, err := rounded(column("lat"))
		if err != nil {
			return nil, fmt.Errorf("%s: lat: %w", column("iata"), err)
		}
		lon, err := rounded(column("lon"))
		if err != nil {
			return nil, fmt.Errorf("%s: lon: %w", column("iata"), err)
		}
		table[column("iata")] = airport{name, column("country"), column("tz"), column("icao"), lat, lon}
	}
	return table, nil
}

// rounded returns a number of degrees with three decimals, which is a hundred metres.
func rounded(text string) (string, error) {
	degrees, err := strconv.ParseFloat(text, 64)
	return strconv.FormatFloat(degrees, 'f', 3, 64), err
}

//go:embed cities.tsv
var cities string

// override replaces airports of the table by the rows of cities.tsv. Its error names every row that is malformed or
// changes nothing.
func override(table map[string]airport, rows string) error {
	var errs []error
	line := 0
	for row := range strings.Lines(rows) {
		line++
		cells := strings.Split(strings.TrimSpace(row), "\t")
		if cells[0] == "" || cells[0][0] == '#' {
			continue
		}
		old, known := table[cells[0]]
		a := old
		switch {
		case len(cells) == 2 && known:
			a.city = cells[1]
		case len(cells) == 4:
			a.city, a.country, a.zone = cells[1], cells[2], cells[3]
		default:
			errs = append(errs, fmt.Errorf("cities.tsv:%d: want code and city, or code, city, country and zone", line))
			continue
		}
		if a == old {
			errs = append(errs, fmt.Errorf("cities.tsv:%d: %s is %s without this row", line, cells[0], a.city))
		}
		table[cells[0]] = a
	}
	return errors.Join(errs...)
}
