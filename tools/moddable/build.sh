#!/bin/sh
# Builds the firmware with the Moddable SDK into dist/moddable/.
#
#     tools/moddable/build.sh lin [words of mcconfig]          the firmware for Linux, and what runs it
#     tools/moddable/build.sh esp32-image [words of mcconfig]  for ESP32, up to the image mc.xs.c; needs no ESP-IDF
#     tools/moddable/build.sh esp32 [words of mcconfig]        for ESP32; needs ESP-IDF
#     tools/moddable/build.sh flash [words of mcconfig]        the same, onto the board, with its log
#     tools/moddable/build.sh side-by-side                     ours and the SDK's own client, to be measured
#     tools/moddable/build.sh selftest lin|esp32-image|esp32|flash    the self-test in place of the firmware
#
# For ESP32 firmware/boards/esp32/local.json, made from local.example.json beside it, has the Wi-Fi
# (docs/esp32.md). BOARD=NAME builds for the board in firmware/boards/NAME, with the local.json there. UPLOAD_PORT names the board's serial port; without it the SDK looks for one.
set -eu
cd "$(dirname "$0")/../.."

folder=firmware/boards/${BOARD:-esp32}
if [ ! -f "$folder/manifest.json" ]; then
	echo "BOARD=$BOARD: no $folder/manifest.json (docs/esp32.md, Another board)" >&2
	exit 2
fi
if [ -z "${MODDABLE:-}" ] || [ ! -f "$MODDABLE/tools/mcconfig.js" ]; then
	echo "MODDABLE does not name a Moddable SDK. To install it: npx xs-dev setup --target-branch 8.2.3 (docs/esp32.md, Set up)" >&2
	exit 2
fi
sdk=$(cat "$MODDABLE/tools/VERSION" 2>/dev/null || echo "an unknown version")
case $sdk in
8.2.*) ;;
*) echo "Made for Moddable SDK 8.2.3, but $MODDABLE has $sdk: if it fails, git -C $MODDABLE checkout 8.2.3" >&2 ;;
esac
tools=$MODDABLE/build/bin/lin/release
if [ "$(uname)" = Darwin ]; then tools=$MODDABLE/build/bin/mac/release; fi
if [ ! -x "$tools/mcconfig" ]; then
	echo "The SDK's tools are not built: make -C $MODDABLE/build/makefiles/lin" >&2
	exit 2
fi
# mcconfig calls `tsc`: the one that checks the types here is the one that takes them off.
PATH=$PWD/node_modules/.bin:$tools:$PATH

program=firmware
if [ "${1:-}" = selftest ]; then
	program=selftest
	shift
fi
what=${1:-}
[ $# -eq 0 ] || shift
board=esp32:./$folder
output=$PWD/dist/moddable/$what${BOARD:+-$BOARD}
manifest=$PWD/manifest.json
# What mcconfig calls the two kinds of builds: with and without the log of a chip; on Linux the log is always there.
kind=release
debug=
run_words=
if [ "$program" = selftest ]; then
	output=$output-selftest
	manifest=$PWD/firmware/boards/moddable/selftest/manifest.json
	# It shows how much memory is in use, which takes an instrumented build, or a debug build, which has it too.
	kind=instrument
	debug=-dl
	run_words=" selftest"
	set -- "sdk=$sdk" "$@"
fi

need_idf() {
	if [ -z "${IDF_PATH:-}" ] || ! command -v idf.py >/dev/null; then
		echo "ESP-IDF v6.0 is not set up. How to set it up: docs/esp32.md, Set up" >&2
		exit 2
	fi
	# Of its build system, which has the numbers also where there is no Git.
	idf=$(sed -n 's/^set(IDF_VERSION_M[AI][JN]OR \([0-9]*\)).*/\1/p' "$IDF_PATH/tools/cmake/version.cmake" 2>/dev/null | paste -s -d . -)
	if [ "$idf" != 6.0 ]; then
		echo "The SDK wants ESP-IDF v6.0, but $IDF_PATH has ${idf:-an unknown version}: git -C $IDF_PATH checkout v6.0, then install.sh and export.sh again" >&2
		exit 2
	fi
}

# Credentials are in a manifest of its own that includes the project's.
choose_manifest() {
	if [ "$program" = selftest ]; then return; fi
	if [ -f "$folder/local.json" ]; then
		manifest=$PWD/$folder/local.json
	else
		echo "No $folder/local.json: building without Wi-Fi. Copy firmware/boards/esp32/local.example.json." >&2
	fi
}

# The program that runs a firmware for Linux.
build_headless() {
	xs=$MODDABLE/xs
	# shellcheck disable=SC2046
	cc -O -Wall -o "$output/headless" tools/moddable/headless.c \
		-DINCLUDE_XSPLATFORM=1 '-DXSPLATFORM="lin_xs.h"' \
		-I "$xs/includes" -I "$xs/platforms" -I "$xs/sources" -I "$MODDABLE/build/simulators/modules" \
		$(pkg-config --cflags --libs gio-2.0) -ldl
}

case $what in
lin)
	mkdir -p "$output"
	if [ $kind = instrument ]; then set -- -i "$@"; fi
	mcconfig -m -p lin -t build -o "$output" "$@" "$manifest"
	build_headless
	ln -sf "$(find "$output/bin/lin" -path "*/$kind/*" -name mc.so | head -n 1)" "$output/mc.so"
	echo "Built $output/mc.so; to run it: tools/moddable/run.sh$run_words"
	;;
side-by-side)
	beside=$PWD/tools/moddable/side-by-side
	mkdir -p "$output"
	build_headless
	# name, manifest, words
	build_instrumented() {
		name=$1
		shift
		rm -rf "$output/$name"
		mkdir -p "$output/$name"
		mcconfig -i -m -p lin -t build -o "$output/$name" "$@"
		ln -sf "$(find "$output/$name/bin/lin" -path "*/instrument/*" -name mc.so | head -n 1)" "$output/$name.so"
	}
	build_instrumented ours "$beside/ours.json"
	build_instrumented ours-idle "$beside/idle.json"
	build_instrumented stock port=21889 mode=run "$beside/stock.json"
	build_instrumented stock-idle port=21889 mode=idle "$beside/stock.json"
	echo "Built; to measure: node tools/moddable/side-by-side/measure.js"
	;;
esp32-image)
	choose_manifest
	mkdir -p "$output"
	mcconfig -p "$board" -o "$output" "$@" "$manifest"
	folder=$(dirname "$(find "$output"/tmp/esp32/*/release -maxdepth 2 -name makefile | head -n 1)")
	# The image depends on none of these, but the makefile asks for them.
	make -f "$folder/makefile" IDF_PATH=/none IDF_VERSION=v6.0 SDKCONFIG_H= \
		"$folder/mc.xs.c" "$folder/mc.resources.c"
	ln -sf "$folder/mc.xs.c" "$output/mc.xs.c"
	echo "Built $output/mc.xs.c; not linked, which takes ESP-IDF"
	;;
esp32)
	need_idf
	choose_manifest
	mkdir -p "$output"
	if [ -n "$debug" ]; then set -- "$debug" "$@"; fi
	mcconfig -m -p "$board" -t build -o "$output" "$@" "$manifest"
	;;
flash)
	need_idf
	choose_manifest
	mkdir -p "$output"
	# The SDK's search for the serial port writes into this folder, which only a build without -o makes.
	mkdir -p "$MODDABLE/build/tmp/esp32"
	# A debug build, as others have no log.
	mcconfig -dl -m -p "$board" -o "$output" "$@" "$manifest"
	;;
*)
	echo "usage: tools/moddable/build.sh [selftest] lin|esp32-image|esp32|flash|side-by-side [words of mcconfig]" >&2
	exit 2
	;;
esac
