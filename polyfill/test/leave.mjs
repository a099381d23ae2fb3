// A test that fails leaves its source behind, which connects again for ever. This ends the process all
// the same, a moment after the last test: what is left then is such a source, or it is nothing.

import { after } from 'node:test';

after(() => setTimeout(() => process.exit(), 500).unref());
