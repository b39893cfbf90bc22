#!/bin/sh
# Takes a picture of the window on a display that exists only in memory.
#
#   scripts/screenshot.sh WINDOW-PROGRAM PLAN PICTURE
set -eu
program=$1
plan=$2
picture=$3
scratch=$(mktemp -d)
window=
display=
finish() {
  for process in $window $display; do
    kill "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
  done
  rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 1' INT TERM

# As large as the window is when it opens.
Xvfb -displayfd 3 -screen 0 1280x820x24 -nolisten tcp 3>"$scratch/display" 2>"$scratch/xvfb.log" &
display=$!

# Waits up to $1 tenths of a second until the rest of the line succeeds; the end of the process $2 ends the wait.
within() {
  left=$1
  process=$2
  shift 2
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || return 1
    kill -0 "$process" 2>/dev/null || return 1
    sleep 0.1
  done
}
has_number() { [ -s "$scratch/display" ]; }
within 100 "$display" has_number || { echo "The display in memory did not start:" >&2; cat "$scratch/xvfb.log" >&2; exit 1; }
DISPLAY=:$(cat "$scratch/display")
export DISPLAY
unset WAYLAND_DISPLAY

"$program" "$plan" >"$scratch/window.log" 2>&1 &
window=$!

# Painted: more colours than an empty page has, and five pictures in a row that are the same.
same=0
painted() {
  import -window root "$scratch/new.png" 2>/dev/null || return 1
  convert "$scratch/new.png" "rgb:$scratch/new.rgb"
  if cmp -s "$scratch/old.rgb" "$scratch/new.rgb"; then same=$((same + 1)); else same=0; fi
  mv "$scratch/new.rgb" "$scratch/old.rgb"
  mv "$scratch/new.png" "$scratch/old.png"
  [ "$same" -ge 4 ] && [ "$(identify -format '%k' "$scratch/old.png")" -gt 40 ]
}
if ! within 300 "$window" painted; then
  echo "The window was not painted:" >&2
  cat "$scratch/window.log" >&2
  exit 1
fi
mkdir -p "$(dirname "$picture")"
cp "$scratch/old.png" "$picture"
