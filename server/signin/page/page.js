// Shows a page of sign-in in the language that the reader has chosen on the board, which only the browser knows. Where
// nobody has signed in it also removes what the browser has kept of the board, because that is somebody's who has left.

'use strict'
{
  const { languages, forget } = document.currentScript.dataset
  const root = new URL('..', document.currentScript.src) // the site's first page
  const html = document.documentElement

  /** Replaces the texts, which the server has written in another language. @param {string} tag */
  async function setLanguage(tag) {
    let direction = 'ltr', texts = {}
    if (tag !== 'en') ({ direction, texts } = await (await fetch(new URL(`languages/${tag}.json`, root))).json())
    for (const element of document.querySelectorAll('[data-text]')) {
      element.textContent = texts[element.dataset.text] ?? element.dataset.text
    }
    Object.assign(html, { lang: tag, dir: direction })
    document.title = document.querySelector('h1').textContent
  }

  /**
   * Removes the kept board. The service worker (sw.js) does so as well, after what it was sent before; and no page of
   * the board that was open before sends it another one (offline.js).
   */
  async function removeKept() {
    localStorage.setItem('flightboard.left', Date.now())
    await globalThis.caches?.delete('flightboard ' + root)
    const worker = await navigator.serviceWorker?.getRegistration(root)
    worker?.active?.postMessage('forget')
  }

  try {
    if (forget !== undefined) removeKept().catch(() => { /* Where nothing is kept there is nothing to remove. */ })
    const tag = localStorage.getItem('flightboard.lang')
    if (tag && tag !== html.lang && languages.split(' ').includes(tag)) setLanguage(tag).catch(console.error)
  } catch { /* The browser keeps nothing. */ }
}
