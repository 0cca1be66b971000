/** What the hardware tells of the connection. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <stdint.h>

void connectionOpened(uint32_t writable);
void connectionReadable(uint32_t count);
/** Tells the client what has been sent; to be called when all else of a turn is done. */
void connectionSettle(void);

#endif
