// Events per second through one stream in a browser, native class against eventsource.js, in turns.
//
// usage: node polyfill/test/bench.mjs [chromium | firefox | webkit]

import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { open } from './page.mjs';

const events = 200_000;
const rounds = 7;
const line = `id: 12345678\ndata: ${JSON.stringify({ flight: 'I768', state: 'landed', pad: 'x'.repeat(40) })}\n\n`;
const body = Buffer.from(line.repeat(events) + 'event: end\ndata\n\n');

const server = createServer((request, response) => {
  if (request.url === '/events') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end(body);
  } else if (request.url === '/eventsource.js') {
    response.writeHead(200, { 'Content-Type': 'text/javascript' });
    response.end(readFileSync(new URL('../eventsource.js', import.meta.url)));
  } else {
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end('<script>self.native = EventSource; delete self.EventSource</script>'
      + '<script src="/eventsource.js"></script>');
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

const page = await open(process.argv[2] ?? 'chromium');
if (!page) process.exit(1);
try {
  await page.goto(`http://127.0.0.1:${port}/`);
  /** @type {Record<string, number[]>} */
  const rates = { native: [], EventSource: [] };
  for (let i = 0; i < rounds; i++) {
    for (const name of Object.keys(rates)) {
      const rate = await page.evaluate((name) => new Promise((resolve) => {
        const source = new (/** @type {any} */ (globalThis)[name])('/events');
        let count = 0;
        let start = 0;
        source.onopen = () => (start = performance.now());
        source.onmessage = () => count++;
        source.addEventListener('end', () => {
          source.close();
          resolve(count / (performance.now() - start));
        });
      }), name);
      rates[name].push(Math.round(Number(rate)));
    }
  }
  const median = (/** @type {number[]} */ values) => [...values].sort((a, b) => a - b)[values.length >> 1];
  const [native, ours] = Object.values(rates).map(median);
  console.log(`${page.version}, events of ${line.length} bytes, thousands per second:`);
  console.log(`native          ${native} (${rates.native.join(' ')})`);
  console.log(`eventsource.js  ${ours} (${rates.EventSource.join(' ')})`);
  console.log(`ratio           ${(ours / native).toFixed(2)}`);
} finally {
  await page.close();
  server.close();
  server.closeAllConnections();
}
