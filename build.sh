#!/usr/bin/env bash
#:
#: usage: ./build.sh [SUBCOMMAND]
#:
#:   (none)            build the client, compress the page's files, build the server
#:   run [FLAG…]       build, then serve on http://localhost:5000; the flags are the server's
#:   dev [FLAG…]       serve from disk; after a change rebuild and reload the page
#:   test              everything: format, vet, lint, tests, browsers; installs missing tools
#:   check PART…       parts of test, of: static native node browser polyfill nested newest
#:                   fuzz e2e
#:   bench [PATTERN]   the benchmarks whose names match PATTERN (.)
#:   bench client      the page in real browsers, beside one in plain JavaScript; three minutes
#:   bench load        broadcast to many viewers, beside the limit of this machine; two minutes
#:   fuzz [DURATION]   every fuzz target, for DURATION each (30s)
#:   release VERSION   what people install, in .build/release: built twice, and compared
#:   clean             remove the files of all subcommands
#:
#: FLIGHTBOARD_SLIM=0 links the client with the whole standard library and does not shorten it, so
#: that a panic's trace has lines.
#: With CI=true a skipped check is a failure.
#:
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

slim=true
[[ ${FLIGHTBOARD_SLIM:-1} != 0 ]] || slim=false

# A build depends on the sources and the toolchain, not on version control.
export GOFLAGS="${GOFLAGS:-} -buildvcs=false"

main() {
  case ${1:-build} in
    build | run | dev | check | bench | fuzz | release | clean) "${@:-build}" ;;
    test) check static native node browser polyfill nested newest fuzz e2e ;;
    help | -h | --help) usage ;;
    *) usage >&2 && die "unknown subcommand: $1" ;;
  esac
}

usage() { sed -n 's/^#: \{0,1\}//p' build.sh; }
die() { echo "build.sh: $*" >&2 && exit 2; }

# --- build, run, dev ---------------------------------------------------------------------------

build() {
  build_page
  link_server
}

build_page() { # [FOLDER]
  link_client
  slim_tool pack -slim="$slim" -o "${1:-$PWD/www/built}" "${page_files[@]}" "$(wasm_lib)/wasm_exec.js"
  [[ $# != 0 ]] || cp .build/app.wasm .build/packed.wasm
}
page_files=("$PWD/.build/app.wasm" "$PWD/polyfill/eventsource.js") # and wasm_exec.js

# run starts the server as early as it can. The server's packages are compiled while the client is, and a new client is
# served as it has been linked: it is packed afterwards, and served like that the next time.
run() {
  echo 'build.sh: compiling the client and the server; the first time this takes a while'
  list_server >/dev/null 2>&1 &
  link_client
  wait $! || true # link_server prints the error.
  if cmp -s .build/app.wasm .build/packed.wasm; then
    link_server
  else
    echo 'build.sh: linking the server; the page is packed for slow networks while it runs, see .build/pack.log'
    rm -f .build/packed.wasm www/built/*.gz www/built/*.br
    cp "${page_files[@]}" "$(wasm_lib)/wasm_exec.js" www/built/
    link_server
    build_page >.build/pack.log 2>&1 &
  fi
  exec .build/flightboard "$@"
}

# The client is linked with what wasm/slim replaces, which tells what it leaves out. Its flags are the server's, so that
# the standard library is compiled once for both.
link_client() { slim_tool link -slim="$slim" -root "$PWD" -o "$PWD/.build/app.wasm"; }
slim_tool() { CGO_ENABLED=0 go -C wasm/slim run -trimpath . "$@"; }
link_server() { CGO_ENABLED=0 go build -trimpath -o .build/flightboard ./server; }
list_server() { CGO_ENABLED=0 go list -trimpath -export ./server; } # compiles all but links nothing
wasm_lib() { echo "$(go env GOROOT)/lib/wasm"; } # of the toolchain that links the client

# dev checks once a second for files that are newer than its last check, and rebuilds. The page reloads
# because the server, with -www, watches the times of the page's files and sends a reload event. dev
# compresses nothing, so it removes the compressed files of an earlier build.
dev() {
  local server=
  trap '[[ -z $server ]] || kill "$server" 2>/dev/null || true' EXIT
  rm -f www/built/*.gz www/built/*.br .build/packed.wasm
  mkdir -p .build && touch -t 197001010000 .build/seen
  while true; do
    touch .build/checking
    if newer timetable wasm polyfill && link_client; then
      cp "${page_files[@]}" "$(wasm_lib)/wasm_exec.js" www/built/
    fi
    if newer timetable server www/*.go && link_server; then
      [[ -z $server ]] || { kill "$server" && wait "$server"; } || true
      .build/flightboard -www www "$@" &
      server=$!
    fi
    mv .build/checking .build/seen
    sleep 1
  done
}

# newer PATH…: succeeds if a file below them has changed since the last check.
newer() { [[ -n $(find go.mod "$@" -type f -newer .build/seen -print -quit) ]]; }

# test and check
source .ci/checks.sh

# --- release -----------------------------------------------------------------------------------

# The second time nothing that the first has compiled is used again.
release() { # VERSION
  [[ $# == 1 ]] || die "release: want a version, as in 1.2.3"
  release_files "$1"
  elsewhere without_cache release_files "$1"
}

release_files() { # ARGUMENT…: those of server/release
  rm -rf .build/release
  build_page
  go run ./server/release "$@"
}

without_cache() { # COMMAND…
  GOCACHE=$PWD/.build/cache "$@"
}

elsewhere() { # COMMAND…: runs it with a copy of the sources in another folder, and compares the releases.
  rm -rf .build/elsewhere && mkdir -p .build/elsewhere
  cp -R go.mod go.sum README.md CHANGELOG.md LICENSE timetable server wasm www polyfill .build/elsewhere/
  find .build/elsewhere/www/built -type f ! -name README -delete
  (cd .build/elsewhere && "$@")
  diff -r .build/release .build/elsewhere/.build/release
  rm -rf .build/elsewhere
}

# --- bench, fuzz, clean ------------------------------------------------------------------------

bench() {
  local module
  case ${1:-} in
    client) build && go -C wasm/e2e run ./clientbench "${@:2}" ;;
    load) go -C server/loadtest run . summary "${@:2}" ;;
    *)
      for module in . server/loadtest; do
        go -C "$module" test -run '^$' -bench "${1:-.}" -benchmem ./...
      done
      ;;
  esac
}

fuzz() { each_module fuzz_module "${1:-30s}"; }

fuzz_module() { # DURATION
  local package target
  for package in $(go list ./...); do
    for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz'); do
      echo "=== $package $target"
      fuzz_target "$package" "$target" "$1" || return 1
    done
  done
}

# Without a limit, fuzzing would spend up to a minute on minimizing each input.
fuzz_target() { # PACKAGE TARGET DURATION
  go test -list "^$2\$" "$1" | grep -x "$2" >/dev/null || { echo "there is no $2 in $1" >&2 && return 1; }
  go test -run '^$' -fuzz "^$2\$" -fuzztime "$3" -fuzzminimizetime 100x "$1"
}

clean() { rm -rf .build && find www/built -type f ! -name README -delete; }

main "$@"
