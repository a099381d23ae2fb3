// Runs the suite in real browsers whose native EventSource is deleted: in a window and in a dedicated,
// a shared and a service worker. Then the back/forward cache, which needs a page that leaves.
//
// usage: node polyfill/test/browser.mjs [--native] [chromium] [firefox] [webkit]
//
// With --native the suite tests the browsers' own class.
// CHROMIUM, FIREFOX and WEBKIT name the programs, if they lie elsewhere. Exits 1 if a test failed, 77 if a
// browser is missing and nothing failed; with CI=true a missing browser is a failure.

import { corpus, startServers } from './browser/servers.mjs';
import { open } from './page.mjs';

/** @typedef {import('./page.mjs').Page} Page */
/** @typedef {[string, string | null]} Result  the name of a test, and why it failed */

const browsers = ['chromium', 'firefox', 'webkit'];

const leaving = 'eventsource-bfcache: a page that leaves disconnects, one that comes back connects again';

/**
 * The tests that fail with the polyfill in a browser. Each of them must fail there, or this list is out of date.
 * WebKit sends a header's code units encoded as UTF-8, so an ID beyond ASCII arrives encoded twice. It also ends
 * the connections of a page that leaves before it fires pagehide, so the page gets an error event first.
 *
 * @type {Record<string, string[]>}
 */
const knownFailures = {
  webkit: [
    'format-field-id and format-field-id-2',
    'last event ID on another origin that allows the header, with credentials and without',
    leaving,
  ],
};

/**
 * Evaluates until the value is the wanted one.
 *
 * @param {() => Promise<unknown>} ask @param {unknown} want @param {string} what
 */
async function until(ask, want, what) {
  const end = Date.now() + 10_000;
  for (let got; (got = await ask()) !== want; ) {
    if (Date.now() > end) throw new Error(`${what} = ${got}, want ${want}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** @param {Page} page @param {string} origin @returns {Promise<Result>} */
async function backForward(page, origin) {
  const key = Math.random().toString(36).slice(2);
  const connections = async () => (await (await fetch(`${origin}counts?key=${key}`)).json())[1];
  try {
    await page.goto(`${origin}window.html?leaves`);
    await page.evaluate(async (url) => {
      const source = new EventSource(url);
      Object.assign(globalThis, { source, seen: [] });
      await new Promise((resolve) => (source.onopen = resolve));
      for (const type of ['open', 'error']) {
        source.addEventListener(type, () => /** @type {any} */ (globalThis).seen.push(type));
      }
    }, `open?key=${key}`);
    await until(connections, 1, 'connections');
    await page.goto(`${origin}deep/frame.html`);
    await until(connections, 0, 'connections after leaving');
    await page.evaluate('void setTimeout(() => history.back())');
    // While the page changes, an evaluation may fail.
    const at = () => page.evaluate('document.readyState + location.search').catch(() => 'between two pages');
    await until(at, 'complete?leaves', 'the page after going back');
    const state = () => page.evaluate(() => {
      const { source, seen } = /** @type {any} */ (globalThis);
      return source ? String([source.readyState, ...seen]) : 'loaded anew';
    });
    // A browser may load the page anew; then there is nothing to come back.
    if ((await state()) === 'loaded anew') {
      console.log('# the back/forward cache did not keep the page');
      return [leaving, null];
    }
    await until(connections, 1, 'connections after coming back');
    await until(state, '1,open', 'ready state and events');
    return [leaving, null];
  } catch (error) {
    return [leaving, String(error)];
  }
}

async function main() {
  const native = process.argv.includes('--native');
  const { url, close } = await startServers(native);
  let passed = 0;
  let failed = 0;
  let missing = 0;
  let expected = 0;
  const report = (/** @type {string} */ where, /** @type {Result[]} */ results) => {
    const known = native ? [] : knownFailures[where.split(',')[0]] ?? [];
    for (const [name, result] of results) {
      let failure = result;
      if (known.includes(name)) {
        failure = result ? null : 'passes, although it is among the known failures';
        expected++;
      }
      if (failure) console.log(`not ok - ${where}: ${name}\n  ${failure}`);
      failure ? failed++ : passed++;
    }
    console.log(`# ${where}: ${results.length} tests`);
  };
  const wanted = process.argv.slice(2).filter((name) => name !== '--native');
  for (const name of wanted.length ? wanted : browsers) {
    if (!browsers.includes(name)) throw new Error(`unknown browser: ${name}`);
    const page = await open(name);
    if (!page) {
      missing++;
      continue;
    }
    try {
      console.log(`# ${name}: ${page.version}`);
      await page.goto(`${url}window.html`);
      for (const scope of ['window', 'dedicated worker', 'shared worker', 'service worker']) {
        const results = await page
          .evaluate(`scopes['${scope}']()`)
          .catch((error) => [['the suite runs', String(error)]]);
        report(`${name}, ${scope}`, results);
      }
      for (const which of ['EventSource', 'native']) {
        // A native class may differ from the standard where the case names it.
        const cases = corpus.map(({ name: title, events, differs }) => (
          { name: title, events, differs: which === 'native' && differs?.[name] }));
        report(`${name}, corpus, ${which}`, await page.evaluate(`corpus(${which}, ${JSON.stringify(cases)})`));
      }
      report(name, [await backForward(page, url)]);
    } finally {
      await page.close();
    }
  }
  close();
  console.log(`${passed} passed, ${expected} of them are known failures; ${failed} failed`);
  process.exitCode = failed || (missing && process.env.CI === 'true') ? 1 : missing ? 77 : 0;
}

await main();
