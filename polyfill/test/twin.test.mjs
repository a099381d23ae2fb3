// eventsource.js equals eventsource.mjs without the module's own parts, and is a classic ES2020 script.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';
import { classic } from '../twin.mjs';

const read = (/** @type {string} */ name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const script = read('eventsource.js');

test('the script is what twin.mjs makes of the module', () => {
  assert(classic(read('eventsource.mjs')) === script, 'run node polyfill/twin.mjs');
});

test('nothing that is the module\'s own is left in the script', () => {
  assert.doesNotMatch(script, /ponyfill|RequestHeaders|\bresponse\.bodyUsed|^export/m);
});

test('it is a source to be read: 200 to 400 lines', () => {
  const lines = script.trimEnd().split('\n');
  assert(lines.length >= 200 && lines.length <= 400, `${lines.length} lines`);
});

test('an existing global EventSource stays, and the script changes nothing', () => {
  const mine = class {};
  const context = vm.createContext({ EventSource: mine, addEventListener: () => assert.fail('a listener') });
  vm.runInContext(script, context);
  assert.equal(vm.runInContext('EventSource', context), mine);
});

test('it needs no eval: it runs where code generation is forbidden', () => {
  const context = vm.createContext({ EventTarget, Event }, { codeGeneration: { strings: false, wasm: false } });
  vm.runInContext(script, context);
  assert.equal(vm.runInContext('EventSource.name', context), 'EventSource');
});
