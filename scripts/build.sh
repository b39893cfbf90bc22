#!/bin/sh
# The one way this repository is compiled, so that nothing is compiled twice: all packages, one set of features.
#
#   scripts/build.sh build --bins      for instance; what follows the first word is handed on (`nextest` alone runs the tests)
set -eu
cd "$(dirname "$0")/.."
scripts/ui.sh
verb=$1
shift
# `cargo nextest` takes its flags after its own verb.
if [ "$verb" = nextest ]; then
  exec cargo nextest run --workspace --features stopover-window/custom-protocol "$@"
fi
exec cargo "$verb" --workspace --features stopover-window/custom-protocol "$@"
