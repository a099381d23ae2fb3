package presets

import (
	"net/http"
	"net/url"
	"path"
	"strconv"
	"time"
)

type object = map[string]any

func codeshares(f flight) []string {
	if f.Codeshare == "" {
		return []string{}
	}
	return []string{f.Codeshare}
}

func swedaviaAnswer(d *day, r *http.Request) (any, http.Header) {
	date := path.Base(r.URL.Path)
	rows := []object{}
	for _, f := range d.rows {
		if d.text(f.Sched, time.DateOnly) != date {
			continue
		}
		codes := map[string]string{"scheduled": "SCH", "expected": "SCH", "en route": "ACT", "landing": "ACT",
			"cancelled": "CAN", "diverted": "DIV"}
		code := codes[f.State]
		var bag any
		if code == "" {
			if code = "LAN"; f.State == "on belt" {
				bag = utc(f.OnBlock.Add(19*time.Minute), zulu)
			}
		}
		rows = append(rows, object{"flightId": f.Number, "departureAirportEnglish": "Somewhere",
			"airlineOperator": object{"iata": f.Number[:2], "name": "Airline"},
			"arrivalTime": object{"scheduledUtc": utc(f.Sched, zulu), "estimatedUtc": utc(f.Exp, zulu),
				"actualUtc": utc(f.Landed, zulu)},
			"locationAndStatus":   object{"terminal": "5", "gate": f.Gate, "flightLegStatus": code},
			"baggage":             object{"baggageClaimUnit": nil, "firstBagUtc": bag, "lastBagUtc": nil},
			"codeShareData":       codeshares(f),
			"flightLegIdentifier": object{"departureAirportIata": f.From},
			"remarksEnglish":      []any{}, "viaDestinations": []any{}})
	}
	return object{"to": object{"arrivalAirportIata": "ARN", "flightArrivalDate": date}, "flights": rows}, nil
}

func hkiaAnswer(d *day, r *http.Request) (any, http.Header) {
	date := r.URL.Query().Get("date")
	rows := []object{}
	for _, f := range d.rows {
		if d.text(f.Sched, time.DateOnly) != date {
			continue
		}
		status := func(word string, at time.Time) string {
			text := word + " " + at.In(d.zone).Format("15:04")
			if d.text(at, time.DateOnly) != date {
				text += at.In(d.zone).Format(" (02/01/2006)")
			}
			return text
		}
		is := ""
		switch f.State {
		case "scheduled":
		case "expected", "en route", "landing":
			is = status("Est at", f.Exp)
		case "landed":
			is = status("Landed", f.Landed)
		case "cancelled":
			is = "Cancelled"
		case "diverted":
			is = "Diverted"
		default:
			is = status("At gate", f.OnBlock)
		}
		numbers := []object{{"no": f.Number[:2] + " " + f.Number[2:], "airline": "CPA"}}
		for _, other := range codeshares(f) {
			numbers = append(numbers, object{"no": other[:2] + " " + other[2:], "airline": "QTR"})
		}
		rows = append(rows, object{"time": d.text(f.Sched, "15:04"), "flight": numbers, "status": is, "statusCode": nil,
			"origin": []string{f.From}, "terminal": "T1", "hall": "A", "baggage": "", "stand": f.Gate})
	}
	return []object{{"date": date, "arrival": true, "cargo": false, "list": rows,
		"lastUpdatedTime": d.text(d.at, time.RFC3339)}}, nil
}

func tlvAnswer(d *day, _ *http.Request) (any, http.Header) {
	records := []object{}
	const layout = "2006-01-02T15:04:05"
	add := func(number, sched, newest, way, from, word string) {
		records = append(records, object{"_id": len(records), "CHOPER": number[:2], "CHFLTN": number[2:], "CHOPERD": "AIR",
			"CHSTOL": sched, "CHPTOL": newest, "CHAORD": way, "CHLOC1": from, "CHTERM": 3, "CHRMINE": word, "CHRMINH": "?"})
	}
	for _, f := range d.rows {
		word, newest := "NOT FINAL", first(f.Landed, f.Exp, f.Sched)
		switch f.State {
		case "scheduled":
		case "expected", "en route", "landing":
			switch late := f.Exp.Sub(f.Sched); {
			case delayed(f.Phase):
				word = "DELAYED"
			case late > 5*time.Minute:
				word = "FINAL"
			case late > -5*time.Minute:
				word = "ON TIME"
			default:
				word = "EARLY"
			}
		case "cancelled", "diverted":
			word = "CANCELED"
		default:
			word = "LANDED"
		}
		sched, then := f.Sched.In(d.zone), newest.Truncate(time.Minute).In(d.zone)
		add(f.Number, sched.Format(layout), then.Format(layout), "A", f.From, word)
		add("LY"+f.Number[2:], sched.Format(layout), then.Format(layout), "D", "JFK", "DEPARTED")
		old := sched.AddDate(0, 0, -4).Format(layout)
		add(f.Number, old, old, "A", f.From, "LANDED")
	}
	return object{"success": true, "result": object{"records": records, "limit": 3000, "total": len(records)}}, nil
}

func schipholAnswer(d *day, r *http.Request) (any, http.Header) {
	query := r.URL.Query()
	at := func(name string) time.Time {
		t, err := time.ParseInLocation("2006-01-02T15:04:05", query.Get(name), d.zone)
		if err != nil {
			d.t.Error(err)
		}
		return t
	}
	if r.Header.Get("Authorization") != "Bearer <SCHIPHOL_TOKEN>" {
		d.t.Error("the request lacks the key")
	}
	const layout = "2006-01-02T15:04:05.000-07:00"
	rows := []object{}
	for _, f := range d.within(at("fromDateTime"), at("toDateTime")) {
		words := map[string][]string{"scheduled": {"SCH"}, "expected": {"EXP"}, "en route": {"AIR", "EXP"},
			"landing": {"FIR", "EXP"}, "landed": {"LND", "EXP"}, "arrived": {"FIB", "LND"}, "on belt": {"FIB", "LND"},
			"cancelled": {"CNX"}, "diverted": {"DIV"}}
		add := func(id, number string, others any) {
			rows = append(rows, object{"id": id, "flightName": number, "mainFlight": f.Number,
				"codeshares": others, "scheduleDateTime": d.text(f.Sched, layout), "lastUpdatedAt": d.text(f.Begins, layout),
				"estimatedLandingTime": d.text(f.Exp, layout), "actualLandingTime": d.text(f.Landed, layout),
				"publicFlightState": object{"flightStates": words[f.State]}, "route": object{"destinations": []string{f.From}},
				"terminal": 1, "gate": f.Gate, "baggageClaim": nil, "serviceType": "J", "isOperationalFlight": true})
		}
		if f.Codeshare == "" {
			add("14182370912345"+f.ID[2:], f.Number, nil)
			continue
		}
		add("24182370912345"+f.ID[2:], f.Codeshare, nil)
		add("14182370912345"+f.ID[2:], f.Number, object{"codeshares": []string{f.Codeshare}})
	}
	page, _ := strconv.Atoi(query.Get("page"))
	from := min(20*page, len(rows))
	to := min(from+20, len(rows))
	header := http.Header{}
	if to < len(rows) {
		query.Set("page", strconv.Itoa(page+1))
		next := url.URL{Scheme: "https", Host: r.URL.Host, Path: r.URL.Path, RawQuery: query.Encode()}
		header.Set("Link", `<`+next.String()+`>; rel="next", <`+r.URL.String()+`>; rel="last"`)
	}
	return object{"flights": rows[from:to]}, header
}
