// The suite's server: its files, its endpoints, and eventsource.js as it ships.

import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { cors, endpoints, tutorial } from './endpoints.mjs';

const types = { js: 'text/javascript', html: 'text/html', mjs: 'text/javascript' };

/** The files by path; the frame is in a folder, to show to what it resolves relative addresses. */
const files = new Map([
  ...['window.html', 'scope.js', 'harness.js', 'suite.js', 'worker.js'].map(
    (name) => /** @type {const} */ ([`/${name}`, name]),
  ),
  ['/deep/frame.html', 'frame.html'],
  ['/eventsource.js', '../../eventsource.js'],
  ['/eventsource.mjs', '../../eventsource.mjs'],
]);

const folder = new URL('../../../server/eventstream/testdata/conformance/', import.meta.url);

/** The cases that the server's parser and the unit tests run, too. */
export const corpus = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, ...JSON.parse(readFileSync(new URL(name, folder), 'utf8')) }));

/**
 * Serves on two ports of loopback. They are two origins of one site, so both get the same cookies.
 *
 * @param {boolean} native  leave the native class, so that the suite tests that one
 */
export async function startServers(native) {
  let other = '';
  const answer = (
    /** @type {import('./endpoints.mjs').Request} */ request,
    /** @type {import('./endpoints.mjs').Response} */ response,
  ) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    if (pathname === '/scope.js' && native) {
      response.writeHead(200, { 'Content-Type': types.js }).end('self.native = self.EventSource;');
      return;
    }
    if (pathname === '/other.js') {
      response.writeHead(200, { 'Content-Type': types.js }).end(`self.otherOrigin = '${other}';`);
      return;
    }
    const file = files.get(pathname);
    if (file) {
      const type = types[/** @type {keyof typeof types} */ (file.replace(/.*\./, ''))];
      response.writeHead(200, { 'Content-Type': type, 'Service-Worker-Allowed': '/' });
      response.end(readFileSync(new URL(file, import.meta.url)));
      return;
    }
    if (pathname === '/corpus') {
      const { stream } = corpus[Number(searchParams.get('i'))];
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end(Buffer.from(stream, 'latin1'));
      return;
    }
    if (pathname.startsWith('/tutorial/')) {
      tutorial(request, response);
      return;
    }
    const endpoint = endpoints[pathname.replace(/.*\//, '')];
    if (cors(request, response, searchParams)) return;
    if (endpoint) endpoint(request, response, searchParams);
    else response.writeHead(404).end();
  };
  const [one, two] = await Promise.all([listen(answer), listen(answer)]);
  other = two.url;
  return {
    url: one.url,
    close() {
      one.close();
      two.close();
    },
  };
}

/** @param {import('node:http').RequestListener} answer */
async function listen(answer) {
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
