#!/bin/sh
# Builds ui/dist, which the window carries inside; does nothing when no source is newer.
set -eu
cd "$(dirname "$0")/../ui"
built=dist/.built
if [ -f "$built" ] && [ -f dist/index.html ]; then
  newer=$(find . \( -path ./node_modules -o -path ./dist -o -path ./tests \) -prune -o -type f -newer "$built" -print -quit)
  [ -n "$newer" ] || exit 0
fi
npm run --silent build >&2
touch "$built"
