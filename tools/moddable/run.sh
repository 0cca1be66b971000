#!/bin/sh
# Runs what `build.sh lin` has built, without a window:
#
#     tools/moddable/run.sh [FOLDER]
#
# FOLDER (.nightlight/lin) has the board's files: settings.json (configuration, over what was built in),
# for each sensor a file of its name (a number in its unit, read at each reading: light), and the storage.
set -eu
output=$(dirname "$0")/../../dist/moddable/lin
folder=${1:-.nightlight/lin}
mkdir -p "$folder"
exec "$output/headless" "$output/mc.so" "$(cd "$folder" && pwd)"
