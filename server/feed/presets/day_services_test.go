package presets

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

func aerodataboxAnswer(d *day, r *http.Request) (any, http.Header) {
	parts := strings.Split(r.URL.Path, "/")
	at := func(n int) time.Time {
		t, err := time.ParseInLocation("2006-01-02T15:04", parts[len(parts)-n], d.zone)
		if err != nil {
			d.t.Error(err)
		}
		return t
	}
	if at(1).Sub(at(2)) > 12*time.Hour {
		d.t.Error("the window is longer than 12 hours")
	}
	both := func(at time.Time) any {
		if at.IsZero() {
			return nil
		}
		return object{"utc": utc(at, "2006-01-02 15:04Z"), "local": d.text(at, "2006-01-02 15:04-07:00")}
	}
	rows := []object{}
	for _, f := range d.within(at(2), at(1)) {
		words := map[string]string{"scheduled": "Expected", "expected": "Expected", "en route": "EnRoute",
			"landing": "Approaching", "cancelled": "Canceled", "diverted": "Diverted"}
		word := words[f.State]
		if word == "" {
			word = "Arrived"
		}
		if delayed(f.Phase) {
			word = "Delayed"
		}
		add := func(number, share string) {
			arrival := object{"scheduledTime": both(f.Sched), "terminal": "1", "gate": f.Gate, "quality": []string{"Basic"}}
			if !f.Exp.IsZero() {
				arrival["revisedTime"] = both(f.Exp)
			}
			if f.State != "cancelled" { // it is an estimate until the flight has arrived
				arrival["runwayTime"] = both(first(f.Landed, f.Exp, f.Sched))
			}
			rows = append(rows, object{"departure": object{"airport": object{"iata": f.From, "name": "Somewhere"}},
				"arrival": arrival, "number": number[:2] + " " + number[2:], "status": word, "codeshareStatus": share,
				"isCargo": false, "airline": object{"name": "Airline"}})
		}
		if f.Codeshare != "" {
			add(f.Codeshare, "IsCodeshared")
		}
		add(f.Number, "IsOperator")
	}
	return object{"departures": []any{}, "arrivals": rows}, nil
}

func aeroapiAnswer(d *day, r *http.Request) (any, http.Header) {
	const base, perPage = "/aeroapi", 15
	place, ok := strings.CutPrefix(r.URL.Path, base+"/airports/KBOS/flights/")
	if !ok {
		return nil, nil
	}
	query := r.URL.Query()
	at := func(name string) time.Time {
		if query.Get(name) == "" {
			return d.at
		}
		t, err := time.Parse(time.RFC3339, query.Get(name))
		if err != nil {
			d.t.Error(err)
		}
		return t
	}
	from, to := at("start"), at("end")
	rows := []object{}
	for _, f := range d.rows {
		landed := !f.Landed.IsZero()
		when := first(f.Landed, f.Exp, f.Sched)
		if landed != (place == "arrivals") || when.Before(from) || when.After(to) {
			continue
		}
		words := map[string]string{"scheduled": "Scheduled", "expected": "Scheduled", "en route": "En Route / On Time",
			"landing": "En Route", "landed": "Landed / Taxiing", "arrived": "Arrived / Gate Arrival",
			"on belt": "Arrived / Gate Arrival", "cancelled": "Cancelled", "diverted": "Diverted"}
		word := words[f.State]
		if delayed(f.Phase) {
			if word = "En Route / Delayed"; f.State == "expected" {
				word = "Scheduled / Delayed"
			}
		}
		icao := []string{}
		for _, other := range codeshares(f) {
			icao = append(icao, "X"+other)
		}
		rows = append(rows, object{"ident": "X" + f.Number, "ident_icao": "X" + f.Number, "ident_iata": f.Number,
			"fa_flight_id": f.Number + "-" + f.ID + "-airline-0123", "codeshares": icao, "codeshares_iata": codeshares(f),
			"blocked": false, "diverted": f.State == "diverted", "cancelled": f.State == "cancelled", "position_only": false,
			"origin": object{"code_icao": "K" + f.From, "code_iata": f.From, "city": "Somewhere"}, "status": word,
			"gate_destination": f.Gate, "terminal_destination": nil, "baggage_claim": nil,
			"scheduled_on": utc(f.Sched.Add(-10*time.Minute), zulu), "scheduled_in": utc(f.Sched, zulu),
			"estimated_on": nil, "estimated_in": utc(f.Exp, zulu), "actual_off": nil, "actual_out": nil,
			"actual_on": utc(f.Landed, zulu), "actual_in": utc(f.OnBlock, zulu)})
	}
	cursor, _ := strconv.Atoi(query.Get("cursor"))
	begin := min(cursor, len(rows))
	end := min(begin+perPage, len(rows))
	var links any
	if end < len(rows) { // the address is relative to the base, which has a path
		query.Set("cursor", strconv.Itoa(end))
		links = object{"next": strings.TrimPrefix(r.URL.Path, base) + "?" + query.Encode()}
	}
	return object{"links": links, "num_pages": 1, place: rows[begin:end]}, nil
}

func aviationstackAnswer(d *day, r *http.Request) (any, http.Header) {
	query := r.URL.Query()
	if query.Get("access_key") != "<AVIATIONSTACK_KEY>" {
		d.t.Error("the request lacks the key")
	}
	const layout = "2006-01-02T15:04:05+00:00" // which is not true
	rows := []object{}
	for _, f := range d.rows {
		words := map[string]string{"scheduled": "scheduled", "expected": "scheduled", "en route": "active",
			"landing": "active", "cancelled": "cancelled", "diverted": "diverted"}
		word := words[f.State]
		if word == "" {
			word = "landed"
		}
		add := func(number string, of any) {
			rows = append(rows, object{"flight_date": d.text(f.Sched, time.DateOnly), "flight_status": word,
				"departure": object{"iata": f.From}, "airline": object{"name": "Airline", "iata": number[:2]},
				"arrival": object{"iata": "FRA", "terminal": nil, "gate": f.Gate, "baggage": nil, "timezone": nil,
					"scheduled": d.text(f.Sched, layout), "estimated": d.text(first(f.Exp, f.Sched), layout),
					"actual": d.text(f.Landed, layout), "actual_runway": d.text(f.Landed, layout)},
				"flight": object{"number": number[2:], "iata": number, "icao": nil, "codeshared": of}})
		}
		if f.Codeshare != "" {
			add(f.Codeshare, object{"airline_iata": strings.ToLower(f.Number[:2]), "flight_number": f.Number[2:],
				"flight_iata": strings.ToLower(f.Number)})
		}
		add(f.Number, nil)
	}
	limit, _ := strconv.Atoi(query.Get("limit"))
	offset, _ := strconv.Atoi(query.Get("offset"))
	from := min(offset, len(rows))
	to := min(from+limit, len(rows))
	return object{"pagination": object{"limit": limit, "offset": offset, "count": to - from, "total": len(rows)},
		"data": rows[from:to]}, nil
}
