// Runs the suite in real browsers whose native EventSource is deleted: in a window and in a dedicated,
// a shared and a service worker. Then the back/forward cache, which needs a page that leaves.
//
// usage: node polyfill/test/browser.mjs [--native] [chromium] [firefox]
//
// With --native the suite judges the browsers' own class, to see how far that one goes.
// CHROMIUM and FIREFOX name the programs, if they lie elsewhere. Exits 1 if a test failed, 77 if a
// browser is missing and nothing failed; with CI=true a missing browser is a failure.

import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { corpus, site } from './browser/site.mjs';

const find = (/** @type {(string | undefined)[]} */ ...paths) => paths.find((path) => path && existsSync(path));

/** @type {Record<string, () => { path?: string, options: object }>} */
export const browsers = {
  chromium: () => ({
    path: find(process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'),
    options: {
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
        '--disable-background-networking', '--disable-component-update',
      ],
    },
  }),
  firefox: () => ({
    path: find(process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'),
    options: { browser: 'firefox' },
  }),
};

/** Starts a browser, with a new profile. @param {string} name @returns {Promise<import('puppeteer-core').Browser>} */
export function launch(name) {
  const { path, options } = browsers[name]();
  return puppeteer.launch({ executablePath: path, headless: true, protocolTimeout: 240_000, ...options });
}

/** @param {import('puppeteer-core').Browser} browser @param {string} origin @returns {Promise<[string, string | null]>} */
async function backForward(browser, origin) {
  const name = 'eventsource-bfcache: a page that leaves disconnects, one that comes back connects again';
  const key = Math.random().toString(36).slice(2);
  const counts = async () => (await fetch(`${origin}counts?key=${key}`)).json();
  /** @param {number} want */
  const connections = async (want) => {
    const end = Date.now() + 10_000;
    while ((await counts())[1] !== want) {
      if (Date.now() > end) throw new Error(`connections = ${(await counts())[1]}, want ${want}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const page = await browser.newPage();
  try {
    await page.goto(`${origin}window.html`);
    await page.evaluate(async (url) => {
      const source = new EventSource(url);
      Object.assign(globalThis, { source, seen: [] });
      await new Promise((resolve) => (source.onopen = resolve));
      for (const type of ['open', 'error']) {
        source.addEventListener(type, () => /** @type {any} */ (globalThis).seen.push(type));
      }
    }, `open?key=${key}`);
    await connections(1);
    await page.goto(`${origin}deep/frame.html`);
    await connections(0);
    await page.goBack();
    const state = () => page.evaluate(() => {
      const { source, seen } = /** @type {any} */ (globalThis);
      return source && [source.readyState, ...seen];
    });
    // A browser may load the page anew; then there is nothing to come back.
    if (!(await state())) {
      console.log('# the back/forward cache did not keep the page');
      return [name, null];
    }
    await connections(1);
    const end = Date.now() + 5_000;
    while (String(await state()) !== '1,open') {
      if (Date.now() > end) throw new Error(`ready state and events = ${await state()}, want 1,open`);
    }
    return [name, null];
  } catch (error) {
    return [name, String(error)];
  } finally {
    await page.close();
  }
}

async function main() {
  const native = process.argv.includes('--native');
  const { url, close } = await site(native);
  let passed = 0;
  let failed = 0;
  let missing = 0;
  const report = (/** @type {string} */ where, /** @type {[string, string | null][]} */ results) => {
    for (const [name, failure] of results) {
      if (failure) console.log(`not ok - ${where}: ${name}\n  ${failure}`);
      failure ? failed++ : passed++;
    }
    console.log(`# ${where}: ${results.length} tests`);
  };
  const wanted = process.argv.slice(2).filter((name) => name !== '--native');
  for (const name of wanted.length ? wanted : Object.keys(browsers)) {
    if (!browsers[name]) throw new Error(`unknown browser: ${name}`);
    if (!browsers[name]().path) {
      console.log(`skipped: no ${name} found; install the package, or set ${name.toUpperCase()} to its path`);
      missing++;
      continue;
    }
    const browser = await launch(name);
    try {
      console.log(`# ${name}: ${await browser.version()}`);
      const page = await browser.newPage();
      // Behind other tabs, timers would be slow.
      await page.bringToFront();
      await page.goto(`${url}window.html`);
      for (const scope of ['window', 'dedicated worker', 'shared worker', 'service worker']) {
        const results = await page.evaluate(`scopes['${scope}']()`).catch((error) => [['the suite runs', String(error)]]);
        report(`${name}, ${scope}`, /** @type {any} */ (results));
      }
      for (const which of ['EventSource', 'native']) {
        // A native class may differ from the standard where the case says so.
        const cases = corpus.map(({ name: title, events, differs }) => (
          { name: title, events, differs: which === 'native' && differs?.[name] }));
        const results = await page.evaluate(`corpus(${which}, ${JSON.stringify(cases)})`);
        report(`${name}, corpus, ${which}`, /** @type {any} */ (results));
      }
      report(name, [await backForward(browser, url)]);
    } finally {
      await browser.close();
    }
  }
  close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed || (missing && process.env.CI === 'true') ? 1 : missing ? 77 : 0;
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main();
