// A server on loopback for one test, whose handlers answer one request each.

import { createServer } from 'node:http';

/**
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Response
 */

/**
 * Answers the nth request with the nth handler, and all later ones with the last.
 *
 * @param {{ after(done: () => void): void }} t  ends the server when the test is over
 * @param {...(request: Request, response: Response) => void} handlers
 */
export async function serve(t, ...handlers) {
  /** @type {Request[]} */
  const requests = [];
  const server = createServer((request, response) => {
    const handler = handlers[Math.min(requests.length, handlers.length - 1)];
    requests.push(request);
    handler(request, response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}/`, requests };
}

/** A handler that sends a stream and ends it. @param {string | Uint8Array} body @param {object} [headers] */
export const stream = (body, headers) => (/** @type {unknown} */ _, /** @type {Response} */ response) =>
  response.writeHead(200, { 'Content-Type': 'text/event-stream', ...headers }).end(body);

/** A handler that sends a stream and leaves it open. @param {string | Uint8Array} body */
export const open = (body) => (/** @type {unknown} */ _, /** @type {Response} */ response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
  response.write(body);
};

/** A handler that answers with a status. @param {number} code @param {object} [headers] */
export const status = (code, headers) => (/** @type {unknown} */ _, /** @type {Response} */ response) =>
  response.writeHead(code, { 'Content-Type': 'text/event-stream', ...headers }).end('data: never\n\n');

/** A handler that drops the connection without an answer. @param {Request} request */
export const drop = (request) => request.socket.destroy();

/**
 * The target's next event of this type. There is one soon, or the test fails rather than hangs.
 *
 * @param {EventTarget} target @param {string} type @returns {Promise<any>}
 */
export const once = (target, type) =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no event named ${type} in 10 s`)), 10_000);
    const got = (/** @type {Event} */ event) => {
      clearTimeout(late);
      resolve(event);
    };
    target.addEventListener(type, got, { once: true });
  });
