//go:build js && wasm

package ui

import (
	"slices"
	"time"

	"github.com/hack-pad/safejs"

	"flightboard/timetable"
	"flightboard/timetable/view"
	"flightboard/wasm/dom"
)

// An input tells how a query was made. Typing replaces the history entry of the same box's former text, so that the
// back button does not go back letter by letter; choosing pushes an entry.
type input bool

const (
	typing   input = false
	choosing input = true
)

// An address keeps the page's address and the sheet's query equal, also when the reader goes back in the history.
type address struct {
	dom.Caller
	sheet    *view.Sheet
	board    *timetable.Board
	drawer   Drawer
	settings settings
	stars    *stars
	fields   []field

	zone   string     // in which times are read, by its name in the page
	read   bool       // the address has been read once
	page   int        // in the address
	asking bool       // the address is about to be written
	turned bool       // pages are turned without the address
	box    string     // the parameter whose typing has made the newest history entry; "": none
	still  *dom.Timer // lets the browser anchor the window again
	undo   dom.Undo
}

// A field shows a part of the query. It is filled when the query was changed elsewhere.
type field interface {
	fill(q view.Query, hidden timetable.Fields, zone string) error
}

// start reads the address now, and whenever the reader goes back or forward.
func (a *address) start() error {
	still, err := dom.NewTimer(func() {
		style := a.Get(a.Get(a.Global("document"), "documentElement"), "style")
		a.Call(style, "removeProperty", "overflow-anchor")
		a.Report()
	})
	if err != nil {
		return err
	}
	a.still = still
	a.undo.Add(still.Close)
	a.readQuery()
	a.undo.Add(a.Listen(safejs.Global(), "popstate", func(safejs.Value) {
		a.readQuery()
		a.drawer.Redraw()
	}))
	a.listenToTurns()
	return a.Take()
}

// query implements asker.
func (a *address) query() view.Query { return a.sheet.Query() }

// ask implements asker. The first letter that is typed into a box pushes a history entry, and so does clearing it.
func (a *address) ask(q view.Query, how input) {
	before, box := a.sheet.Query(), ""
	if !slices.Equal(before.Sort, q.Sort) {
		a.stay()
	}
	if how == typing {
		if box = q.Differs(&before); box != a.box {
			how = choosing
		}
	}
	a.sheet.Ask(q)
	a.asking = true
	a.drawer.Redraw() // only then it is known which page is the last
	a.asking = false
	a.write(how)
	a.box = box
}

// parameters returns the address's parameters, a URLSearchParams.
func (a *address) parameters() safejs.Value {
	return a.New(safejs.Global(), "URLSearchParams", a.Get(a.Global("location"), "search"))
}

// readQuery makes the sheet show the address's query. When the page is loaded and the address does not name columns,
// the sheet shows those of the last visit, and write adds them to the address, so that the history has complete ones.
func (a *address) readQuery() {
	parameters := a.parameters()
	get := func(name string) string {
		value := a.Call(parameters, "get", name)
		if a.Err() != nil || value.IsNull() {
			return ""
		}
		return a.Text(value)
	}
	q, first := view.QueryOf(get), !a.read
	columns := get("cols")
	if columns == "" && first {
		columns = a.settings.Recall(columnsSetting)
	}
	hidden := view.HiddenOf(columns)
	if !first && hidden != a.sheet.Hidden {
		a.settings.Remember(columnsSetting, columns)
	}
	a.setDisplay(hidden, get("tz"))
	a.sheet.Ask(q)
	for _, f := range a.fields {
		if err := f.fill(q, hidden, a.zone); err != nil {
			dom.Report(err)
		}
	}
	a.read, a.box, a.page = true, "", q.Page
	if first {
		a.stars.add(get("star"))
	}
	a.write(typing) // the stars are no part of the history
	a.Report()
}

// agree makes the address ask for the page that is drawn, if the board is known and has fewer pages than it asked for.
func (a *address) agree() {
	if a.read && !a.asking && !a.turned && a.sheet.Known() && a.sheet.Query().Page != a.page {
		box := a.box
		a.write(typing)
		a.box = box
	}
}

// stay keeps the window where it is while the rows are sorted. Browsers anchor it to a row, and would follow that one.
func (a *address) stay() {
	style := a.Get(a.Get(a.Global("document"), "documentElement"), "style")
	if a.Err() == nil && !style.IsUndefined() {
		a.Call(style, "setProperty", "overflow-anchor", "none")
		a.still.Set(time.Now(), settled)
	}
}

// settled is after how long the rows have been sorted and laid out.
const settled = time.Second

// write makes the address ask for what the sheet shows. It leaves parameters that are not the query's.
func (a *address) write(how input) {
	parameters := a.parameters()
	q := a.sheet.Query()
	for _, pair := range append(q.Pairs(),
		view.Pair{Name: "cols", Value: view.ColumnsText(a.sheet.Hidden)}, view.Pair{Name: "tz", Value: a.zone},
		a.stars.parameter()) {
		if pair.Value == "" {
			a.Call(parameters, "delete", pair.Name)
		} else {
			a.Call(parameters, "set", pair.Name, pair.Value)
		}
	}
	location := a.Global("location")
	search := a.Text(a.Call(parameters, "toString"))
	if search != "" {
		search = "?" + search
	}
	if a.Err() == nil && search != a.Text(a.Get(location, "search")) {
		method := "replaceState"
		if how == choosing {
			method = "pushState"
		}
		url := a.Text(a.Get(location, "pathname")) + search + a.Text(a.Get(location, "hash"))
		a.Call(a.Global("history"), method, safejs.Null(), "", url)
	}
	a.box, a.page = "", q.Page
	a.Report()
}

// setDisplay sets the columns that are hidden, and the zone in which times are read.
func (a *address) setDisplay(hidden timetable.Fields, zone string) {
	z := view.Airport
	switch zone {
	case "utc":
		z = view.East(0)
	case "mine":
		z = mine
	default:
		zone = ""
	}
	a.zone = zone
	a.sheet.SetDisplay(hidden, z)
}

// mine is the zone of the reader's clocks.
var mine = view.Local(func(seconds int64) int { return int(dom.UTCOffset(seconds) / time.Minute) })

// setZone implements zoneAsker.
func (a *address) setZone(name string) {
	a.setDisplay(a.sheet.Hidden, name)
	a.write(choosing)
	a.drawer.Redraw()
}

// hidden, hide, filled and shown implement columns.
func (a *address) hidden() timetable.Fields { return a.sheet.Hidden }

func (a *address) hide(hidden timetable.Fields) {
	a.setDisplay(hidden, a.zone)
	a.settings.Remember(columnsSetting, view.ColumnsText(hidden))
	a.write(choosing)
	a.drawer.Redraw()
}

func (a *address) filled() timetable.Fields { return view.Shown(a.board) }

func (a *address) shown() timetable.Fields { return a.sheet.Shown(a.board) }
