// Connections to a real server: requests, and the responses that open, reestablish or fail the connection.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drop, once, open, serve, status, stream } from './serve.mjs';
import './leave.mjs';
import { twins } from './twins.mjs';

const quick = 'retry: 1\n\n';

for (const [twin, EventSource] of twins) {
  test(`${twin}: the request`, async (t) => {
    const { url, requests } = await serve(t, open(''));
    const source = new EventSource(`${url}a%20b?c=d e#f`);
    assert.equal(source.url, `${url}a%20b?c=d%20e#f`);
    assert.equal(source.readyState, 0);
    await once(source, 'open');
    assert.equal(source.readyState, 1);
    const [{ method, url: path, headers }] = requests;
    assert.deepEqual([method, path], ['GET', '/a%20b?c=d%20e']);
    assert.deepEqual([headers.accept, headers['cache-control']], ['text/event-stream', 'no-cache']);
    assert.equal('last-event-id' in headers, false);
    source.close();
  });

  test(`${twin}: events are real ones, of the origin after redirects`, async (t) => {
    const target = await serve(t, open('event: x\nid: 7\ndata: y\n\n'));
    const { url } = await serve(t, status(307, { Location: target.url }));
    const source = new EventSource(url);
    const opened = await once(source, 'open');
    assert.deepEqual([opened.constructor, opened.bubbles, opened.cancelable], [Event, false, false]);
    const event = await once(source, 'x');
    assert.deepEqual([event.constructor, event.bubbles, event.cancelable], [MessageEvent, false, false]);
    assert.deepEqual([event.data, event.lastEventId, event.target], ['y', '7', source]);
    assert.equal(event.origin, new URL(target.url).origin);
    assert.equal(source.url, url);
    source.close();
  });

  test(`${twin}: the end of a stream reestablishes, and fires an error event`, async (t) => {
    const { url, requests } = await serve(t, stream(`${quick}data: 1\n\n`), open('data: 2\n\n'));
    const source = new EventSource(url);
    await once(source, 'message');
    const error = await once(source, 'error');
    assert.deepEqual([error.constructor, source.readyState], [Event, 0]);
    assert.equal((await once(source, 'message')).data, '2');
    assert.deepEqual([source.readyState, requests.length], [1, 2]);
    source.close();
  });

  test(`${twin}: so does the loss of a connection, before and after it has opened`, async (t) => {
    const cut = (/** @type {any} */ _, /** @type {any} */ response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(quick, () => response.destroy());
    };
    const { url } = await serve(t, cut, drop, open('data: 1\n\n'));
    const source = new EventSource(url);
    for (const want of [0, 0]) {
      await once(source, 'error');
      assert.equal(source.readyState, want);
    }
    assert.equal((await once(source, 'message')).data, '1');
    source.close();
  });

  test(`${twin}: a first connection that is lost comes back, without a second request at once`, async (t) => {
    const { url, requests } = await serve(t, drop, open(''));
    const source = new EventSource(url);
    await once(source, 'error');
    assert.deepEqual([source.readyState, requests.length], [0, 1]);
    source.close();
  });

  for (const [reason, handler] of /** @type {const} */ ([
    ...[201, 204, 205, 206, 301, 400, 401, 404, 500, 503].map(
      (code) => /** @type {const} */ ([`status ${code}`, status(code)]),
    ),
    ['no type', (/** @type {any} */ _, /** @type {any} */ response) => response.end('data: x\n\n')],
    ['type text/html', stream('data: x\n\n', { 'Content-Type': 'text/html' })],
    ['type text/event-streams', stream('data: x\n\n', { 'Content-Type': 'text/event-streams' })],
    ['a type that is overruled', stream('data: x\n\n', { 'Content-Type': 'text/event-stream, text/plain' })],
    [
      'a type with a parameter that is overruled',
      stream('data: x\n\n', { 'Content-Type': 'text/event-stream;a="b", text/plain' }),
    ],
  ])) {
    test(`${twin}: ${reason} fails the connection`, async (t) => {
      const { url, requests } = await serve(t, stream(`${quick}data: 1\n\n`), handler, open('data: never\n\n'));
      const source = new EventSource(url);
      await once(source, 'error');
      source.onopen = source.onmessage = () => assert.fail('it opened');
      const error = await once(source, 'error');
      assert.deepEqual([error.constructor, source.readyState, requests.length], [Event, 2, 2]);
    });
  }

  for (const type of [
    'Text/Event-Stream',
    'text/event-stream ; charset=windows-1252',
    'text/event-stream;',
    'text/plain, text/event-stream;a="b,c"',
  ]) {
    test(`${twin}: ${type} opens it`, async (t) => {
      const { url } = await serve(t, stream('data: ü\n\n', { 'Content-Type': type }));
      const source = new EventSource(url);
      assert.equal((await once(source, 'message')).data, 'ü');
      source.close();
    });
  }

  for (const url of [
    'ftp://127.0.0.1/',
    'about:blank',
    'mailto:a@example.not',
    'javascript:1',
    'http://a:b@127.0.0.1:9/',
  ]) {
    test(`${twin}: ${url} fails the connection`, async () => {
      const source = new EventSource(url);
      assert.equal(source.readyState, 0);
      await once(source, 'error');
      assert.equal(source.readyState, 2);
    });
  }

  for (const id of ['1', 'ü…😀', 'a b', 'a\u00a0b', 'x'.repeat(8000)]) {
    test(`${twin}: the ID ${JSON.stringify(id.slice(0, 9))} is sent as UTF-8`, async (t) => {
      const { url, requests } = await serve(t, stream(`${quick}id: ${id}\ndata: 1\n\n`), open('data: 2\n\n'));
      const source = new EventSource(url);
      await once(source, 'error');
      // Without an id field of its own the next stream's events carry it on.
      assert.equal((await once(source, 'message')).lastEventId, id);
      const sent = Buffer.from(String(requests[1].headers['last-event-id']), 'latin1').toString();
      assert.equal(sent, id);
      source.close();
    });
  }

  test(`${twin}: an empty ID is not sent`, async (t) => {
    const { url, requests } = await serve(t, stream(`${quick}id: 1\n\nid\ndata: 1\n\n`), open('data: 2\n\n'));
    const source = new EventSource(url);
    await once(source, 'error');
    assert.equal((await once(source, 'message')).lastEventId, '');
    assert.equal('last-event-id' in requests[1].headers, false);
    source.close();
  });

  test(`${twin}: close() ends the request, and everything else`, async (t) => {
    let ended = /** @type {(value: unknown) => void} */ (() => {});
    const end = new Promise((resolve) => (ended = resolve));
    const { url } = await serve(t, (request, response) => {
      response.on('close', ended);
      open('data: 1\n\ndata: 2\n\n')(request, response);
    });
    const source = new EventSource(url);
    await once(source, 'message');
    source.close();
    source.onmessage = source.onerror = () => assert.fail('an event after close()');
    assert.equal(source.readyState, 2);
    await end;
    source.close();
  });

  test(`${twin}: close() in any listener is the last word`, async (t) => {
    for (const type of ['open', 'message', 'error']) {
      const { url, requests } = await serve(t, stream('retry: 0\ndata: 1\n\ndata: 2\n\n'));
      const source = new EventSource(url);
      /** @type {string[]} */
      const seen = [];
      for (const each of ['open', 'message', 'error']) {
        source.addEventListener(each, () => {
          seen.push(each);
          if (each === type) source.close();
        });
      }
      await once(source, type);
      // Longer than it would take to come back.
      for (let i = 0; i < 20; i++) await fetch('data:,');
      assert.deepEqual([seen.indexOf(type), requests.length], [seen.length - 1, 1], `${type}: ${seen}`);
    }
  });

  test(`${twin}: a listener that throws stops nothing`, async (t) => {
    const { url } = await serve(t, open('data: 1\n\ndata: 2\n\n'));
    const source = new EventSource(url);
    const thrown = new Promise((resolve) => {
      const listeners = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => {
        for (const listener of listeners) process.on('uncaughtException', listener);
        resolve(error.message);
      });
    });
    source.addEventListener('message', () => { throw new Error('on purpose'); }, { once: true });
    await new Promise((resolve) => {
      source.onmessage = (/** @type {MessageEvent} */ { data }) => data === '2' && resolve(null);
    });
    assert.equal(await thrown, 'on purpose');
    source.close();
  });
}
