/**
 * The nightlight's job in C, with lwIP's MQTT client: telemetry every two seconds, `{"led_on":…}`
 * obeyed, status and state retained, a will. Without what makes the firmware more than that:
 * reconnection, configuration, a storage, commands that are checked in full.
 */
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "connection.h"
#include "failure.h"
#include "hal.h"
#include "lwip/apps/mqtt.h"
#include "lwip/init.h"
#include "lwip/mem.h"
#include "lwip/memp.h"
#include "lwip/timeouts.h"
#include "seam.h"
#include "system.h"

enum { ALARM, READABLE, WRITABLE, FAILED, RESOLVED, UNRESOLVED };
enum { PIN_LED = 0, PIN_LIGHT = 1 };
#define HOST "broker.test"
#define INTERVAL 2000
#define RESOLVER 1

static mqtt_client_t* client;
static uint32_t now, nextSample, nextCycle;
static int isOnline, isOn, isLong;
static sys_timeout_handler cycle;
static void* cycleArgument;
static char message[64];
static uint32_t filled;

static void report(const char* line)
{
	halReport((HalBytes){ line, strlen(line) });
}

static void publish(const char* topic, const char* payload, int retain)
{
	mqtt_publish(client, topic, payload, strlen(payload), 0, retain, NULL, NULL);
}

static void publishState(void)
{
	publish("d1/state", isOn ? "{\"led_on\":true}" : "{\"led_on\":false}", 1);
}

static void sample(void)
{
	char payload[24], line[64];
	snprintf(payload, sizeof payload, "{\"light\":%d}", (int)halAnalog(PIN_LIGHT, 0));
	publish("d1/telemetry", payload, 0);
	snprintf(line, sizeof line, "{\"event\":\"telemetry\",\"payload\":%s}", payload);
	report(line);
}

static void obey(int on)
{
	report(on ? "{\"event\":\"command\",\"payload\":{\"led_on\":true}}" : "{\"event\":\"command\",\"payload\":{\"led_on\":false}}");
	if (on == isOn) return;
	isOn = on;
	halDigital(PIN_LED, on);
	report(on ? "{\"event\":\"led\",\"on\":true}" : "{\"event\":\"led\",\"on\":false}");
	publishState();
}

static void onTopic(void* argument, const char* topic, u32_t length)
{
	(void)argument;
	isLong = length >= sizeof message || strcmp(topic, "d1/commands") != 0;
	filled = 0;
}

static const char* skip(const char* at)
{
	while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') at++;
	return at;
}

/** An object with this one member, and nothing else. */
static void understand(const char* at)
{
	static const char NAME[] = "\"led_on\"";
	at = skip(at);
	if (*at++ != '{') return;
	at = skip(at);
	if (strncmp(at, NAME, sizeof NAME - 1) != 0) return;
	at = skip(at + sizeof NAME - 1);
	if (*at++ != ':') return;
	at = skip(at);
	int on = strncmp(at, "true", 4) == 0;
	if (!on && strncmp(at, "false", 5) != 0) return;
	at = skip(at + (on ? 4 : 5));
	if (*at++ == '}' && *skip(at) == 0) obey(on);
}

static void onPayload(void* argument, const u8_t* bytes, u16_t length, u8_t flags)
{
	(void)argument;
	if (isLong || filled + length >= sizeof message) return;
	memcpy(message + filled, bytes, length);
	filled += length;
	message[filled] = 0;
	if (flags & MQTT_DATA_FLAG_LAST) understand(message);
}

static void onConnection(mqtt_client_t* from, void* argument, mqtt_connection_status_t status)
{
	(void)argument;
	isOnline = status == MQTT_CONNECT_ACCEPTED;
	if (!isOnline) return;
	mqtt_subscribe(from, "d1/commands", 0, NULL, NULL);
	publish("d1/status", "online", 1);
	publishState();
	nextSample = now + INTERVAL;
	sample();
}

static void connectTo(const char* text)
{
	static const struct mqtt_connect_client_info_t info = {
		.client_id = "d1nightlight_client", .keep_alive = 60,
		.will_topic = "d1/status", .will_msg = "offline", .will_retain = 1,
	};
	ip_addr_t address;
	if (!ipaddr_aton(text, &address)) fail("no address");
	mqtt_client_connect(client, &address, 1883, onConnection, NULL, &info);
	/* Connecting forgets them. */
	mqtt_set_inpub_callback(client, onTopic, onPayload, NULL);
}

/* lwIP's timers: its MQTT client has one. */
void sys_timeout(u32_t delay, sys_timeout_handler handler, void* argument)
{
	cycle = handler;
	cycleArgument = argument;
	nextCycle = now + delay;
}

void sys_untimeout(sys_timeout_handler handler, void* argument)
{
	(void)argument;
	if (handler == cycle) cycle = NULL;
}

static void runAlarms(void)
{
	if (cycle != NULL && (int32_t)(now - nextCycle) >= 0) {
		sys_timeout_handler handler = cycle;
		cycle = NULL;
		handler(cycleArgument);
	}
	if (isOnline && (int32_t)(now - nextSample) >= 0) {
		nextSample += INTERVAL;
		sample();
	}
}

static void setAlarm(void)
{
	uint32_t delay = 0xFFFFFFFF;
	if (isOnline) delay = nextSample - now;
	if (cycle != NULL && nextCycle - now < delay) delay = nextCycle - now;
	halAlarm(delay);
}

static void take(const HalEvent* event)
{
	/* An address; the configuration, which comes with the start, is built in. */
	char text[64];
	uint32_t kept = event->textLength < sizeof text ? event->textLength : sizeof text - 1;
	halTake(text, kept);
	halTake(NULL, event->textLength - kept);
	text[kept] = 0;
	now = event->now;
	switch (event->kind) {
	case CONTROL_START:
		halDigital(PIN_LED, 0);
		halResolve(RESOLVER, (HalBytes){ HOST, sizeof HOST - 1 });
		break;
	case CONTROL_STOP:
		halStopped();
		break;
	case RESOLVED: connectTo(text); break;
	case WRITABLE: connectionOpened(event->count); break;
	case READABLE: connectionReadable(event->count); break;
	case ALARM:
		runAlarms();
		setAlarm();
		break;
	}
	if (event->kind == READABLE && isOnline && cycle != NULL) setAlarm();
}

int main(void)
{
	startClock();
	mem_init();
	memp_init();
	client = mqtt_client_new();
	if (client == NULL) fail("no room for the client");
	halStart(takeFailure());
	uint32_t before = 0;
	for (;;) {
		HalEvent event;
		halAwait(&event);
		if (event.kind != BRIDGE_COLLECT) {
			take(&event);
			connectionSettle();
		}
		HalMeter meter = {
			.unusedArena = arenaEnd - arenaStart, .unusedHeap = unusedHeap(),
			.unusedStack = unusedCStack(), .work = halWork() - before,
		};
		halTurnOver(&meter);
		before = halWork();
	}
}
