#!/bin/sh
# Takes pictures of every view of the real window into target/screenshots/views: light and dark, 1280×800 and 1920×1080,
# with 0, 12 and 5,000 steps, with names of 200 characters, with hostile text and with what fails.
#
#   scripts/screenshots.sh [empty | 0-steps | 12-steps | long-names | hostile | broken | 5000-steps]
set -eu
cd "$(dirname "$0")/.."
scripts/install.sh test
scripts/build.sh build --bins --example views
exec "${CARGO_TARGET_DIR:-target}/debug/examples/views" "$@"
