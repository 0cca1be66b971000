#include "screen.h"

#include <string.h>

#include "cells.h"
#include "members.h"
#include "panel.h"

/** A text for a row or two. */
typedef struct {
	char bytes[2 * COLUMNS];
	uint32_t length;
} Text;

/** Who switches the LED (`firmware/profiles/profile.ts`, DeviceState); null before anybody did. */
static const char* decider;
static bool isLedOn;
/** Whether a reason is shown that stays until there is another, or all is well. */
static bool hasLinkReason, hasNetworkReason;

static void add(Text* text, char character)
{
	if (text->length < sizeof text->bytes) text->bytes[text->length++] = character;
}

static void addBytes(Text* text, HalBytes bytes)
{
	for (uint32_t index = 0; index < bytes.length; index++) add(text, ((const char*)bytes.bytes)[index]);
}

static void addWords(Text* text, const char* words)
{
	while (*words != 0) add(text, *words++);
}

static char at(HalBytes bytes, uint32_t index)
{
	return index < bytes.length ? ((const char*)bytes.bytes)[index] : 0;
}

/** Adds the text of a string; of an escape what it stands for, if that is a letter of the font, else a character of no font. */
static void addString(Text* text, HalBytes json)
{
	for (uint32_t index = 1; index + 1 < json.length; index++) {
		char character = at(json, index);
		if (character == '\\') {
			character = at(json, ++index);
			if (character == 'u') index += 4;
			if (character != '"' && character != '\\' && character != '/') character = 0x7F;
		}
		add(text, character);
	}
}

/** Adds a value in plain words; of an object its members, without what it may hold in turn. */
static void addValue(Text* text, HalBytes json, int depth)
{
	Member member;
	if (at(json, 0) == '"') return addString(text, json);
	if (at(json, 0) != '{') return addBytes(text, json);
	if (depth == 0) return addWords(text, "...");
	for (bool isFirst = true; nextMember(&json, &member); isFirst = false) {
		if (!isFirst) add(text, ' ');
		addBytes(text, member.name);
		add(text, ' ');
		addValue(text, member.value, depth - 1);
	}
}

static void show(int row, const Text* text)
{
	setRows(row, 1, text->bytes, text->length);
}

static void showWords(int row, int rows, const char* words)
{
	setRows(row, rows, words, strlen(words));
}

static void showValue(int row, HalBytes json)
{
	Text text = { .length = 0 };
	addValue(&text, json, 1);
	setRows(row, 2, text.bytes, text.length);
}

/** In the log a text stands for itself, and any other value has its name before it. */
static void addToLog(HalBytes line)
{
	Text text = { .length = 0 };
	Member member;
	while (nextMember(&line, &member)) {
		if (text.length > 0) add(&text, ' ');
		char first = at(member.value, 0);
		if (first != '"' && first != '{') {
			addBytes(&text, member.name);
			add(&text, ' ');
		}
		addValue(&text, member.value, 1);
	}
	addLogRow(text.bytes, text.length);
}

static void showLed(void)
{
	Text text = { .length = 0 };
	addWords(&text, isLedOn ? "LED on" : "LED off");
	if (decider != 0) {
		addWords(&text, " (");
		addWords(&text, decider);
		add(&text, ')');
	}
	show(ROW_LED, &text);
}

static void onTelemetry(HalBytes line)
{
	HalBytes payload;
	Member reading;
	Text text = { .length = 0 };
	/* The first sensor's reading comes first. */
	if (!findMember(line, "payload", &payload) || !nextMember(&payload, &reading)) return;
	addBytes(&text, reading.name);
	if (text.length > 0 && text.bytes[0] >= 'a' && text.bytes[0] <= 'z') text.bytes[0] -= 'a' - 'A';
	add(&text, ' ');
	addValue(&text, reading.value, 0);
	show(ROW_LIGHT, &text);
}

static void onCommand(HalBytes line)
{
	HalBytes value, by;
	if (!findMember(line, "payload", &value) || !findMember(value, "led_on", &value)) return;
	decider = findMember(line, "by", &by) && isText(by, "\"hand\"") ? "hand" : "server";
	showLed();
}

static void onLed(HalBytes line)
{
	HalBytes on;
	isLedOn = findMember(line, "on", &on) && isText(on, "true");
	showLed();
}

static void onFallback(HalBytes line)
{
	HalBytes active;
	if (!findMember(line, "active", &active) || !isText(active, "true")) return;
	decider = "device";
	showLed();
}

/** Shows a state behind a word, and in the two rows below a reason; a reason before it stays while there is none. */
static void showStateOf(int row, const char* word, HalBytes line, const char* good, bool* hasReason)
{
	HalBytes state = { 0, 0 }, value;
	Text text = { .length = 0 };
	findMember(line, "state", &state);
	addWords(&text, word);
	addValue(&text, state, 0);
	if (findMember(line, "address", &value)) {
		add(&text, ' ');
		addValue(&text, value, 0);
	}
	show(row, &text);
	if (isText(state, good)) *hasReason = false;
	if (findMember(line, "reason", &value)) *hasReason = true;
	else if (*hasReason) return;
	else if (!findMember(line, "ssid", &value)) value = (HalBytes){ 0, 0 };
	showValue(row + 1, value);
}

static void onLink(HalBytes line)
{
	showStateOf(ROW_LINK, "Link ", line, "\"online\"", &hasLinkReason);
}

static void onNetwork(HalBytes line)
{
	showStateOf(ROW_NETWORK, "Wi-Fi ", line, "\"up\"", &hasNetworkReason);
}

static void onBoard(HalBytes line)
{
	HalBytes state, reason = { 0, 0 };
	if (!findMember(line, "state", &state)) return;
	findMember(line, "reason", &reason);
	if (isText(state, "\"failed\"")) {
		showWords(ROW_LINK, 1, "Failed, starts again");
	} else if (isText(state, "\"no-configuration\"")) {
		showWords(ROW_LINK, 1, "No configuration");
		showWords(ROW_NETWORK, 1, "Run nightlight pack");
		showWords(ROW_NETWORK_DETAIL, 2,
			"and copy the image to this board: docs/wio-terminal.md says how");
	} else if (isText(state, "\"no-light-sensor\"")) {
		return showWords(ROW_LIGHT, 1, "No light sensor");
	} else {
		return;
	}
	showValue(ROW_LINK_DETAIL, reason);
	hasLinkReason = true;
}

static const struct {
	const char* event;
	void (*show)(HalBytes line);
} EVENTS[] = {
	{ "\"telemetry\"", onTelemetry },
	{ "\"command\"", onCommand },
	{ "\"led\"", onLed },
	{ "\"fallback\"", onFallback },
	{ "\"link\"", onLink },
	{ "\"network\"", onNetwork },
	{ "\"board\"", onBoard },
};

void startScreen(void)
{
	startPanel();
	showWords(ROW_TITLE, 1, "Nightlight");
	showWords(ROW_LINK, 1, "Starting");
	showLed();
}

void showConfiguration(HalBytes configuration)
{
	HalBytes id;
	Text text = { .length = 0 };
	if (!findMember(configuration, "id", &id)) return;
	addValue(&text, id, 0);
	show(ROW_TITLE, &text);
}

void showLine(HalBytes line)
{
	HalBytes event;
	addToLog(line);
	if (!findMember(line, "event", &event)) return;
	for (unsigned index = 0; index < sizeof EVENTS / sizeof EVENTS[0]; index++) {
		if (isText(event, EVENTS[index].event)) EVENTS[index].show(line);
	}
}

bool drawScreen(void)
{
	if (!advancePanel()) return false;
	if (drawCells()) return true;
	lightPanel();
	return false;
}
