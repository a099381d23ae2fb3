// Runs in a page before the page's own scripts and watches it: when it is live, the delays of its cells, its frames.
(() => {
  const bench = window.bench = { live: 0, memory: null, frames: 0, longest: 0, delays: [], long: [] }

  // The time at which the page first shows the status live.
  const status = new MutationObserver(() => {
    if (document.querySelector('#status')?.dataset.status !== 'live') return
    bench.live = performance.now()
    status.disconnect()
  })
  status.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-status'] })

  // The memory of a WebAssembly module, if the page has one.
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name]
    WebAssembly[name] = async (...args) => {
      const result = await original.apply(WebAssembly, args)
      bench.memory = result.instance.exports.mem ?? result.instance.exports.memory ?? null
      return result
    }
  }

  // The state of the flight PROBE is the time at which it was published: a t and milliseconds since 1970.
  let row = null
  const cell = () => row.querySelector('[data-col=state]').textContent
  const probe = new MutationObserver(() => {
    const published = /^t([\d.]+)$/.exec(cell())
    if (published) bench.delays.push(performance.timeOrigin + performance.now() - published[1])
  })
  const frame = now => {
    bench.frames++
    if (bench.last) bench.longest = Math.max(bench.longest, now - bench.last)
    bench.last = now
    if (!row?.isConnected) {
      row = document.querySelector('tr[data-flight=PROBE]')
      if (row) probe.observe(row, { subtree: true, childList: true, characterData: true })
    }
    requestAnimationFrame(frame)
  }
  bench.start = () => {
    try {
      const observer = new PerformanceObserver(list => {
        for (const task of list.getEntries()) bench.long.push(task.duration)
      })
      observer.observe({ type: 'longtask' })
    } catch { /* Firefox does not report long tasks. */ }
    requestAnimationFrame(frame)
  }
  bench.reset = () => {
    Object.assign(bench, { frames: 0, longest: 0, delays: [], long: [], since: performance.now() })
    return bench.memory?.buffer.byteLength ?? 0
  }
  bench.result = () => ({
    Seconds: (performance.now() - bench.since) / 1000, Frames: bench.frames, Longest: bench.longest,
    Delays: bench.delays, Long: bench.long, Memory: bench.memory?.buffer.byteLength ?? 0,
  })
  bench.visit = () => ({
    Painted: performance.getEntriesByType('paint')
      .find(entry => entry.name === 'first-contentful-paint')?.startTime ?? 0,
    Live: bench.live,
  })
  bench.rows = () => [...document.querySelectorAll('#flights > tbody > tr[data-flight]')].map(tr => ({
    Key: tr.dataset.flight,
    Cells: Object.fromEntries([...tr.querySelectorAll('td[data-col]')].map(td => [td.dataset.col, td.textContent])),
  }))

  const painted = () => new Promise(done => requestAnimationFrame(() => {
    const channel = new MessageChannel()
    channel.port1.onmessage = done
    channel.port2.postMessage(0)
  }))
  /** How long from each action to the paint after it; the actions fall anywhere between two frames. */
  bench.act = async (selector, value) => {
    const element = document.querySelector(selector)
    if (!element) return null
    const took = []
    for (let i = 0; i < 21; i++) {
      await painted()
      await new Promise(done => setTimeout(done, 40 + i * 7 % 17))
      const before = performance.now()
      if (value === undefined) element.click()
      else {
        element.value = i % 2 ? '' : value
        element.dispatchEvent(new Event('input', { bubbles: true }))
      }
      await painted()
      took.push(performance.now() - before)
    }
    return took
  }
})()
