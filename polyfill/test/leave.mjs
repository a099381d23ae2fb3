// A test that fails leaves a source that reconnects for ever. So this ends the process half a second after the
// last test; only such sources still run then.

import { after } from 'node:test';

after(() => setTimeout(() => process.exit(), 500).unref());
