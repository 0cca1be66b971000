#include "heap-image.h"

#include "board.h"

__attribute__((section(".heapImage"), used)) static const HeapImage placeholder = { 0 };

static int isBuilding;

int hasImage(void)
{
	return ((volatile HeapImage*)heapImage)->mark == IS_IMAGE;
}

void beginPreloading(void)
{
	isBuilding = 1;
}

int isPreloading(void)
{
	return isBuilding;
}
