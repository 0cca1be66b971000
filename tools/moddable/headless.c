/*
 * Runs what mcconfig builds for Linux without the SDK's simulator and its window:
 *
 *     headless mc.so FOLDER [quiet]
 *
 * FOLDER holds the board's files. Ends with 1 when the firmware has stopped. An instrumented build prints a line of
 * figures each second, unless it is to be quiet.
 */
#include <dlfcn.h>
#include <limits.h>
#include "xs.h"
#include "screen.h"

/* Of a display that nobody looks at: the SDK's smallest. */
#define WIDTH 320
#define HEIGHT 240

static guint timer;

static void ignore(txScreen *screen) { (void)screen; }
static void drop(txScreen *screen, char *buffer, int size) { (void)screen; (void)buffer; (void)size; }

static void abortFirmware(txScreen *screen, int status)
{
	(void)screen;
	fprintf(stderr, "the firmware has stopped: XS abort status %d\n", status);
	fflush(NULL);
	_exit(1);
}

static gboolean idle(gpointer screen)
{
	((txScreen *)screen)->idle(screen);
	fflush(stdout);
	return G_SOURCE_CONTINUE;
}

static void start(txScreen *screen, double interval)
{
	if (timer == 0) timer = g_timeout_add((guint)interval, idle, screen);
}

static void stop(txScreen *screen)
{
	(void)screen;
	if (timer != 0) g_source_remove(timer);
	timer = 0;
}

int main(int count, char **words)
{
	if (count != 3 && count != 4) {
		fprintf(stderr, "usage: %s mc.so FOLDER [quiet]\n", words[0]);
		return 2;
	}
	/* The root of `embedded:storage/files`, and the seed of Math.random, are the process's. */
	setenv("HOME", words[2], 1);
	srand((unsigned)time(NULL) ^ (unsigned)getpid());

	void *library = dlopen(words[1], RTLD_NOW);
	txScreenLaunchProc launch = library ? (txScreenLaunchProc)dlsym(library, "fxScreenLaunch") : NULL;
	if (launch == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		return 2;
	}
	txScreen *screen = calloc(1, sizeof(txScreen) + WIDTH * HEIGHT * screenBytesPerPixel);
	screen->width = WIDTH;
	screen->height = HEIGHT;
	screen->abort = abortFirmware;
	screen->bufferChanged = ignore;
	screen->formatChanged = ignore;
	screen->post = drop;
	screen->start = start;
	screen->stop = stop;
	/* The second whose figures were printed last. */
	if (count == 4) screen->instrumentTime = LONG_MAX;
	launch(screen);
	g_main_loop_run(g_main_loop_new(NULL, FALSE));
}
