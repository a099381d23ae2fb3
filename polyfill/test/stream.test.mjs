// Parsing: the corpus that the server's parser also passes, and the time that a stream takes.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { once, serve, stream } from './serve.mjs';
import './leave.mjs';
import { twins } from './twins.mjs';

const folder = new URL('../../server/eventstream/testdata/conformance/', import.meta.url);
const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))]);
const types = new Set(cases.flatMap(([, { events }]) => events.map((/** @type {any} */ e) => e.type)));

/** @param {Uint8Array} bytes @param {number} size */
function chunks(bytes, size) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.subarray(at, (at += size)));
      else controller.close();
    },
  });
}

/** What a source has dispatched when its stream has ended. @param {any} source */
async function outcome(source) {
  /** @type {{ type: string, data: string, lastEventId: string }[]} */
  const events = [];
  for (const type of types) {
    source.addEventListener(type, (/** @type {any} */ event) => {
      if (!(event instanceof MessageEvent)) return;
      events.push({ type: event.type, data: event.data, lastEventId: event.lastEventId });
    });
  }
  await new Promise((resolve) => {
    source.addEventListener('error', (/** @type {Event} */ event) => {
      if (!(event instanceof MessageEvent)) resolve(null);
    });
  });
  const { lastEventId, reconnectionTime } = source;
  source.close();
  return { events, lastEventId, retry: reconnectionTime };
}

for (const [twin, EventSource] of twins) {
  test(`${twin}: the corpus`, async (t) => {
    assert(cases.length > 100, 'the corpus is there');
    for (const [name, { reason, stream, events, lastEventId, retry = 3000 }] of cases) {
      await t.test(name, async () => {
        const bytes = Buffer.from(stream, 'latin1');
        for (const size of [Math.max(bytes.length, 1), 1, 2]) {
          const got = await outcome(EventSource.fromReadableStream(chunks(bytes, size)));
          assert.deepEqual(got, { events, lastEventId, retry }, `in chunks of ${size}: ${reason}`);
        }
      });
    }
  });

  test(`${twin}: the corpus over HTTP`, async (t) => {
    const { url } = await serve(t, (request, response) => {
      const body = cases[Number(/** @type {string} */ (request.url).slice(1))][1].stream;
      stream(Buffer.from(body, 'latin1'))(request, response);
    });
    for (const [i, [name, { events, lastEventId, retry = 3000 }]] of cases.entries()) {
      const got = await outcome(new EventSource(url + i));
      assert.deepEqual(got, { events, lastEventId, retry }, name);
    }
  });

  test(`${twin}: an event is dispatched as soon as its blank line's CR has come`, async () => {
    let controller = /** @type {any} */ (null);
    const source = EventSource.fromReadableStream(new ReadableStream({ start: (c) => void (controller = c) }));
    controller.enqueue(Buffer.from('data: 1\r\n\r'));
    const { data, origin } = await once(source, 'message');
    assert.deepEqual([data, origin], ['1', 'null']);
    controller.enqueue(Buffer.from('\ndata: 2\r\r'));
    assert.equal((await once(source, 'message')).data, '2');
    // An empty chunk does not separate a CR from its LF.
    for (const chunk of ['data: 3\r', '', '\ndata: 4\r\n\r\n']) controller.enqueue(Buffer.from(chunk));
    assert.equal((await once(source, 'message')).data, '3\n4');
    source.close();
  });

  // Quadratic time would take minutes here.
  test(`${twin}: long lines and small chunks take linear time`, async () => {
    const long = 'x'.repeat(1 << 18);
    const bytes = Buffer.from(`data: ${long}\n\n`);
    for (const size of [1, 1000]) {
      const { events } = await outcome(EventSource.fromReadableStream(chunks(bytes, size)));
      assert.equal(events[0].data, long);
    }
    const lines = Buffer.from(`${'data: x\n'.repeat(1 << 18)}\n`);
    const { events } = await outcome(EventSource.fromReadableStream(chunks(lines, 1000)));
    assert.equal(events[0].data.length, (1 << 19) - 1);
  });
}
