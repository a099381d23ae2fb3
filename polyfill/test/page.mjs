// A page in a real browser. The command wasm/e2e/browserpage drives it; see there for the commands and answers.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const repository = new URL('../../', import.meta.url);
const driver = fileURLToPath(new URL('.build/tools/browserpage', repository));
let built = false;

/** Builds the driver once; Go keeps what it has built before. */
function build() {
  if (!built) {
    const module = fileURLToPath(new URL('wasm/e2e/', repository));
    execFileSync('go', ['-C', module, 'build', '-buildvcs=false', '-o', driver, './browserpage'], { stdio: 'inherit' });
  }
  built = true;
}

/** @typedef {Awaited<ReturnType<typeof open>> & {}} Page */

/**
 * Starts a browser with a new profile and opens a page. The promise is null if there is no such browser.
 *
 * @param {string} name  chromium, firefox or webkit
 */
export async function open(name) {
  build();
  const child = spawn(driver, [name], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value: line, done } = await lines.next();
    if (done) throw new Error(`${name} has ended`);
    return JSON.parse(line);
  };
  /** @param {object} command */
  const call = async (command) => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, error } = await answer();
    if (error) throw new Error(error);
    return value;
  };
  const { value: version, missing } = await answer();
  if (missing) {
    console.log(`skipped: ${missing}`);
    await exited;
    return null;
  }
  return {
    version: /** @type {string} */ (version),

    /** Loads a URL; the promise is resolved after the load event. @param {string} url @returns {Promise<void>} */
    goto: (url) => call({ navigate: url }),

    /**
     * Evaluates an expression, or calls a function, in the page. Its value, or what its promise is resolved with,
     * must have a JSON form.
     *
     * @param {string | ((...args: any[]) => any)} code @param {...any} args @returns {Promise<any>}
     */
    evaluate: (code, ...args) => (
      call({ evaluate: typeof code === 'string' ? code : `(${code})(...${JSON.stringify(args)})` })),

    /** Ends the browser. */
    async close() {
      child.stdin.end();
      await exited;
    },
  };
}
