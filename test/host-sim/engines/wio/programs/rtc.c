/* RTC from OSCULP32K: COMP0 is its top, and each match turns PA15. The first word at 0x60000 is COMP0, the second CTRLA. */
#define SETTINGS ((const uint32_t *)0x60000)

void rtc(void) {
	RTC_INTFLAG = 1 << 8;
	PORT_GROUP0_OUTTGL = 1u << 15;
}

int main(void) {
	PORT_GROUP0_DIRSET = 1u << 15;
	OSC32KCTRL_RTCCTRL = 1;
	RTC_COMP0 = SETTINGS[0];
	RTC_CTRLA = (uint16_t)SETTINGS[1];
	while (RTC_SYNCBUSY) {}
	RTC_INTFLAG = 0xc3ff;
	RTC_INTENSET = 1 << 8;
	NVIC_ISER0 = 1 << 11;
	for (;;) __asm__ volatile("wfi");
}
