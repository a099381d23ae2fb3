# The checks of ./build.sh test, which reads this file.

staticcheck_version=v0.7.0
govulncheck_version=v1.9.0

# check runs parts in the given order. Each step prints its name and its seconds. set -e ends the
# script at the first command that fails, and the trap then prints its step.
check() {
  [[ $# != 0 ]] || die "check: which parts?"
  local part
  for part in "$@"; do
    declare -F "check_$part" >/dev/null || die "check: unknown part: $part"
  done
  ran=() skipped=() current=
  trap 'report $?' EXIT
  for part in "$@"; do
    "check_$part"
  done
}

step() { # NAME COMMAND…
  local start=$SECONDS
  current=$1
  echo "=== $1"
  "${@:2}"
  current=
  ran+=("$(printf '%4d s  %s' $((SECONDS - start)) "$1")")
  echo "--- $1: $((SECONDS - start)) s"
}

skip() { # WHAT WHY: a failure with CI=true.
  current=$1
  may_skip "$@"
  [[ ${CI:-} != true ]] || { echo "CI=true: a skipped check is a failure" >&2 && exit 1; }
  current=
}

may_skip() { # WHAT WHY: not a failure with CI=true either: nothing on this machine is missing.
  echo "skipped: $1: $2"
  skipped+=("$1: $2")
}

report() { # STATUS
  printf '\n'
  [[ ${#ran[@]} == 0 ]] || printf 'ran      %s\n' "${ran[@]}"
  [[ ${#skipped[@]} == 0 ]] || printf 'skipped  %s\n' "${skipped[@]}"
  [[ $1 == 0 && -z $current ]] && echo "all steps passed in $SECONDS s" || echo "FAILED at step: ${current:-setup}"
}

check_static() {
  need has_certificates ca-certificates || skip 'module proxy' 'no certificates'
  step 'gofmt' formatted
  step 'staticcheck: install' install_staticcheck
  step 'go.mod files are tidy' each_module go mod tidy -diff
  step 'go fix' each_module go fix -diff ./...
  step 'go fix for wasm' for_wasm go fix -diff ./wasm/... ./timetable/...
  step 'go vet' each_module go vet ./...
  step 'go vet for wasm' for_wasm go vet ./wasm/... ./timetable/...
  step 'staticcheck' each_module "$staticcheck" ./...
  step 'staticcheck for wasm' for_wasm "$staticcheck" ./wasm/... ./timetable/...
  step 'go vet and build for Linux' for_os linux
  step 'go vet and build for macOS' for_os darwin
  step 'go vet and build for Windows' for_os windows
  step 'govulncheck: install' install_govulncheck
  local unreachable
  if database_reachable; then
    step 'govulncheck' "$govulncheck" ./...
    step 'govulncheck of server/full' "$govulncheck" -C server/full ./...
    step 'govulncheck for wasm' for_wasm "$govulncheck" ./wasm/...
  else
    may_skip 'govulncheck' "$unreachable"
  fi
  step 'a release is reproducible' reproducible linux/amd64
  step "the client's size" weigh "$PWD/www/built"
}

check_native() {
  need has_curl curl || skip "the examples of publishing" 'no curl'
  need has_node nodejs || skip "what the page's modules decide" 'no node 18'
  need has_systemd systemd || skip 'an installed package' 'no systemd and dpkg'
  [[ $(id -u) == 0 ]] || may_skip 'an installed package' 'only root may change the root of a process'
  fetch_promtool || skip "promtool's checks of metrics and alerts" 'no promtool'
  need has_proxies nginx haproxy caddy varnish || skip 'some proxies' 'not all of nginx, HAProxy, Caddy and Varnish'
  mkdir -p .build
  step 'behind proxies: build' go test -c -o .build/proxies.test ./server/proxies
  # It mostly waits, so the other tests run meanwhile.
  (cd server/proxies && exec ../../.build/proxies.test -test.run 'Second|Mutes' -test.v -for 1m) >.build/proxies.log 2>&1 &
  local proxies=$!
  race_tests tests .
  step 'behind proxies for a minute' passed "$proxies" .build/proxies.log
}

passed() { # PID LOG: waits for a program in the background, and prints what it has written to LOG.
  local status=0
  wait "$1" || status=$?
  cat "$2"
  return "$status"
}

# The executor in lib/wasm passes the whole environment to the module, whose limit for it is small.
check_node() {
  need has_node nodejs || { skip 'wasm tests in Node' 'no node 18' && return; }
  step 'split-flap schedule' node --test www/flap/schedule.test.mjs
  step 'wasm tests in Node' for_wasm go test \
    -exec "env -i PATH='$PATH' HOME='$HOME' '$(wasm_lib)/go_js_wasm_exec'" ./wasm/... ./timetable/...
}

check_browser() {
  build_browserexec
  need has_chromium chromium || { skip 'wasm tests in Chromium' 'no chromium' && return; }
  step 'wasm tests in Chromium' for_wasm go test -exec "$browserexec" ./wasm
}

check_polyfill() {
  build_browserexec
  need has_npm nodejs npm || { skip 'polyfill' 'no node 18 with npm' && return; }
  need has_chromium chromium || skip 'polyfill in Chromium' 'no chromium'
  need has_firefox firefox-esr || skip 'polyfill in Firefox' 'no firefox'
  need_webkit 'polyfill in WebKit'
  step 'polyfill' polyfill/check.sh
}

check_nested() {
  need has_node nodejs || skip 'slim programs in Node' 'no node 18'
  need has_nginx nginx || skip 'load test behind nginx' 'no nginx'
  local module
  for module in $(modules); do
    case $module in
      . | ./wasm/e2e) ;;
      ./server/loadtest | ./server/full) race_tests "$module" "$module" ;;
      *) step "$module" go -C "$module" test ./... ;;
    esac
  done
}

# With the newest Go: what depends on the toolchain.
check_newest() {
  local version
  version=$(go list -m -f 'go{{.Version}}' go@latest 2>/dev/null) && GOTOOLCHAIN=$version go version ||
    { may_skip 'the newest Go' 'the module proxy does not send it' && return; }
  [[ $version != $(go env GOVERSION) ]] || { may_skip "$version" 'all other checks run with it' && return; }
  step "$version: the client" with_go "$version" build_page "$PWD/.build/newest"
  step "$version: the client's size" with_go "$version" weigh "$PWD/.build/newest"
  step "$version: go vet of wasm/slim" with_go "$version" go -C wasm/slim vet ./...
  step "$version: tests of wasm/slim" with_go "$version" go -C wasm/slim test ./...
}
with_go() { GOTOOLCHAIN=$1 "${@:2}"; } # VERSION COMMAND…

weigh() { # FOLDER
  [[ $slim == true ]] || { may_skip "the client's size" 'FLIGHTBOARD_SLIM=0' && return; }
  slim_tool weigh "$1/app.wasm"
}

race_tests() { # STEP MODULE: its tests, with the race detector if there is a C compiler.
  if need has_cc gcc libc6-dev; then
    step "$1 with the race detector" env CGO_ENABLED=1 go -C "$2" test -race ./...
  else
    skip "$1 with the race detector" 'no C compiler'
    step "$1" go -C "$2" test ./...
  fi
}

# The parsers of untrusted input are fuzzed with every test. ./build.sh fuzz runs all targets.
# A number of inputs, not a time: at the end of a time go test may fail with "context deadline exceeded".
check_fuzz() {
  step 'FuzzPublishHandler' fuzz_target ./server/web FuzzPublishHandler 20000x
  step 'FuzzLastEventID' fuzz_target ./server/web FuzzLastEventID 20000x
  step 'FuzzMapping' fuzz_target ./server/feed/mapping FuzzMapping 20000x
  step 'FuzzAnswer' fuzz_target ./server/feed/mapping FuzzAnswer 20000x
  step 'FuzzTime' fuzz_target ./server/feed/mapping FuzzTime 20000x
}

check_e2e() {
  build_browserexec
  need has_chromium chromium || skip 'end to end in Chromium' 'no chromium'
  need has_firefox firefox-esr || skip 'end to end in Firefox' 'no firefox'
  need_webkit 'end to end in WebKit'
  step 'build' build
  mkdir -p .build/artifacts
  step 'end to end' go -C wasm/e2e test -count=1 -v -timeout 45m -artifacts -outputdir "$PWD/.build/artifacts" ./...
}

formatted() { # gofmt exits 0 when it lists files.
  local files
  files=$(gofmt -l .)
  [[ -z $files ]] || { echo "gofmt would change $files" && return 1; }
}

install_staticcheck() {
  install_tool honnef.co/go/tools/cmd/staticcheck "$staticcheck_version"
  staticcheck=$tool
}
install_govulncheck() {
  install_tool golang.org/x/vuln/cmd/govulncheck "$govulncheck_version"
  govulncheck=$tool
}
install_tool() { # PACKAGE VERSION: once per toolchain, which must be as new as the sources that the tool reads.
  local bin
  bin=$PWD/.build/tools/$(go env GOVERSION)/${1##*/}-$2
  tool=$bin/${1##*/}
  [[ -x $tool ]] || GOBIN=$bin go install "$1@$2"
}

# database_reachable: govulncheck can read its database of vulnerabilities; otherwise unreachable has its reason.
database_reachable() {
  unreachable=$("$govulncheck" -C server -scan module 2>&1) || [[ $unreachable != *'fetching vulnerabilities'* ]]
}

# The same sources in another folder make the same files.
reproducible() { # PLATFORM
  release_files -platforms "$1" 0.0.0
  elsewhere release_files -platforms "$1" 0.0.0 # with the same build cache, which is quicker
}

modules() { find . -name go.mod ! -path './.build/*' -exec dirname {} \;; }

each_module() { # COMMAND…
  local module
  for module in $(modules); do
    (cd "$module" && "$@") || { echo "in module $module" && return 1; }
  done
}

for_wasm() { GOOS=js GOARCH=wasm "$@"; }
for_os() { # OS: the servers and the load test have files for single systems.
  local module
  for module in . server/full server/loadtest; do
    GOOS=$1 CGO_ENABLED=0 go -C "$module" vet ./... || return 1
    GOOS=$1 CGO_ENABLED=0 go -C "$module" build -o /dev/null ./... || return 1
  done
}

found() { command -v "$1" >/dev/null; }
has_curl() { found curl; }
has_certificates() { ! found apt-get || [[ -e /etc/ssl/certs/ca-certificates.crt ]]; }
has_nginx() { local PATH=$PATH:/usr/sbin && found nginx; }
has_proxies() { local PATH=$PATH:/usr/sbin && found nginx && found haproxy && found caddy && found varnishd; }
has_systemd() { found systemd-analyze && found systemd-sysusers && found deb-systemd-helper && found dpkg; }
has_cc() { found "$(go env CC)"; }
has_node() { found node && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'; }
has_npm() { has_node && found npm; }
has_chromium() { "$browserexec" -find chromium >/dev/null 2>&1; }
has_firefox() { "$browserexec" -find firefox >/dev/null 2>&1; }
has_webkit() { "$browserexec" -find webkit >/dev/null 2>&1; }
need_webkit() { need has_webkit webkit2gtk-driver xvfb || skip "$1" 'no WebKitGTK with WebKitWebDriver and Xvfb'; }

build_browserexec() { # It also finds the installed browsers.
  browserexec=$PWD/.build/tools/browserexec
  go -C wasm/e2e build -o "$browserexec" ./browserexec
}

need() { # TEST PACKAGE…: installs the Debian packages unless the test passes, if that is allowed.
  ! "$1" || return 0
  found apt-get || return 1
  echo "=== apt-get install ${*:2}"
  local root='env DEBIAN_FRONTEND=noninteractive'
  [[ $(id -u) == 0 ]] || root="sudo -n $root"
  $root apt-get update -qq && $root apt-get install -y -qq --no-install-recommends "${@:2}" >/dev/null && "$1"
}

# promtool is taken out of Debian's package of Prometheus. To install that would start a server.
fetch_promtool() {
  local folder=$PWD/.build/tools/prometheus
  export PATH=$PATH:$folder/usr/bin
  ! found promtool || return 0
  found apt-get && found dpkg-deb || return 1
  echo '=== apt-get download prometheus'
  local root=
  [[ $(id -u) == 0 ]] || root='sudo -n'
  rm -rf "$folder" && mkdir -p "$folder" && $root apt-get update -qq &&
    (cd "$folder" && apt-get download -qq prometheus && dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb) &&
    found promtool
}
