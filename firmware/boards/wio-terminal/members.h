/** Reads lines of JSON as they are told, for the screen: what is not JSON gives something, or nothing, but does no harm. */
#ifndef MEMBERS_H
#define MEMBERS_H

#include <stdbool.h>

#include "hal.h"

/** A member of an object: its name without the quotation marks, its value as JSON text. */
typedef struct {
	HalBytes name, value;
} Member;

/**
 * Takes the next member of an object, whatever its members hold.
 * @param rest the object's text at first, then what is left of it
 */
bool nextMember(HalBytes* rest, Member* member);
/** The value of a member; whether it has one. */
bool findMember(HalBytes object, const char* name, HalBytes* value);
bool isText(HalBytes bytes, const char* text);

#endif
