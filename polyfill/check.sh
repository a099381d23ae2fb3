#!/usr/bin/env bash
#:
#: usage: polyfill/check.sh [types | unit | browser | size | bench]…
#:
#:   types    the twins and the tests against the TypeScript compiler
#:   unit     node --test, on Node 18 or later
#:   browser  the suite in Chromium, Firefox and WebKit; CI=true makes a missing browser a failure
#:   size     the size of the global script, minified and compressed
#:   bench    events per second against the native class, in Chromium
#:
#: Without an argument: all but bench. Installs the tools that package.json names when they are not there.
#: browser and bench need Go, for the driver in ../wasm/e2e/browserpage.
#:
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

main() {
  local part
  [[ $# != 0 ]] || set -- types unit browser size
  for part in "$@"; do
    case $part in
      types | unit | browser | size | bench) ;;
      *) sed -n 's/^#: \{0,1\}//p' check.sh >&2 && exit 2 ;;
    esac
  done
  for part in "$@"; do
    echo "=== polyfill: $part"
    "$part"
  done
}

types() { tools && node_modules/.bin/tsc -p tsconfig.script.json && node_modules/.bin/tsc -p .; }

unit() { node --test test/*.test.mjs; }

# Status 77 means that a browser is missing, and that nothing failed in the others.
browser() {
  local status=0
  node test/browser.mjs || status=$?
  [[ $status == 0 || $status == 77 ]] || return "$status"
}

size() { tools && node size.mjs; }

bench() { node test/bench.mjs; }

# npm keeps a copy of the lock file beside what it has installed.
tools() {
  [[ node_modules/.package-lock.json -nt package-lock.json ]] ||
    { npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json; }
}

main "$@"
