/* Which file behaves for which kind of unit. */
#include "machine.h"

#define RESET(name) void name(int unit)
#define READ(name) u32 name(int unit, int reg, u32 stored)
#define WRITE(name) void name(int unit, int reg, u32 before, u32 written)
#define EVENT(name) void name(int unit, int which, u64 at)
#define SYNC(name) u64 name(int unit, int reg)

RESET(adc_reset); READ(adc_read); WRITE(adc_write); EVENT(adc_event);
RESET(cmcc_reset); WRITE(cmcc_write);
WRITE(debug_write);
READ(dwt_read); WRITE(dwt_write);
WRITE(fpu_write);
WRITE(gclk_write); SYNC(gclk_sync_time);
WRITE(mclk_write);
RESET(mpu_reset); READ(mpu_read); WRITE(mpu_write);
READ(nvic_read); WRITE(nvic_write);
RESET(nvm_reset); READ(nvm_read); WRITE(nvm_write); EVENT(nvm_event);
WRITE(osc32kctrl_write);
RESET(oscctrl_reset); READ(oscctrl_read); WRITE(oscctrl_write); EVENT(oscctrl_event); SYNC(oscctrl_sync_time);
RESET(pac_reset); READ(pac_read); WRITE(pac_write);
WRITE(pm_write);
RESET(port_reset); READ(port_read); WRITE(port_write);
RESET(qspi_reset); READ(qspi_read); WRITE(qspi_write);
RESET(rtc_reset); READ(rtc_read); WRITE(rtc_write); EVENT(rtc_event); SYNC(rtc_sync_time);
READ(scb_read); WRITE(scb_write);
RESET(spi_reset); READ(spi_read); WRITE(spi_write); EVENT(spi_event);
READ(supc_read);
RESET(systick_reset); READ(systick_read); WRITE(systick_write);
READ(trng_read); WRITE(trng_write); EVENT(trng_event);
RESET(usart_reset); READ(usart_read); WRITE(usart_write); EVENT(usart_event);
WRITE(wdt_write); EVENT(wdt_event); SYNC(wdt_sync_time);

const Model models[KINDS] = {
	[KIND_ADC] = { adc_reset, adc_read, adc_write, adc_event, 0 },
	[KIND_CMCC] = { .reset = cmcc_reset, .write = cmcc_write },
	[KIND_DEBUG] = { .write = debug_write },
	[KIND_DWT] = { .read = dwt_read, .write = dwt_write },
	[KIND_FPU] = { .write = fpu_write },
	[KIND_GCLK] = { .write = gclk_write, .syncTime = gclk_sync_time },
	[KIND_MCLK] = { .write = mclk_write },
	[KIND_MPU] = { mpu_reset, mpu_read, mpu_write, 0, 0 },
	[KIND_NVIC] = { .read = nvic_read, .write = nvic_write },
	[KIND_NVMCTRL] = { nvm_reset, nvm_read, nvm_write, nvm_event, 0 },
	[KIND_OSC32KCTRL] = { .write = osc32kctrl_write },
	[KIND_OSCCTRL] = { oscctrl_reset, oscctrl_read, oscctrl_write, oscctrl_event, oscctrl_sync_time },
	[KIND_PAC] = { pac_reset, pac_read, pac_write, 0, 0 },
	[KIND_PM] = { .write = pm_write },
	[KIND_PORT] = { port_reset, port_read, port_write, 0, 0 },
	[KIND_QSPI] = { qspi_reset, qspi_read, qspi_write, 0, 0 },
	[KIND_RTC] = { rtc_reset, rtc_read, rtc_write, rtc_event, rtc_sync_time },
	[KIND_SCB] = { .read = scb_read, .write = scb_write },
	[KIND_SPI] = { spi_reset, spi_read, spi_write, spi_event, 0 },
	[KIND_SUPC] = { .read = supc_read },
	[KIND_SYSTICK] = { systick_reset, systick_read, systick_write, 0, 0 },
	[KIND_TRNG] = { .read = trng_read, .write = trng_write, .event = trng_event },
	[KIND_USART] = { usart_reset, usart_read, usart_write, usart_event, 0 },
	[KIND_WDT] = { .write = wdt_write, .event = wdt_event, .syncTime = wdt_sync_time },
};
