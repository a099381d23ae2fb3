// The element <flight-board src="https://board.example/"> shows a flight board in a page of any site that the board's
// server lets (its flag -embed). The board is in a frame, so neither page's style or script can reach the other's. The
// frame is as high as the board. Boards of one server share one connection.
//
// Attributes:
//   src      the board's address; without it, the folder of this script
//   rows     of a page: 5, 10, 20, 25, 50, 100 or all
//   columns  to show: origin,flight,arrival,state
//   theme    as the page's address has it
//   query    other parameters of the page's address, as in q=rome&tz=utc
//   title    of the frame, for screen readers: Flight arrivals
//
// The element's attribute status is the board's: live, quiet, reconnecting, … It is absent until the board runs.

'use strict'
{
  const folder = new URL('.', document.currentScript?.src ?? document.baseURI).href
  const parameters = { rows: 'size', columns: 'cols', theme: 'theme' }

  class FlightBoard extends HTMLElement {
    static observedAttributes = ['src', 'query', 'title', ...Object.keys(parameters)]
    #frame = document.createElement('iframe')

    constructor() {
      super()
      Object.assign(this.#frame, { loading: 'lazy', allow: 'fullscreen' })
      Object.assign(this.#frame.style, { display: 'block', width: '100%', height: '30rem', border: '0' })
      this.attachShadow({ mode: 'open' }).append(this.#frame)
    }

    connectedCallback() {
      if (!this.style.display) this.style.display = 'block'
      addEventListener('message', this)
      this.#load()
    }

    disconnectedCallback() { removeEventListener('message', this) }

    attributeChangedCallback() { if (this.isConnected) this.#load() }

    #load() {
      this.#frame.title = this.getAttribute('title') ?? 'Flight arrivals'
      const url = new URL(this.getAttribute('src') ?? folder, document.baseURI)
      const query = new URLSearchParams(this.getAttribute('query') ?? '')
      for (const [attribute, name] of Object.entries(parameters)) {
        const value = this.getAttribute(attribute)
        if (value !== null) query.set(name, value)
      }
      for (const [name, value] of query) url.searchParams.set(name, value)
      url.searchParams.set('embed', '')
      if (this.#frame.src !== url.href) {
        this.removeAttribute('status')
        this.#frame.src = url.href
      }
    }

    /** Takes what the board tells (embedded.js). @param {MessageEvent} event */
    handleEvent({ source, data }) {
      if (source !== this.#frame.contentWindow || !data?.flightboard) return
      const { height, status } = data.flightboard
      if (height > 0) this.#frame.style.height = `${Math.min(height, 100_000)}px`
      if (typeof status === 'string' && status !== this.getAttribute('status')) this.setAttribute('status', status)
    }
  }

  if (!customElements.get('flight-board')) customElements.define('flight-board', FlightBoard)
}
