// The practical limit of a page: plain JavaScript that does only what is measured. An EventSource, a Map of
// flights, as many row elements as one page shows, and text nodes that are written once a frame where they differ.
const shown = 20
const columns = ['origin', 'flight', 'arrival', 'state']
const flights = new Map()
let order = [] // of the board
let listed = [] // the flights that are shown, sorted and filtered
let sorting = null
let awaited = false

const body = document.querySelector('#flights > tbody')
const search = document.querySelector('#search')
let lines = []

/** Returns the text of a cell. */
const text = (flight, column) => {
  const value = flight[column] ?? ''
  return column === 'arrival' && value.length > 5 ? value.slice(11, 16) : value
}

const list = () => {
  const wanted = search.value.toLowerCase()
  listed = wanted
    ? order.filter(flight => columns.some(column => text(flight, column).toLowerCase().includes(wanted)))
    : order.slice()
  if (sorting) {
    const { compare } = new Intl.Collator('en')
    listed.sort((a, b) => compare(text(a, sorting), text(b, sorting)))
  }
}

const newLine = () => {
  const tr = document.createElement('tr')
  const nodes = columns.map(column => {
    const td = document.createElement('td')
    td.dataset.col = column
    const node = document.createTextNode('')
    td.append(node)
    tr.append(td)
    return node
  })
  return { tr, nodes, key: '' }
}

const draw = () => {
  awaited = false
  const count = Math.min(shown, listed.length)
  if (lines.length !== count) {
    lines = Array.from({ length: count }, newLine)
    body.replaceChildren(...lines.map(line => line.tr))
  }
  for (let i = 0; i < count; i++) {
    const flight = listed[i]
    const { tr, nodes, key } = lines[i]
    if (key !== flight.flight) tr.dataset.flight = lines[i].key = flight.flight
    for (let c = 0; c < columns.length; c++) {
      const value = text(flight, columns[c])
      if (nodes[c].data === value) continue
      nodes[c].data = value
      if (columns[c] === 'state') tr.dataset.state = value.toLowerCase()
    }
  }
}

const soon = () => {
  if (awaited) return
  awaited = true
  requestAnimationFrame(draw)
}

const source = new EventSource(document.querySelector('meta[name=flightboard-stream]').content)
source.addEventListener('flightSnapshot', event => {
  order = JSON.parse(event.data)
  flights.clear()
  for (const flight of order) flights.set(flight.flight, flight)
  list()
  soon()
  const status = document.querySelector('#status')
  status.textContent = 'Live'
  status.dataset.status = 'live'
})
source.addEventListener('flightStateUpdate', event => {
  const change = JSON.parse(event.data)
  const flight = flights.get(change.flight)
  if (flight) Object.assign(flight, change)
  soon()
})
search.addEventListener('input', () => { list(); soon() })
for (const th of document.querySelectorAll('th')) {
  th.addEventListener('click', () => { sorting = th.dataset.col; list(); soon() })
}
