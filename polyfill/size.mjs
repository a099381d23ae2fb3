// Prints the size of the global script, minified and compressed, and fails above the limit.
//
// usage: node polyfill/size.mjs

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { minify } from 'terser';

const limit = 2100;

const source = readFileSync(new URL('eventsource.js', import.meta.url), 'utf8');
// The class keeps its name, which EventSource.name shows.
const { code = '' } = await minify(source, { ecma: 2020, compress: { passes: 3 }, mangle: { keep_classnames: true } });
const size = gzipSync(code, { level: 9 }).length;
console.log(`eventsource.js: ${source.length} bytes, minified ${code.length}, and gzip ${size}; the limit is ${limit}`);
if (size > limit) process.exitCode = 1;
