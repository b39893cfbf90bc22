#!/bin/sh
# Runs every check there is, cheap ones first, and says how long each took. `scripts/test.sh lint` stops before tests.
set -eu
cd "$(dirname "$0")/.."
until=${1:-all}
began=$(date +%s)

# Runs one stage under its name; the first that fails ends the run.
stage() {
  name=$1
  shift
  printf '\n── %s\n' "$name"
  start=$(date +%s)
  if "$@"; then
    printf '── %s: passed in %s s\n' "$name" $(($(date +%s) - start))
  else
    printf '── %s: FAILED after %s s\n' "$name" $(($(date +%s) - start))
    exit 1
  fi
}

ui_tests() {
  (cd ui && npm run --silent format:check && npm test --silent)
}

# The tests check licences too; cargo-deny knows of known holes besides.
dependencies() {
  cargo deny check
}

rust_tests() {
  # nextest gives every test its own process and ends those that hang; cargo's own runner is good enough without it.
  if cargo nextest --version >/dev/null 2>&1; then
    scripts/build.sh nextest
  else
    scripts/build.sh test --lib --bins --tests
  fi
}

# WebKit and the servers must not depend on what the caller's shell is set to.
export LC_ALL=C.UTF-8
unset PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGSERVICE PGOPTIONS STOPOVER_JOURNAL 2>/dev/null || true

stage "install" scripts/install.sh test
stage "format" cargo fmt --all --check
stage "user interface" ui_tests
stage "lints" scripts/build.sh clippy --all-targets -- -D warnings
if command -v cargo-deny >/dev/null; then stage "dependencies" dependencies; fi
if [ "$until" = lint ]; then exit 0; fi
stage "build" scripts/build.sh build --all-targets
stage "tests on real servers and the real window" rust_tests
printf '\nEverything passed in %s s\n' $(($(date +%s) - began))
