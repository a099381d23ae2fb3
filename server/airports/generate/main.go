// Command generate makes airports.tsv.gz from a CSV file with the columns iata, name, city, country and tz:
//
//	go run ./server/airports/generate airports_iata.csv >server/airports/airports.tsv.gz
package main

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"
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

func generate(from string, to io.Writer) error {
	file, err := os.Open(from)
	if err != nil {
		return err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return err
	}
	column := func(row []string, name string) string { return strings.TrimSpace(row[slices.Index(rows[0], name)]) }
	var lines []string
	for _, row := range rows[1:] {
		city := cmp.Or(column(row, "city"), strings.TrimSuffix(column(row, "name"), " Airport"))
		city = strings.TrimSuffix(city, " am Main") // boards say Frankfurt
		lines = append(lines, strings.Join([]string{column(row, "iata"), city, column(row, "country"), column(row, "tz")}, "\t")+"\n")
	}
	slices.Sort(lines)
	packed, err := gzip.NewWriterLevel(to, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(packed, strings.Join(lines, "")); err != nil {
		return err
	}
	return packed.Close()
}
