#!/bin/sh
# Runs what `build.sh lin` has built, without a window:
#
#     tools/moddable/run.sh [FOLDER]
#     tools/moddable/run.sh selftest [FOLDER]     what `build.sh selftest lin` has built
#
# FOLDER (.nightlight/lin) has the board's files: settings.json (configuration, over what was built in),
# for each sensor a file of its name (a number in its unit, read at each reading: light), and the storage.
set -eu
output=$(dirname "$0")/../../dist/moddable/lin
if [ "${1:-}" = selftest ]; then
	output=$output-selftest
	shift
fi
folder=${1:-.nightlight/lin}
mkdir -p "$folder"
exec "$output/headless" "$output/mc.so" "$(cd "$folder" && pwd)" quiet
