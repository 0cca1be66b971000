/**
 * The one connection, for lwIP's MQTT client: what `altcp_tcp.c` is over lwIP's own TCP, over the
 * hardware abstraction, whose other end has the TCP. So the nightlight has it, too.
 */
#include "connection.h"

#include <string.h>

#include "hal.h"
#include "lwip/altcp.h"
#include "lwip/altcp_tcp.h"
#include "lwip/priv/altcp_priv.h"

#define SOCKET 1

static struct altcp_pcb* connection;
static uint32_t room;
/** Bytes that the client has not been told of: never from within its own call. */
static uint32_t sent;

void connectionOpened(uint32_t writable)
{
	room = writable;
	if (connection->connected == NULL) return;
	altcp_connected_fn connected = connection->connected;
	connection->connected = NULL;
	connected(connection->arg, connection, ERR_OK);
}

void connectionReadable(uint32_t count)
{
	while (count > 0) {
		int32_t length = halSocketRead(SOCKET, count);
		if (length <= 0) return;
		struct pbuf* bytes = pbuf_alloc(PBUF_RAW, length, PBUF_RAM);
		if (bytes == NULL) abort();
		halTake(bytes->payload, length);
		connection->recv(connection->arg, connection, bytes, ERR_OK);
		count -= length;
	}
}

void connectionSettle(void)
{
	while (sent > 0) {
		uint32_t length = sent;
		sent = 0;
		connection->sent(connection->arg, connection, length);
	}
}

static err_t write(struct altcp_pcb* pcb, const void* bytes, u16_t length, u8_t flags)
{
	(void)flags;
	room = halSocketWrite(SOCKET, (HalBytes){ bytes, length });
	(void)pcb;
	sent += length;
	return ERR_OK;
}

static u16_t writable(struct altcp_pcb* pcb)
{
	(void)pcb;
	return room > 0xffff ? 0xffff : room;
}

static err_t bind(struct altcp_pcb* pcb, const ip_addr_t* address, u16_t port)
{
	(void)pcb; (void)address; (void)port;
	return ERR_OK;
}

static err_t connectTo(struct altcp_pcb* pcb, const ip_addr_t* address, u16_t port, altcp_connected_fn connected)
{
	char text[16];
	pcb->connected = connected;
	ip4addr_ntoa_r(address, text, sizeof text);
	halSocketOpen(SOCKET, (HalBytes){ text, strlen(text) }, port);
	return ERR_OK;
}

static err_t closeIt(struct altcp_pcb* pcb)
{
	halSocketClose(SOCKET);
	altcp_free(pcb);
	return ERR_OK;
}

static void abortIt(struct altcp_pcb* pcb) { closeIt(pcb); }
static void poll(struct altcp_pcb* pcb, u8_t interval) { (void)pcb; (void)interval; }
static void received(struct altcp_pcb* pcb, u16_t length) { (void)pcb; (void)length; }
static err_t output(struct altcp_pcb* pcb) { (void)pcb; return ERR_OK; }

static const struct altcp_functions functions = {
	.set_poll = poll, .recved = received, .bind = bind, .connect = connectTo, .abort = abortIt,
	.close = closeIt, .write = write, .output = output, .sndbuf = writable,
};

struct altcp_pcb* altcp_tcp_new_ip_type(u8_t type)
{
	(void)type;
	connection = altcp_alloc();
	if (connection != NULL) connection->fns = &functions;
	return connection;
}
