// The responses of the browser suite's server, by path. A "key" in the query distinguishes tests.

/**
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Response
 */

/** Per key: the numbers of requests and of open connections, and the last request. */
const requests = new Map();
const connections = new Map();
const preflights = new Map();

/** @param {Response} response @param {string} body @param {number} [status] @param {string} [type] */
function send(response, body, status = 200, type = 'text/event-stream') {
  response.writeHead(status, type ? { 'Content-Type': type } : {});
  response.end(status === 204 || status === 205 ? undefined : body);
}

/** @param {Map<string, number>} map @param {string} key @param {number} by */
const count = (map, key, by = 1) => map.set(key, (map.get(key) ?? 0) + by).get(key) ?? 0;

/** The header as the text that its bytes are in UTF-8. @param {Request} request */
const lastEventId = (request) => Buffer.from(String(request.headers['last-event-id'] ?? ''), 'latin1').toString();

/** @type {Record<string, (request: Request, response: Response, query: URLSearchParams) => void>} */
export const endpoints = {
  // Sends "message" with "newline" after it, as "mime".
  message(_, response, query) {
    const newline = query.get('newline') === 'none' ? '' : '\n\n';
    send(response, (query.get('message') ?? 'data:data') + newline, 200, query.get('mime') ?? undefined);
  },

  // The nth request of a key gets the nth "body", or the last one.
  sequence(_, response, query) {
    const bodies = query.getAll('body');
    send(response, bodies[Math.min(count(requests, query.get('key') ?? ''), bodies.length) - 1]);
  },

  status(_, response, query) {
    send(response, 'data: data\n\n', Number(query.get('status')));
  },

  // Two streams, then no content.
  'reconnect-fail'(_, response, query) {
    const n = count(requests, query.get('key') ?? '');
    send(response, ['retry: 2\ndata: opened\n\n', 'data: reconnected\n\n', ''][n - 1], n > 2 ? 204 : 200);
  },

  // Sends an ID; then echoes what comes back, or sends hello if nothing does.
  'last-event-id'(request, response, query) {
    const id = lastEventId(request);
    if (id) send(response, `data: ${id}\nretry: 50\n\n`);
    else send(response, `id: ${query.get('id') ?? '…'}\nretry: 50\ndata: hello\n\n`);
  },

  // Like last-event-id, but knows the query parameter, too, and sends by which of the two the ID came.
  resume(request, response, query) {
    const id = query.get('lastEventId');
    if (id !== null) send(response, `data: query ${id}\n\n`);
    else if (lastEventId(request)) send(response, `data: header ${lastEventId(request)}\n\n`);
    else send(response, 'id: ü…\nretry: 50\ndata: hello\n\n');
  },

  headers(request, response, query) {
    send(response, `data: ${request.headers[query.get('name') ?? ''] ?? 'none'}\n\n`);
  },

  // Sets a cookie at the first request, and sends at the second whether it came back.
  cookie(request, response, query) {
    const key = query.get('key') ?? '';
    response.setHeader('Set-Cookie', `${key}=1; Path=/`);
    const has = (request.headers.cookie ?? '').includes(`${key}=1`);
    send(response, `retry: 50\ndata: ${count(requests, key)} ${has}\n\n`);
  },

  redirect(_, response, query) {
    response.writeHead(Number(query.get('status') ?? 302), { Location: query.get('location') ?? '' }).end();
  },

  // Answers neither this request nor the connection's next.
  drop(request, _, query) {
    count(requests, query.get('key') ?? '');
    request.socket.destroy();
  },

  // Opens, and stays open. "open" sends the body at once.
  open(_, response, query) {
    const key = query.get('key') ?? '';
    count(requests, key);
    count(connections, key);
    response.on('close', () => count(connections, key, -1));
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
    response.write(query.get('message') ?? ': open\n');
  },

  // Never answers.
  stall(_, response, query) {
    const key = query.get('key') ?? '';
    count(requests, key);
    count(connections, key);
    response.on('close', () => count(connections, key, -1));
  },

  counts(_, response, query) {
    const key = query.get('key') ?? '';
    const counts = [requests, connections, preflights].map((map) => map.get(key) ?? 0);
    send(response, JSON.stringify(counts), 200, 'application/json');
  },
};

/**
 * Answers like the tutorial's server, which knows its own path, to the letter, and nothing else: a preflight gets the
 * stream, too, an address with a query 404 and no leave to read it. Every stream begins at the beginning.
 *
 * @param {Request} request @param {Response} response
 */
export function tutorial(request, response) {
  const [, key] = /^\/tutorial\/([\w.-]+)$/.exec(request.url ?? '') ?? [];
  if (!key) {
    response.writeHead(404).end();
    return;
  }
  const n = request.method === 'GET' ? count(requests, key) : count(preflights, key);
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Access-Control-Allow-Origin': '*' });
  response.end(`id: 1\nretry: 50\ndata: ${n}\n\n`);
}

/**
 * Applies the query's wishes for cross-origin sharing; true if the request was a preflight, now answered.
 *
 * @param {Request} request @param {Response} response @param {URLSearchParams} query
 */
export function cors(request, response, query) {
  const origin = query.get('origin') ?? request.headers.origin;
  if (query.has('cors') && origin) response.setHeader('Access-Control-Allow-Origin', origin);
  if (query.has('cors')) response.setHeader('Access-Control-Allow-Credentials', 'true');
  if (request.method !== 'OPTIONS') return false;
  count(preflights, query.get('key') ?? '');
  if (query.has('allow')) response.setHeader('Access-Control-Allow-Headers', query.get('allow') ?? '');
  response.writeHead(204).end();
  return true;
}
