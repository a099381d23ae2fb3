package metricstest

import "testing"

func TestParseReportsWhatAScrapeOrPromtoolWould(t *testing.T) {
	const head = "# HELP flightboard_a_total Sum.\n# TYPE flightboard_a_total counter\n"
	const histogram = "# HELP flightboard_h_seconds Times.\n# TYPE flightboard_h_seconds histogram\n"
	const end = "flightboard_h_seconds_sum 4\nflightboard_h_seconds_count "
	for page, ok := range map[string]bool{
		head + "flightboard_a_total 1\n":                                                     true,
		head + `flightboard_a_total{x="a\"b\\c\nd",y="é"} 1.5e+09` + "\n":                    true,
		head + `flightboard_a_total{x="1"} 1` + "\n" + `flightboard_a_total{x="2"} 1` + "\n": true,
		head + `flightboard_a_total{x="1"} 1` + "\n" + `flightboard_a_total{x="1"} 2` + "\n": false,
		head + "flightboard_a_total 1":                                                       false,
		head + "flightboard_b_total 1\n":                                                     false,
		head + "flightboard_a_total one\n":                                                   false,
		head + head:                                                                          false,
		head + `flightboard_a_total{x="a"b"} 1` + "\n":                                       false,
		"flightboard_a_total 1\n":                                                            false,
		"# HELP flightboard_a Sum.\n# TYPE flightboard_a counter\nflightboard_a 1\n":         false,
		"# HELP flightboard_a_total Sum.\nflightboard_a_total 1\n":                           false,
		"# HELP flightboard_A Sum.\n# TYPE flightboard_A gauge\nflightboard_A 1\n":           false,
		histogram + bucket("1", "2") + bucket("+Inf", "3") + end + "3\n":                     true,
		histogram + bucket("1", "2") + bucket("+Inf", "3") + end + "2\n":                     false,
		histogram + bucket("1", "4") + bucket("+Inf", "3") + end + "3\n":                     false,
		histogram: false,
	} {
		if _, err := Parse(page); (err == nil) != ok {
			t.Errorf("Parse = %v of\n%s", err, page)
		}
	}
}

func bucket(le, n string) string { return `flightboard_h_seconds_bucket{le="` + le + `"} ` + n + "\n" }
