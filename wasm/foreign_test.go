//go:build js && wasm

package main

import (
	"testing"

	"github.com/hack-pad/safejs"
)

// Others rewrite the page's texts: a translator wraps each text node in an element, a dictionary splits one, an
// extension empties a cell. Whatever they have made of a cell, the next change of its flight is written there whole.
func TestACellIsTheBoardsWhateverOthersHaveMadeOfIt(t *testing.T) {
	const cell = `const td = document.querySelector('#flights tbody tr').cells[3];`
	function, err := safejs.Global().Get("Function")
	if err != nil {
		t.Fatal(err)
	}
	for reason, script := range map[string]string{
		"translated: a new text in an element": `const f = document.createElement('font'); f.append('gelandet'); ` +
			`td.replaceChildren(f)`,
		"the text moved into an element": `const f = document.createElement('font'); const n = td.firstChild; ` +
			`n.remove(); f.append(n); td.append(f)`,
		"split": `td.append('and more')`,
		"a mark before the text": `const m = document.createElement('mark'); m.append('x'); ` +
			`td.insertBefore(m, td.firstChild)`,
		"emptied":   `td.replaceChildren()`,
		"rewritten": `td.firstChild.data = 'gelandet'`,
	} {
		for _, brought := range []bool{true, false} { // by the page, or by an event
			s := newStage(t, "events", london())
			s.open(`[{"flight":"A123","origin":"London","arrival":"08:15","state":"landing"}]`)
			if !brought {
				s.happen("flightRemoval", `{"flight":"A123"}`, "101")
				s.frame()
				s.happen("flightAddition", `{"flight":"A123","origin":"London","arrival":"08:15","state":"landing"}`, "102")
			}
			s.happen("flightStateUpdate", `{"flight":"A123","state":"landed"}`, "103")
			s.frame()
			change, err := function.New(cell + script)
			s.must(err)
			_, err = change.Invoke()
			s.must(err)
			s.happen("flightStateUpdate", `{"flight":"A123","state":"on belt"}`, "104")
			s.frame()
			rows := s.table().Rows
			if len(rows) != 1 || rows[0].Cells[3] != "state=on belt" {
				t.Errorf("%s, brought by the page %v: the rows are %+v, want the state on belt", reason, brought, rows)
			}
			s.wantErrors()
			s.end()
		}
	}
}
