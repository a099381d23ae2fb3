// Behaviour that depends on a browser or on time: the script runs in a realm of its own, whose fetch(), timers and page
// events the test controls.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const script = readFileSync(new URL('../eventsource.js', import.meta.url), 'utf8');
const here = 'https://here.example';
const there = 'https://there.example/events';

/** Waits until all pending microtasks have run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Returns a realm whose fetch() and timers the test controls. */
function realm(globals = {}) {
  /**
   * @type {{
   *   url: URL, init: any,
   *   answer(text: string, more?: object): Promise<void>, end(): Promise<void>, refuse(): Promise<void>,
   * }[]}
   */
  const fetches = [];
  /** @type {{ delay: number, run(): Promise<void> }[]} */
  const timers = [];
  const page = new EventTarget();
  const fetch = (/** @type {string} */ url, /** @type {any} */ init) =>
    new Promise((resolve, reject) => {
      let body = /** @type {any} */ (null);
      init.signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      fetches.push({
        url: new URL(url),
        init,
        answer(text, more = {}) {
          const stream = new ReadableStream({ start: (controller) => void (body = controller) });
          body.enqueue(Buffer.from(text));
          resolve({
            status: 200, type: 'cors', url, body: stream,
            headers: new Headers({ 'Content-Type': 'text/event-stream' }), ...more,
          });
          return settle();
        },
        end: () => (body.close(), settle()),
        refuse: () => (reject(new TypeError('Failed to fetch')), settle()),
      });
    });
  const context = vm.createContext({
    EventTarget, Event, MessageEvent, DOMException, URL, Headers, AbortController, TextDecoder, ReadableStream,
    fetch,
    origin: here,
    location: { href: `${here}/page/` },
    addEventListener: page.addEventListener.bind(page),
    setTimeout: (/** @type {Function} */ f, /** @type {number} */ delay, /** @type {unknown[]} */ ...args) => {
      const timer = { delay, run: () => (timers.splice(timers.indexOf(timer), 1), f(...args), settle()) };
      timers.push(timer);
      return timer;
    },
    clearTimeout: (/** @type {any} */ timer) => timers.includes(timer) && timers.splice(timers.indexOf(timer), 1),
    ...globals,
  });
  vm.runInContext(script, context);
  const last = () => fetches[fetches.length - 1];
  return { EventSource: context.EventSource, fetches, last, timers, page };
}

/** Everything that a source dispatches, in order. @param {EventTarget} source */
function record(source) {
  /** @type {string[]} */
  const seen = [];
  for (const type of ['open', 'message', 'error']) {
    source.addEventListener(type, (/** @type {any} */ { data }) => seen.push(data ?? type));
  }
  return seen;
}

test('URLs are relative to the document, or else to the worker', () => {
  assert.equal(new (realm().EventSource)('events').url, `${here}/page/events`);
  const { EventSource } = realm({ document: { baseURI: `${here}/base/` } });
  assert.equal(new EventSource('events').url, `${here}/base/events`);
});

test('a host name that the URL parser has escaped is a SyntaxError', () => {
  // As in Chromium.
  class Lax extends URL {
    get hostname() {
      return 'this%20is%20invalid';
    }
  }
  const { EventSource } = realm({ URL: Lax });
  assert.throws(() => new EventSource('http://lax/'), { name: 'SyntaxError' });
});

test('credentials mode and cache mode', () => {
  const { EventSource, last } = realm();
  new EventSource(there);
  assert.deepEqual([last().init.credentials, last().init.cache], ['same-origin', 'no-store']);
  new EventSource(there, { withCredentials: true });
  assert.equal(last().init.credentials, 'include');
});

test('the reconnection time is waited for exactly after an end, and longer after failures', async () => {
  for (const [random, extra] of /** @type {const} */ ([
    [0, [0, 0, 0, 0, 0, 0]],
    [1, [0, 1000, 3000, 7000, 15000, 15000]],
  ])) {
    const { EventSource, last, timers } = realm({ Math: { min: Math.min, random: () => random } });
    new EventSource(there);
    await last().answer('retry: 500\n\n');
    await last().end();
    assert.deepEqual(timers.map(({ delay }) => delay), [500]);
    await timers[0].run();
    for (const more of extra.slice(1)) {
      await last().refuse();
      assert.deepEqual(timers.map(({ delay }) => delay), [500 + more]);
      await timers[0].run();
    }
    await last().answer('data: 1\n\n');
    await last().end();
    assert.deepEqual(timers.map(({ delay }) => delay), [500], 'a connection that opens is a new beginning');
  }
});

test('a reconnection time beyond what a timer takes is not taken for zero', async () => {
  const { EventSource, last, timers } = realm();
  const source = new EventSource(there);
  await last().answer('retry: 99999999999\n\n');
  await last().end();
  assert.deepEqual([source.reconnectionTime, timers[0].delay], [99999999999, 2 ** 31 - 1]);
});

test('the ready state when error is fired is CONNECTING, and close() in its listener stops the waiting', async () => {
  const { EventSource, fetches, last, timers } = realm();
  const source = new EventSource(there);
  source.onerror = () => source.close();
  await last().answer('');
  await last().end();
  assert.deepEqual([source.readyState, timers.length, fetches.length], [2, 0, 1]);
});

test('close() while waiting stops the waiting', async () => {
  const { EventSource, last, timers } = realm();
  const source = new EventSource(there);
  await last().answer('');
  await last().end();
  assert.equal(timers.length, 1);
  source.close();
  assert.equal(timers.length, 0);
});

test('a first connection that another origin refuses fails', async () => {
  const { EventSource, fetches, last } = realm();
  const source = new EventSource(there);
  const seen = record(source);
  await last().refuse();
  assert.deepEqual([fetches.length, last().init.mode, seen.length], [2, 'no-cors', 0]);
  await last().answer('', { type: 'opaque', status: 0 });
  assert.deepEqual([seen, source.readyState, last().init.signal.aborted], [['error'], 2, true]);
});

test('a first connection to a dead network is reestablished, with any result of the second request', async () => {
  for (const then of ['refuse', 'answer']) {
    const { EventSource, last, timers } = realm();
    const source = new EventSource(`${here}/events`);
    await last().refuse();
    if (then === 'refuse') await last().refuse();
    else await last().answer('', { type: 'basic' });
    assert.deepEqual([source.readyState, timers.length, last().init.signal.aborted], [0, 1, true], then);
  }
});

test('close() while it is found out whether the first connection was refused', async () => {
  const { EventSource, last, timers } = realm();
  const source = new EventSource(there);
  const seen = record(source);
  await last().refuse();
  source.close();
  await settle();
  assert.deepEqual([seen, timers.length, last().init.signal.aborted], [[], 0, true]);
});

test('a connection that was open once is never given up for a network error', async () => {
  const { EventSource, fetches, last, timers } = realm();
  const source = new EventSource(there);
  await last().answer('');
  await last().end();
  await timers[0].run();
  await last().refuse();
  assert.deepEqual([source.readyState, timers.length, fetches.length], [0, 1, 2]);
});

/** A source that has an ID and connects again. @param {string} url @param {object} [globals] */
async function resuming(url, globals) {
  const all = realm(globals);
  const source = new all.EventSource(url);
  await all.last().answer('id: ü 1\n\n');
  await all.last().end();
  await all.timers[0].run();
  return { source, ...all };
}

test('another origin that refuses the header gets the ID in the query, at once and silently', async () => {
  const { source, fetches, last, timers } = await resuming(`${there}?lastEventId=0&x=1`);
  const seen = record(source);
  assert.equal(last().init.headers.get('Last-Event-ID'), 'Ã¼ 1');
  assert.equal(last().url.searchParams.get('lastEventId'), '0');
  await last().refuse();
  assert.deepEqual([fetches.length, timers.length, seen], [3, 0, []]);
  assert.equal(last().init.headers.has('Last-Event-ID'), false);
  assert.equal(last().url.search, '?lastEventId=%C3%BC+1&x=1');
  await last().answer('data: 1\n\n');
  assert.deepEqual(seen, ['open', '1']);
  assert.equal(source.url, `${there}?lastEventId=0&x=1`);
  // The next attempt begins with the header again.
  await last().end();
  await timers[0].run();
  assert.equal(last().init.headers.has('Last-Event-ID'), true);
});

for (const [reason, refuse] of /** @type {const} */ ([
  ['by a network error', (/** @type {any} */ fetch) => fetch.refuse()],
  ['by status 404', (/** @type {any} */ fetch) => fetch.answer('', { status: 404 })],
  [
    'by another type',
    (/** @type {any} */ fetch) => fetch.answer('', { headers: new Headers({ 'Content-Type': 'text/html' }) }),
  ],
])) {
  const name = `another origin that refuses the query as well, ${reason}, gets a request for the bare address, at once`;
  test(name, async () => {
    const { source, fetches, last, timers } = await resuming(`${there}?lastEventId=0`);
    const seen = record(source);
    for (let returns = 0; returns < 2; returns++) {
      const before = fetches.length;
      await last().refuse();
      const query = last();
      await refuse(query);
      assert.equal(query.init.signal.aborted, true, 'the rest of the response is not read');
      assert.deepEqual([fetches.length - before, timers.length], [2, 0]);
      assert.deepEqual([last().url.href, last().init.headers.has('Last-Event-ID')], [`${there}?lastEventId=0`, false]);
      await last().answer('data: 1\n\n');
      assert.deepEqual([seen, source.lastEventId], [['open', '1'], 'ü 1']);
      await last().end();
      await timers[0].run();
      seen.length = 0;
      // The next attempt begins with the header again.
      assert.equal(last().init.headers.has('Last-Event-ID'), true);
    }
  });
}

test('the response of the bare address is final, as for a native client', async () => {
  const { source, fetches, last, timers } = await resuming(there);
  await last().refuse();
  await last().refuse();
  await last().answer('', { status: 404 });
  assert.deepEqual([source.readyState, fetches.length, timers.length], [2, 4, 0]);
});

test('204 to the query closes the connection for good', async () => {
  const { source, fetches, last, timers } = await resuming(there);
  await last().refuse();
  await last().answer('', { status: 204 });
  assert.deepEqual([source.readyState, fetches.length, timers.length], [2, 3, 0]);
});

test('a dead server gets three requests and one in turns, so two for each attempt', async () => {
  const { source, fetches, last, timers } = await resuming(there);
  for (const want of [3, 1, 3, 1, 3]) {
    const before = fetches.length - 1;
    while (!timers.length) await last().refuse();
    assert.deepEqual([fetches.length - before, source.readyState], [want, 0]);
    await timers[0].run();
  }
});

test('close() between two requests of an attempt is the last word', async () => {
  const { source, fetches, last, timers } = await resuming(there);
  await last().refuse();
  source.close();
  await settle();
  assert.deepEqual([fetches.length, timers.length, last().init.signal.aborted], [3, 0, true]);
});

test('one\'s own origin and Node get no second request', async () => {
  for (const [url, globals] of /** @type {const} */ ([[`${here}/events`, {}], [there, { origin: undefined }]])) {
    const { fetches, last, timers } = await resuming(url, globals);
    await last().refuse();
    assert.deepEqual([fetches.length, timers.length], [2, 1]);
  }
});

test('a page that leaves closes its connections; one that comes back reconnects', async () => {
  const { EventSource, fetches, last, page } = realm();
  const source = new EventSource(there);
  await last().answer('id: 7\ndata: 1\n\n');
  const seen = record(source);
  page.dispatchEvent(new Event('pagehide'));
  await settle();
  assert.deepEqual([last().init.signal.aborted, source.readyState, seen], [true, 0, []]);
  page.dispatchEvent(new Event('pageshow'));
  assert.deepEqual([fetches.length, last().init.headers.get('Last-Event-ID')], [2, '7']);
  await last().answer('data: 2\n\n');
  assert.deepEqual([source.readyState, seen], [1, ['open', '2']]);
  page.dispatchEvent(new Event('pageshow'));
  assert.equal(fetches.length, 2, 'once');
});

test('a closed connection stays closed when the page comes back', async () => {
  const { EventSource, fetches, last, page } = realm();
  const [before, during, failed] = [new EventSource(there), new EventSource(there), new EventSource(there)];
  await last().answer('', { status: 204 });
  assert.equal(failed.readyState, 2);
  before.close();
  page.dispatchEvent(new Event('pagehide'));
  during.close();
  page.dispatchEvent(new Event('pageshow'));
  await settle();
  assert.deepEqual([fetches.length, before.readyState, during.readyState, failed.readyState], [3, 2, 2, 2]);
});

test('a page that leaves while waiting goes on waiting when it comes back', async () => {
  const { EventSource, fetches, last, timers, page } = realm();
  new EventSource(there);
  await last().answer('');
  await last().end();
  page.dispatchEvent(new Event('pagehide'));
  page.dispatchEvent(new Event('pageshow'));
  assert.deepEqual([timers.length, fetches.length], [1, 1]);
  await timers[0].run();
  assert.equal(fetches.length, 2);
});
