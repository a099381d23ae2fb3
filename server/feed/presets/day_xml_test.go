package presets

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const zulu = "2006-01-02T15:04:05Z"

// within returns the flights that are scheduled between two times.
func (d *day) within(from, to time.Time) (rows []flight) {
	for _, f := range d.rows {
		if !f.Sched.Before(from) && !f.Sched.After(to) {
			rows = append(rows, f)
		}
	}
	return rows
}

func avinorAnswer(d *day, r *http.Request) (any, http.Header) {
	hours := func(name string) time.Duration {
		n, _ := strconv.Atoi(r.URL.Query().Get(name))
		return time.Duration(n) * time.Hour
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<airport name="OSL"><flights lastUpdate="%s">`,
		d.at.UTC().Format(zulu))
	for _, f := range d.within(d.at.Add(-hours("TimeFrom")), d.at.Add(hours("TimeTo"))) {
		code, at := "N", f.Begins
		switch f.State {
		case "scheduled":
		case "expected", "en route", "landing":
			code, at = "E", f.Exp
		case "cancelled", "diverted":
			code = "C"
		default:
			code, at = "A", f.Landed
		}
		late := "N"
		if delayed(f.Phase) {
			late = "Y"
		}
		fmt.Fprintf(&b, `<flight uniqueID="%s"><airline>%s</airline><flight_id>%s</flight_id>`+
			`<schedule_time>%s</schedule_time><arr_dep>A</arr_dep><airport>%s</airport><gate>%s</gate>`+
			`<delayed>%s</delayed><status code="%s" time="%s"/></flight>`, f.ID[2:],
			f.Number[:2], f.Number, f.Sched.UTC().Format(zulu), f.From, f.Gate, late, code, at.UTC().Format(zulu))
	}
	return b.String() + "</flights></airport>", nil
}

func finaviaAnswer(d *day, _ *http.Request) (any, http.Header) {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?><flights xmlns="http://www.finavia.fi/FlightsService.xsd">`+
		`<arr><header><timestamp>%s</timestamp></header><body>`, d.at.UTC().Format(zulu))
	for _, f := range d.rows {
		words := map[string]string{"scheduled": "On time", "expected": "Estimated", "en route": "Estimated",
			"landing": "Estimated", "landed": "Landed", "arrived": "At gate", "on belt": "Baggage on belt",
			"cancelled": "Cancelled", "diverted": "Diverted"}
		word := words[f.State]
		if word == "Estimated" {
			word += " " + f.Exp.In(d.zone).Format("15:04")
		}
		if delayed(f.Phase) {
			word = "Delayed"
		}
		text := func(at time.Time) any {
			if at.IsZero() {
				return ""
			}
			return utc(at, zulu)
		}
		row := func(number, main, other string) {
			fmt.Fprintf(&b, `<flight><h_apt>HEL</h_apt><fltnr>%s</fltnr><sdt>%s</sdt><mfltnr>%s</mfltnr>`+
				`<cflight_1>%s</cflight_1><cflight_2/><route_1>%s</route_1><route_2/><bltarea/><gate>%s</gate>`+
				`<prt>%s</prt><est_d>%s</est_d><pest_d/>`+
				`<act_d>%s</act_d><ablk_d>%s</ablk_d></flight>`, number, text(f.Sched), main, other, f.From, f.Gate, word,
				text(f.Exp), text(f.Landed), text(f.OnBlock))
		}
		if f.Codeshare != "" {
			row(f.Codeshare, f.Number, "")
		}
		row(f.Number, "", f.Codeshare)
	}
	return b.String() + "</body></arr></flights>", nil
}
