package presets

import (
	"net/http"
	"time"
)

func icnAnswer(d *day, _ *http.Request) (any, http.Header) {
	const layout = "200601021504"
	items := []object{}
	for _, f := range d.rows {
		words := map[string]string{"landing": "접근", "landed": "착륙", "arrived": "도착", "on belt": "도착",
			"cancelled": "결항", "diverted": "회항"}
		word := words[f.State]
		if delayed(f.Phase) && f.State != "landing" {
			word = "지연"
		}
		item := func(number, share, main string) {
			items = append(items, object{"airline": "항공", "flightId": number, "scheduleDateTime": d.text(f.Sched, layout),
				"estimatedDateTime": d.text(first(f.Landed, f.Exp, f.Sched), layout), "airportCode": f.From,
				"gatenumber": f.Gate, "carousel": "", "remark": word, "codeshare": share, "masterflightid": main,
				"terminalid": "P02"})
		}
		if f.Codeshare == "" {
			item(f.Number, "", "")
			continue
		}
		item(f.Codeshare, "Slave", f.Number)
		item(f.Number, "Master", "")
	}
	return object{"response": object{"header": object{"resultCode": "00"},
		"body": object{"items": items, "numOfRows": 3000, "pageNo": 1, "totalCount": len(items)}}}, nil
}

func odptAnswer(d *day, _ *http.Request) (any, http.Header) {
	rows := []object{}
	for _, f := range d.rows {
		words := map[string]string{"scheduled": "OnTime", "expected": "NewTime", "en route": "NewTime", "landing": "NewTime",
			"landed": "Landed", "arrived": "Arrived", "on belt": "Arrived", "cancelled": "Cancelled", "diverted": "Diverted"}
		word := words[f.State]
		if delayed(f.Phase) {
			word = "Delayed"
		}
		row := object{"@type": "odpt:FlightInformationArrival", "dc:date": d.text(f.Begins, time.RFC3339),
			"odpt:flightNumber": append([]string{f.Number}, codeshares(f)...), "odpt:flightStatus": "odpt.FlightStatus:" + word,
			"odpt:scheduledArrivalTime": d.text(f.Sched, "15:04"), "odpt:arrivalAirport": "odpt.Airport:HND",
			"odpt:arrivalAirportTerminal": "odpt.AirportTerminal:HND.Terminal3", "odpt:arrivalGate": f.Gate,
			"odpt:originAirport": "odpt.Airport:" + f.From, "odpt:viaAirport": []any{}}
		if !f.Exp.IsZero() {
			row["odpt:estimatedArrivalTime"] = d.text(f.Exp, "15:04")
		}
		if !f.OnBlock.IsZero() {
			row["odpt:actualArrivalTime"] = d.text(f.OnBlock, "15:04")
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func tdxAnswer(d *day, _ *http.Request) (any, http.Header) {
	const layout = "2006-01-02T15:04"
	rows := []object{}
	for _, f := range d.rows {
		word, zh := "", ""
		switch f.State {
		case "scheduled":
			word = "ON TIME"
		case "expected", "en route", "landing":
			if word, zh = "SCHEDULE CHANGE", "時間更改"; delayed(f.Phase) {
				word, zh = "", "延遲"
			}
		case "cancelled", "diverted":
			word = "CANCELLED"
		default:
			word, zh = "ARRIVED", "已到ARRIVED"
		}
		add := func(number string, cargo bool) {
			row := object{"FlightDate": d.text(f.Sched, time.DateOnly), "FlightNumber": number[2:], "AirlineID": number[:2],
				"DepartureAirportID": f.From, "ArrivalAirportID": "TPE", "ScheduleArrivalTime": d.text(f.Sched, layout),
				"ArrivalRemark": zh, "Terminal": "2", "Gate": " " + f.Gate, "BaggageClaim": "05", "IsCargo": cargo,
				"UpdateTime": d.text(f.Begins, time.RFC3339)}
			if word != "" {
				row["ArrivalRemarkEn"] = word
			}
			if !f.Exp.IsZero() {
				row["EstimatedArrivalTime"] = d.text(f.Exp, layout)
			}
			if !f.Landed.IsZero() {
				row["ActualArrivalTime"] = d.text(f.Landed, layout)
			}
			rows = append(rows, row)
		}
		add(f.Number, false)
		for _, other := range codeshares(f) {
			add(other, false)
		}
		add("FX"+f.Number[2:], true)
	}
	return rows, nil
}
