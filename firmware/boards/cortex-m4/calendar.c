/** Local time is UTC: the chip knows no time zone. What the C library has instead reads TZ. */
#include <time.h>

#define DAY 86400

/** Days from 1970-01-01 to the first of a month (0 to 11) of a year, by the Gregorian calendar. */
static long long daysTo(int year, int month)
{
	/* Years that begin in March, so that the day that comes and goes is the last one. */
	long long begun = month < 2 ? year - 1 : year;
	int fromMarch = (month + 10) % 12;
	long long leaps = begun / 4 - begun / 100 + begun / 400;
	return begun * 365 + leaps + (fromMarch * 153 + 2) / 5 - 719468;
}

time_t mktime(struct tm* local)
{
	long long days = daysTo(local->tm_year + 1900 + local->tm_mon / 12, local->tm_mon % 12) + local->tm_mday - 1;
	return days * DAY + local->tm_hour * 3600LL + local->tm_min * 60LL + local->tm_sec;
}

struct tm* localtime(const time_t* time)
{
	static struct tm local;
	return gmtime_r(time, &local);
}
