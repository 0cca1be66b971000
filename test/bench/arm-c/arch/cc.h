/** lwIP's port to newlib, which has all it wants. */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#include <stdlib.h>

#define LWIP_PLATFORM_DIAG(words)
#define LWIP_PLATFORM_ASSERT(words) abort()
#define LWIP_RAND() ((u32_t)rand())

#endif
