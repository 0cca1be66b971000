#include "members.h"

#include <string.h>

/** @param at behind the first quotation mark @returns the last one, or the end */
static const char* endOfString(const char* at, const char* end)
{
	while (at < end && *at != '"') at += *at == '\\' && at + 1 < end ? 2 : 1;
	return at;
}

static const char* endOfValue(const char* at, const char* end)
{
	int depth = 0;
	for (; at < end; at++) {
		if (*at == '"') {
			at = endOfString(at + 1, end);
			if (at == end) return end;
			if (depth == 0) return at + 1;
		} else if (*at == '{' || *at == '[') {
			depth++;
		} else if (*at == '}' || *at == ']') {
			if (depth == 0) return at;
			if (--depth == 0) return at + 1;
		} else if (*at == ',' && depth == 0) {
			return at;
		}
	}
	return end;
}

static HalBytes between(const char* from, const char* to)
{
	return (HalBytes){ from, to - from };
}

bool nextMember(HalBytes* rest, Member* member)
{
	const char* at = rest->bytes;
	const char* end = at + rest->length;
	while (at < end && *at != '"') at++;
	if (at == end) return false;
	const char* behind = endOfString(at + 1, end);
	member->name = between(at + 1, behind);
	while (behind < end && *behind != ':') behind++;
	if (behind == end) return false;
	do behind++;
	while (behind < end && *behind == ' ');
	at = endOfValue(behind, end);
	member->value = between(behind, at);
	*rest = between(at, end);
	return true;
}

bool isText(HalBytes bytes, const char* text)
{
	return bytes.length == strlen(text) && memcmp(bytes.bytes, text, bytes.length) == 0;
}

bool findMember(HalBytes object, const char* name, HalBytes* value)
{
	Member member;
	while (nextMember(&object, &member)) {
		if (!isText(member.name, name)) continue;
		*value = member.value;
		return true;
	}
	return false;
}
