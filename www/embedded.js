// In the frame of another page (?embed) the page has no head, and tells that page its height and its status. boot.js
// loads this file only there; flight-board.js is the other side.

const status = document.querySelector('#status')
document.documentElement.dataset.embed = ''

function tell() {
  const height = Math.ceil(document.body.getBoundingClientRect().height)
  parent.postMessage({ flightboard: { height, status: status.dataset.status ?? '' } }, '*') // neither is a secret
}

new ResizeObserver(tell).observe(document.body)
new MutationObserver(tell).observe(status, { attributeFilter: ['data-status'] })
