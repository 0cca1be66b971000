/** What the C library wants of an operating system: it gets no memory. */
#include <errno.h>
#include <stddef.h>

void* _sbrk(ptrdiff_t size)
{
	(void)size;
	errno = ENOMEM;
	return (void*)-1;
}
