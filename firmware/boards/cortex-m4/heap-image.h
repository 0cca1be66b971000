/** How the heap image in flash begins, and whether this run builds it. */
#ifndef HEAP_IMAGE_H
#define HEAP_IMAGE_H

#include <stdint.h>

#include "xsAll.h"

typedef struct {
	uint32_t mark;
	uint32_t size;
	txMachine* machine;
	uint32_t reserved;
} HeapImage;

/** What `mark` holds when there is an image. */
#define IS_IMAGE 0x494D4745u

/** Whether there is an image. */
int hasImage(void);

/** Says that this run builds the image. */
void beginPreloading(void);

/** Whether this run builds the image. */
int isPreloading(void);

#endif
