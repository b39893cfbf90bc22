#!/bin/sh
# Prints the figures of benches/, each against a peer or a floor measured in the same run.
set -eu
cd "$(dirname "$0")/.."
scripts/install.sh test
cargo build --release --package stopover-cli --bin stopover
exec cargo run --release --package stopover-benches -- "$@"
