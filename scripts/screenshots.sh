#!/bin/sh
# Takes pictures of every view of the real window into target/screenshots/views: light and dark, 1280×800 and 1920×1080,
# with 0, 12 and 5,000 steps, with names of 200 characters, with hostile text and with what fails.
#
#   scripts/screenshots.sh [PART…]
#
# All of it, or these parts: empty, places, databases, cockpit, unknown, history, and the plans 0-steps, 12-steps,
# long-names, hostile, broken and 5000-steps. The part `readme` is only taken when it is named: it is docs/screenshot.png.
set -eu
cd "$(dirname "$0")/.."
scripts/install.sh test
scripts/build.sh build --bins --example views
exec "${CARGO_TARGET_DIR:-target}/debug/examples/views" "$@"
