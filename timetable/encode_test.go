package timetable

import "testing"

func TestAppendJSON(t *testing.T) {
	tests := []struct {
		reason string
		change Change
		want   string
	}{
		{"an update says what it names", update("I768 state=landing"), `{"flight":"I768","state":"landing"}`},
		{"and is silent about the rest", Change{Kind: KindUpdate, Flight: fly("I768 state=landing gate=7"),
			Named: FieldState.Bit()}, `{"flight":"I768","state":"landing"}`},
		{"what is named and empty is emptied", saying(KindUpdate, Flight{Number: "I768"}, FieldState, FieldCodeshares),
			`{"flight":"I768","state":"","codeshares":[]}`},
		{"a removal says which flight and no more", remove("I768 id=L1 state=landed"), `{"flight":"I768","id":"L1"}`},
		{"an addition leaves out what is empty", add("I768 origin=Rome"), `{"flight":"I768","origin":"Rome"}`},
		{"fields stand in one order", Change{Kind: KindAdd,
			Flight: Flight{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12\n13", "14", "15", "16", "17\n18",
				"19"}},
			`{"flight":"1","id":"2","origin":"3","arrival":"4","state":"5","expected":"6","airline":"7","from":"8",` +
				`"terminal":"9","gate":"10","belt":"11","codeshares":["12","13"],"remark":"14","word":"15","feed":"16",` +
				`"overridden":["17","18"],"dated":"19"}`},
		{"a put is the bare flight that publishers send", put("I768 state=landing"), `{"flight":"I768","state":"landing"}`},
		{"a snapshot has a line a flight", replace("A123", "I768 state=landing"),
			"[{\"flight\":\"A123\"},\n{\"flight\":\"I768\",\"state\":\"landing\"}]"},
		{"an empty snapshot", replace(), `[]`},
		{"nothing", Change{}, `{}`},
		{"fields that do not exist are not looked for", Change{Kind: KindUpdate, Flight: fly("I768"), Named: 1 << 31},
			`{"flight":"I768"}`},
		{"what JSON or an event stream cannot carry is escaped",
			saying(KindUpdate, Flight{Number: "\"\\/\n\t\r\x00\x1f\x7f"}),
			`{"flight":"\"\\/\n\t\u000d\u0000\u001f` + "\x7f" + `"}`},
		{"characters beyond ASCII are not", saying(KindUpdate, Flight{Number: "東京 😀 é\u2028\ufffd"}),
			`{"flight":"東京 😀 é` + "\u2028\ufffd" + `"}`},
		{"each byte that is not UTF-8 becomes U+FFFD", saying(KindUpdate, Flight{Number: "a\xffb\xe6\x97"}),
			`{"flight":"a` + "\ufffdb\ufffd\ufffd" + `"}`},
	}
	for _, test := range tests {
		t.Run(test.reason, func(t *testing.T) {
			if got := string(test.change.AppendJSON(nil)); got != test.want {
				t.Errorf("AppendJSON of %+v\n got %s\nwant %s", test.change, got, test.want)
			}
		})
	}
}
