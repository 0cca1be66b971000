/* Exceptions, a case a number, which a test lays down at 0x60000. What is told with `put` is a result. */
#include "clocks.h"

#define CASE (*(const uint32_t *)0x60000)
#define RESULTS ((volatile uint32_t *)0x20010000)
#define IRQ_LOW 131 /* TRNG's */
#define IRQ_HIGH 10 /* WDT's */

static void put(uint32_t value) {
	RESULTS[1 + RESULTS[0]] = value;
	RESULTS[0]++;
}
static void pend(int irq) {
	(&NVIC_ISPR0)[irq / 32] = 1u << irq % 32;
	__asm__ volatile("dsb\nisb");
}
static void enable(int irq, uint8_t priority) {
	(&NVIC_IP0)[irq] = priority;
	(&NVIC_ISER0)[irq / 32] = 1u << irq % 32;
}
#define toggle() (PORT_GROUP0_OUTTGL = 1u << 15)

static volatile uint32_t ticks, returned_with;

/* Naked: LR is as the core gave it. */
__attribute__((naked)) void systick(void) {
	__asm__ volatile("mov r0, lr\nb systick_body");
}
__attribute__((used)) static void systick_body(uint32_t exc_return) {
	returned_with = exc_return;
	ticks++;
	if (CASE == 1 || CASE == 10) toggle();
	if (CASE == 2) put(SCB_ICSR & 0x1ff);
	/* What the frame is to keep. */
	if (CASE == 5 && SCB_CPACR)
		__asm__ volatile("vmov s0, r0\nvadd.f32 s1, s0, s0\nvmov s15, r0\nmov r1, #0\nvmsr fpscr, r1" ::: "r1", "s0", "s1", "s15");
	if (CASE == 6) __asm__ volatile("movs r1, #0\nmovs r2, #0\ncmp r1, r2" ::: "r1", "r2", "r3", "r12", "cc");
}
void wdt(void) {
	put(100);
	if (CASE == 3) put(SCB_ICSR & 0x1ff);
}
void trng(void) {
	put(200);
	if (CASE == 13) __asm__ volatile("vmov s0, r0" ::: "s0");
	if (CASE == 3 || CASE == 14) {
		pend(IRQ_HIGH);
		SCB_ICSR = 1u << 28; /* PendSV, of low priority */
		put(201);
	}
}
void pendsv(void) { put(300); }
void svc(void) {
	uint32_t *frame;
	__asm__ volatile("mrs %0, msp" : "=r"(frame));
	put(400);
}
__attribute__((naked)) void hard_fault(void) { __asm__ volatile("mrs r0, msp\nb fault_body"); }
__attribute__((naked)) void bus_fault(void) { __asm__ volatile("mrs r0, msp\nb fault_body"); }
__attribute__((naked)) void usage_fault(void) { __asm__ volatile("mrs r0, msp\nb fault_body"); }
extern const uint8_t faulting;
__attribute__((used)) static void fault_body(uint32_t *frame) {
	put(SCB_ICSR & 0x1ff);
	put(SCB_CFSR);
	put(SCB_HFSR);
	put(SCB_CFSR & 0x8000 ? SCB_BFAR : SCB_CFSR & 0x80 ? SCB_MMFAR : 0);
	put(CASE == 40 ? (uint32_t)frame + 0x20 : frame[6] == ((uint32_t)&faulting & ~1u));
	if (CASE == 25) *(volatile uint32_t *)0x60000000 = 0;
	__asm__ volatile("bkpt 0");
}

/* Region 0: flash, read only; region 1: 256 bytes of RAM, not at all; the rest as without MPU. */
static void mpu_on(void) {
	MPU_RBAR = 0x10;
	MPU_RASR = 6u << 24 | 2u << 16 | 19u << 1 | 1;
	MPU_RBAR = 0x2000f000 | 0x11;
	MPU_RASR = 7u << 1 | 1;
	MPU_CTRL = 5;
	__asm__ volatile("dsb\nisb");
}

static void start_systick(uint32_t reload) {
	SYSTICK_RVR = reload;
	SYSTICK_CVR = 0;
	SYSTICK_CSR = 7;
}
static void fpu_on(void) {
	SCB_CPACR |= 0xf00000;
	__asm__ volatile("dsb\nisb");
}

/* A sum that goes through IT blocks, multiple loads, FP and the carry flag. */
__attribute__((noinline)) static uint32_t work(uint32_t rounds) {
	uint32_t sum = 1, scratch[4] __attribute__((aligned(8))) = { 1, 2, 3, 4 };
	__asm__ volatile(
		"vmov s20, %[one]\n vcvt.f32.u32 s20, s20\n vmov.f32 s0, #1.0\n"
		"1: adds %[sum], %[sum], %[sum], lsl #3\n"
		"itete cs\n addcs %[sum], #7\n eorcc %[sum], %[rounds]\n addcs %[sum], #3\n addcc %[sum], #5\n"
		"adc %[sum], %[sum], %[sum], ror #7\n"
		"ldm %[scratch], {r4, r5, r6, r8}\n add r4, r8\n eor r6, %[sum]\n stm %[scratch], {r4, r5, r6, r8}\n"
		"add %[sum], r4\n add %[sum], %[sum], r6, ror #3\n"
		"vadd.f32 s0, s0, s20\n vmov r4, s0\n eor %[sum], r4\n"
		"ldrd r4, r5, [%[scratch]]\n tst r4, #4\n"
		"ittt ne\n eorne %[sum], r5\n addne r5, #1\n strne r5, [%[scratch], #4]\n"
		"subs %[rounds], #1\n bne 1b\n"
		: [sum] "+r"(sum), [rounds] "+r"(rounds)
		: [scratch] "r"(scratch), [one] "r"(1)
		: "r4", "r5", "r6", "r8", "s0", "s20", "cc", "memory");
	return sum;
}

static void nvm(uint32_t command) {
	NVMCTRL_CTRLB = 0xa500 | command;
	while (!(NVMCTRL_STATUS & 1)) {}
}
static void erase(void) {
	NVMCTRL_ADDR = 0x70000;
	nvm(0x01);
}
static void program(uint32_t code) {
	*(volatile uint32_t *)0x70000 = code;
	nvm(0x04);
}

int main(void) {
	uint32_t before, after;
	RESULTS[0] = 0;
	ticks = 0;
	switch (CASE) {
	case 10: /* As the next, with 120 MHz. */ clocks(); /* fall through */
	case 1:
		PORT_GROUP0_DIRSET = 1u << 15;
		start_systick(CASE == 1 ? 47999 : 119999);
		while (ticks < 5) __asm__ volatile("wfi");
		break;
	case 2: /* A handler that cannot run yet does when it may: behind the very next instruction. */
		enable(IRQ_LOW, 0x80);
		__asm__ volatile("cpsid i");
		pend(IRQ_LOW);
		put(1);
		__asm__ volatile("cpsie i");
		put(2);
		__asm__ volatile("msr basepri, %0" ::"r"(0x80));
		pend(IRQ_LOW);
		put(3);
		__asm__ volatile("msr basepri, %0" ::"r"(0));
		put(4);
		(&NVIC_ICER0)[IRQ_LOW / 32] = 1u << IRQ_LOW % 32;
		pend(IRQ_LOW);
		put((&NVIC_ISPR0)[IRQ_LOW / 32] >> IRQ_LOW % 32);
		(&NVIC_ICPR0)[IRQ_LOW / 32] = 1u << IRQ_LOW % 32;
		put((&NVIC_ISPR0)[IRQ_LOW / 32]);
		break;
	case 14: /* All priorities are of one group: none interrupts. */
		SCB_AIRCR = 0x05fa0700;
		/* fall through */
	case 3: /* A higher one interrupts, a lower one waits. */
		SCB_SHPR3 = 0x00e00000;
		enable(IRQ_LOW, 0x80);
		enable(IRQ_HIGH, 0x40);
		pend(IRQ_LOW);
		put(2);
		break;
	case 4: /* WFI ends with PRIMASK, too, and the handler does not run. */
		__asm__ volatile("cpsid i");
		start_systick(4799);
		__asm__ volatile("wfi");
		put(ticks);
		__asm__ volatile("cpsie i");
		put(ticks);
		break;
	case 5: /* FP state over an exception; the frame is the long one only if there is any. */
		start_systick(999);
		while (ticks < 1) {}
		put(returned_with);
		fpu_on();
		before = work(20000);
		put(returned_with);
		SYSTICK_CSR = 0;
		put(ticks > 100);
		put(work(20000) == before);
		break;
	case 6: /* Interrupts at any instruction change nothing. */
		fpu_on();
		after = work(30000);
		start_systick(96 + 36);
		before = work(30000);
		SYSTICK_CSR = 0;
		put(ticks > 1000);
		put(before == after);
		break;
	case 7: /* PSP, and a stack that is not aligned to 8 bytes. */
		enable(IRQ_LOW, 0x80);
		{
			uint32_t result;
			__asm__ volatile(
				"mov r4, %1\n msr psp, r4\n mrs r5, control\n mov r6, #2\n msr control, r6\n isb\n"
				"mov r7, sp\n str %3, [%2]\n dsb\n isb\n"
				"mov r6, sp\n sub r7, r6\n msr control, r5\n isb\n mov %0, r7\n"
				: "=r"(result)
				: "r"(0x2000f004), "r"(&(&NVIC_ISPR0)[IRQ_LOW / 32]), "r"(1u << IRQ_LOW % 32)
				: "r4", "r5", "r6", "r7", "memory");
			put(result);
			/* The frame was on PSP: xPSR, with the bit that says it was moved by 4. */
			put(*(volatile uint32_t *)(0x2000f000 - 4) >> 9 & 1);
		}
		break;
	case 8:
		__asm__ volatile("svc 3");
		put(5);
		break;
	case 9: /* The counter of cycles: an instruction each. */
		DEBUG_DEMCR = 1u << 24;
		DWT_CYCCNT = 0;
		DWT_CTRL |= 1;
		__asm__ volatile("ldr %0, [%2]\n nop\n nop\n nop\n ldr %1, [%2]" : "=&r"(before), "=&r"(after) : "r"(&DWT_CYCCNT));
		put(after - before);
		break;
	case 11: /* Code in flash that is replaced, and code in RAM. */
		for (uint32_t i = 1; i <= 3; i++) {
			erase();
			program(0x47702000 + i); /* movs r0, #i; bx lr */
			put(((uint32_t(*)(void))0x70001)());
			*(volatile uint32_t *)0x20018000 = 0x47702010 + i;
			put(((uint32_t(*)(void))0x20018001)());
		}
		break;
	case 12: /* For a parent that looks at it in slices. */
		fpu_on();
		DEBUG_DEMCR = 1u << 24;
		DWT_CTRL |= 1;
		before = DWT_CYCCNT;
		put(work(300));
		put(DWT_CYCCNT - before);
		break;
	case 13: /* FP state is there still after one exception, for the next. */
		fpu_on();
		enable(IRQ_LOW, 0x80);
		__asm__ volatile(
			"vmov s0, %1\n str %2, [%3]\n dsb\n isb\n str %2, [%3]\n dsb\n isb\n vmov %0, s0\n"
			: "=r"(after)
			: "r"(0x12345678), "r"(1u << IRQ_LOW % 32), "r"(&(&NVIC_ISPR0)[IRQ_LOW / 32])
			: "s0", "memory");
		put(after == 0x12345678);
		break;
	case 40: /* Beside the guard all is as ever; a push into it is not done. */
		mpu_on();
		*(volatile uint32_t *)0x2000f100 = 1;
		*(volatile uint32_t *)0x2000effc = 2;
		put(*(volatile uint32_t *)0x2000f100);
		put(*(volatile uint32_t *)0x2000effc);
		__asm__ volatile("mov sp, %0\n push {r0, r1}" ::"r"(0x2000f104));
		break;
	case 41:
		mpu_on();
		*(volatile uint32_t *)0x70000 = 0;
		break;
	case 42: /* Switched off, it forbids nothing. */
		mpu_on();
		MPU_CTRL = 0;
		*(volatile uint32_t *)0x2000f004 = 3;
		put(*(volatile uint32_t *)0x2000f004);
		break;
	case 43: /* An exception has no room for its frame. */
		mpu_on();
		__asm__ volatile("mov sp, %0\n svc 0" ::"r"(0x2000f110));
		break;
	case 44: (void)*(volatile uint8_t *)0x2000f0ff; /* The MPU is off still. */
		mpu_on();
		(void)*(volatile uint8_t *)0x2000f0ff;
		break;
	case 31: /* Code that is replaced by such as must be looked at: ldmia r0!, {r1}; bx lr. */
	case 32: /* Code that is erased. */
		erase();
		program(0x47702001);
		put(((uint32_t(*)(uint32_t))0x70001)(0));
		erase();
		if (CASE == 31) program(0x4770c802);
		((uint32_t(*)(uint32_t))0x70001)(0x20000001);
		break;
	case 20: __asm__ volatile("mov r0, %0\n.global faulting\nfaulting: ldr r1, [r0]" ::"r"(0x60000004) : "r0", "r1"); break;
	case 21:
		SCB_SHCSR = 1u << 17;
		__asm__ volatile("mov r0, %0\n b faulting" ::"r"(0x60000004) : "r0", "r1");
		break;
	case 22: /* No FPU without CPACR. */ work(1); break;
	case 23: __asm__ volatile("ldrd r2, r3, [%0]" ::"r"(0x20000001) : "r2", "r3"); break;
	case 24: __asm__ volatile("udf 1"); break;
	case 25: __asm__ volatile("udf 1"); break;
	case 26: __asm__ volatile("bx %0" ::"r"(0x8400)); break;
	case 27: __asm__ volatile("bx %0" ::"r"(0x60000001)); break;
	case 28:
		__asm__ volatile("mov sp, %0\n svc 0" ::"r"(0x20000010));
		break;
	case 30: __asm__ volatile("cpsid i\n svc 0"); break;
	case 29: *(volatile uint8_t *)0x70000 = 0; break;
	}
	return 0;
}
