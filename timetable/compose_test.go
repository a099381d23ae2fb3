package timetable

import "testing"

func TestLettersAndTheirMarksAreOneCharacter(t *testing.T) {
	for _, test := range []struct{ reason, text, want string }{
		{"a letter with a mark", "Zu\u0308rich, A\u030arhus, I\u0307zmir", "Zürich, Århus, İzmir"},
		{"two marks", "Hue\u0302\u0301, Nhe\u0323\u0302", "Huế, Nhệ"},
		{"Greek and Cyrillic", "Αθη\u0301να, Нижнии\u0306", "Αθήνα, Нижний"},
		{"kana", "か\u3099き\u3099つ\u3099と\u3099は\u309aハ\u3099ホ\u309aウ\u3099", "がぎづどぱバポヴ"},
		{"a sound mark that does not fit stays", "あ\u3099か\u309a", "あ\u3099か\u309a"},
		{"Hangul", "\u1109\u1165\u110b\u116e\u11af", "서울"},
		{"a mark without a one-character form stays", "x\u0301", "x\u0301"},
		{"and one at the start", "\u0301a", "\u0301a"},
		{"Hebrew points are no letters' marks", "תֵּל", "תֵּל"},
		{"what is composed stays", "Zürich 東京 서울 が", "Zürich 東京 서울 が"},
	} {
		if got := compose(test.text); got != test.want {
			t.Errorf("%s: compose(%+q) = %+q, want %+q", test.reason, test.text, got, test.want)
		}
	}
}
