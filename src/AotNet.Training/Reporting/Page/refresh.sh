#!/usr/bin/env bash
# Fetches uPlot from npm into uplot/: refresh.sh VERSION. What lies there is version 1.6.32, as published.
set -euo pipefail
cd "$(dirname "$0")/uplot"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
archive=$(npm pack --silent --pack-destination "$work" "uplot@${1:?usage: refresh.sh VERSION}")
tar -xzf "$work/$archive" -C "$work"
cp "$work/package/LICENSE" "$work/package/dist/uPlot.iife.min.js" "$work/package/dist/uPlot.min.css" .
