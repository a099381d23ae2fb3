package timetable

import "testing"

// A flight number may have a space in it, as most timetables write it.
func TestCodesharesOfACell(t *testing.T) {
	for _, c := range []struct{ reason, cell, want string }{
		{"a spreadsheet's list", "AC 9123, UA 8841", "AC 9123\nUA 8841"},
		{"semicolons", "AC 9123;UA 8841", "AC 9123\nUA 8841"},
		{"line ends in the cell", "AC 9123\nUA 8841", "AC 9123\nUA 8841"},
		{"nothing but spaces", "AC 9123 UA 8841", "AC 9123\nUA 8841"},
		{"one", "LH 400", "LH 400"},
		{"codes that begin or end with digits", "9W 123 U2 45", "9W 123\nU2 45"},
		{"codes of three letters", "DLH 400, ACA 9123", "DLH 400\nACA 9123"},
		{"no spaces in numbers", "AC9123 UA8841", "AC9123\nUA8841"},
		{"commas and spaces", "A1, B2;C3  D4", "A1\nB2\nC3\nD4"},
		{"a comma at the end", "AC 9123,", "AC 9123"},
		{"none", " , ;", ""},
	} {
		var r Report
		if err := r.Set("codeshares", c.cell); err != nil || r.Flight.Codeshares != c.want {
			t.Errorf("%s: %q becomes %q, %v, want %q", c.reason, c.cell, r.Flight.Codeshares, err, c.want)
		}
	}
}
