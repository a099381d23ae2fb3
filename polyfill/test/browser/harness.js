// A small harness for the suite, the same in windows and workers.

const tests = [];

/** Registers a test. Its function gets helpers, and passes unless it throws. */
const test = (name, body) => tests.push({ name, body });

/** The same, where there is a document. */
const windowTest = (name, body) => {
  if (self.document) test(name, body);
};

function equal(got, want, what = 'value') {
  const [a, b] = [got, want].map((value) => JSON.stringify(value));
  if (a === b) return;
  // Long values are shown from shortly before they differ.
  let at = 0;
  while (a && b && a.length > 200 && a[at] === b[at]) at++;
  const show = (text) => (at > 40 ? `…${text.slice(at - 40, at + 160)}…` : text);
  throw new Error(`${what} = ${show(a)}, want ${show(b)}`);
}

function throws(name, body) {
  try {
    body();
  } catch (error) {
    equal(error.name, name, 'error');
    return;
  }
  throw new Error(`nothing thrown, want ${name}`);
}

/** Uncaught errors. The polyfill must not cause any. */
const uncaught = [];
self.addEventListener('error', ({ message }) => uncaught.push(message));
self.addEventListener('unhandledrejection', ({ reason }) => uncaught.push(String(reason)));

let keys = 0;

class Helpers {
  sources = [];
  key = `${Math.random().toString(36).slice(2)}-${keys++}`;

  /** The path of an endpoint with this query, in which the test's key is set. */
  path(endpoint, query = {}) {
    const parameters = new URLSearchParams({ key: this.key });
    for (const [name, value] of Object.entries(query)) {
      for (const each of [value].flat()) parameters.append(name, each);
    }
    return `${endpoint}?${parameters}`;
  }

  /** The same on another origin, which shares it if the query has "cors". */
  other(endpoint, query) {
    return otherOrigin + this.path(endpoint, query);
  }

  source(url, init) {
    const source = new EventSource(url, init);
    this.sources.push(source);
    return source;
  }

  /** The source's next event of one of these types; an "error" that no test waits for fails the test. */
  next(source, ...types) {
    return new Promise((resolve, reject) => {
      const got = (event) => {
        for (const type of ['error', ...types]) source.removeEventListener(type, got);
        if (types.includes(event.type)) resolve(event);
        else reject(new Error(`unexpected error event, readyState ${source.readyState}`));
      };
      for (const type of ['error', ...types]) source.addEventListener(type, got);
    });
  }

  async counts() {
    const response = await fetch(this.path('counts'), { cache: 'no-store' });
    const [requests, connections, preflights] = await response.json();
    return { requests, connections, preflights };
  }

  /** Waits until the server has seen this. */
  async until(condition) {
    while (!condition(await this.counts())) await this.pause(20);
  }

  /** Gives what must not happen a chance to happen. */
  pause(milliseconds) {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}

/** Runs all tests, a few at a time: a host gets six connections. Resolves to [name, failure] pairs. */
async function run() {
  const results = [];
  const queue = tests.slice();
  const one = async () => {
    for (let next; (next = queue.shift()); ) {
      const { name, body } = next;
      const helpers = new Helpers();
      const late = new Promise((_, reject) => setTimeout(() => reject(new Error('timeout')), 10000));
      const failure = await Promise.race([body(helpers), late]).then(() => null, (error) => String(error));
      helpers.sources.forEach((source) => source.close());
      results.push([name, failure]);
    }
  };
  await Promise.all([one(), one(), one()]);
  results.push(['nothing is uncaught', uncaught.join() || null]);
  return results;
}
