#!/bin/sh
# Opens the window on the example, with an embedded database made for it. Where there is no display, runs the same
# example in the terminal to its end and takes a picture of the window on a display in memory.
set -eu
cd "$(dirname "$0")/.."
scripts/install.sh run
scripts/build.sh build --bins

programs=$PWD/${CARGO_TARGET_DIR:-target}/debug
case ${CARGO_TARGET_DIR:-} in /*) programs=$CARGO_TARGET_DIR/debug ;; esac
home=$PWD/target/example
folder=$home/$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$home"
# The example has a journal of its own: it leaves no trace among your sessions.
export STOPOVER_JOURNAL="$home/journal.db"

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  plan=$("$programs/stopover" demo "$folder" --prepare-only)
  echo "The window opens on $plan"
  exec "$programs/stopover-window" "$plan"
fi

echo "There is no display, so the example runs in the terminal."
"$programs/stopover" demo "$folder"
scripts/screenshot.sh "$programs/stopover-window" "$folder/audit-fields.plan.toml" "$folder/window.png"
echo "picture of the window: $folder/window.png"
