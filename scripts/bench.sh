#!/bin/sh
# Prints the figures of benches/, each against a peer or a floor measured in the same run.
set -eu
cd "$(dirname "$0")/.."
scripts/install.sh test
cargo build --release --package stopover-cli --bin stopover
# The window takes its time to compile; only its own benches need it.
case " $* " in
*" window"* | "  ")
  scripts/ui.sh
  cargo build --release --package stopover-window --package empty-window --features stopover-window/custom-protocol,empty-window/custom-protocol
  ;;
esac
exec cargo run --release --package stopover-benches -- "$@"
