/** A firmware of the chip, as far as its protocol differs from others'. */
export interface ChipFirmware {
	/** Bits a second on its UART. */
	readonly baud: number;
	/** Whether there is an eRPC server; the factory's firmware, of before that, answers nothing. */
	readonly hasServer: boolean;
	/** The service at the host that hears events. */
	readonly callbacks: number;
	/** Whether the scan's calls have the ids of `calls/wifi-drv.ts`; elsewhere they are not known, and not answered. */
	readonly hasScan: boolean;
}

const CURRENT: ChipFirmware = Object.freeze({ baud: 614_400, hasServer: true, callbacks: 19, hasScan: true });
const OLD: ChipFirmware = Object.freeze({ ...CURRENT, baud: 1_843_200 });

/** The chip's firmware by the version that it tells; "factory" tells none. */
export const FIRMWARE = Object.freeze({
	"2.1.3": CURRENT,
	"2.1.2": CURRENT,
	"2.1.0": OLD,
	"2.0.3": OLD,
	"2.0.2": Object.freeze({ ...OLD, callbacks: 18, hasScan: false }),
	factory: Object.freeze({ ...CURRENT, hasServer: false }),
});

export type Version = keyof typeof FIRMWARE;
