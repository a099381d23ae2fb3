// The parts that only the module has: request headers, and the failing response.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventSource } from '../eventsource.mjs';
import './leave.mjs';
import { drop, once, open, serve, status, stream } from './serve.mjs';

const ending = stream('retry: 1\nid: 1\ndata: x\n\n');

test('headers are sent with each request', async (t) => {
  const { url, requests } = await serve(t, ending, open('data: 2\n\n'));
  const source = new EventSource(url, { headers: { Authorization: 'Bearer 1', Accept: 'text/event-stream, */*' } });
  await once(source, 'error');
  await once(source, 'message');
  for (const { headers } of requests) {
    assert.deepEqual([headers.authorization, headers.accept], ['Bearer 1', 'text/event-stream, */*']);
  }
  assert.equal(requests[1].headers['last-event-id'], '1');
  source.close();
});

test('a headers function is called anew for each connection, and may be asynchronous', async (t) => {
  const { url, requests } = await serve(t, ending, drop, open('data: 2\n\n'));
  let calls = 0;
  const source = new EventSource(url, { headers: async () => [['Authorization', `Bearer ${++calls}`]] });
  await once(source, 'error');
  await once(source, 'error');
  await once(source, 'message');
  assert.deepEqual(requests.map(({ headers }) => headers.authorization), ['Bearer 1', 'Bearer 2', 'Bearer 3']);
  source.close();
});

test('a headers function that fails is tried again', async (t) => {
  const { url, requests } = await serve(t, ending, open('data: 2\n\n'));
  let calls = 0;
  const source = new EventSource(url, {
    headers: () => {
      if (++calls === 2) throw new Error('no token');
      return {};
    },
  });
  await once(source, 'error');
  await once(source, 'error');
  assert.equal(source.readyState, 0);
  assert.equal((await once(source, 'message')).data, '2');
  assert.deepEqual([calls, requests.length], [3, 2]);
  source.close();
});

test('close() while the headers are awaited sends nothing', async (t) => {
  const { url, requests } = await serve(t, open(''));
  let go = /** @type {(value: {}) => void} */ (() => {});
  const source = new EventSource(url, { headers: () => new Promise((resolve) => (go = resolve)) });
  source.close();
  go({});
  await fetch(url).then(({ body }) => body?.cancel());
  assert.equal(requests.length, 1);
});

test('close() while the headers are awaited is the last word, even if they fail', async () => {
  let stop = /** @type {(reason: unknown) => void} */ (() => {});
  const source = new EventSource('http://127.0.0.1:9/', { headers: () => new Promise((_, reject) => (stop = reject)) });
  source.onerror = () => assert.fail('an event after close()');
  source.close();
  stop(new Error('no token'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(source.readyState, 2);
});

test('the error event has the response that failed the connection, its body still to be read', async (t) => {
  const { url } = await serve(t, status(401, { 'WWW-Authenticate': 'Bearer' }));
  const source = new EventSource(url);
  const text = new Promise((resolve) => {
    source.onerror = ({ response }) => resolve(response?.text());
  });
  const { response } = await once(source, 'error');
  assert.deepEqual([response.status, response.headers.get('www-authenticate')], [401, 'Bearer']);
  assert.equal(await text, 'data: never\n\n');
  assert.equal(source.readyState, 2);
});

test('an error event that comes before a reconnection has none', async (t) => {
  const { url } = await serve(t, ending);
  const source = new EventSource(url);
  assert.equal((await once(source, 'error')).response, undefined);
  source.close();
});

test('a response that is not read is cancelled', async (t) => {
  let closed = /** @type {(value: unknown) => void} */ (() => {});
  const end = new Promise((resolve) => (closed = resolve));
  const { url } = await serve(t, (_, response) => {
    response.on('close', closed);
    response.writeHead(503).write('and so on');
  });
  await once(new EventSource(url), 'error');
  await end;
});
