import { type Bench, bad, good, none, pause, type Result, reasonOf } from "./bench.js";

const READINGS = 16;
/** Milliseconds between two readings. */
const READING_INTERVAL = 20;

const BLINKS = 3;
/** Milliseconds that the LED is on, and then off. */
const BLINK = 250;

/** The analog input of the light sensor: its code is the mean in tenths of the range. */
export async function checkLight(bench: Bench): Promise<Result> {
	const pin = bench.pin.light;
	if (pin === undefined) return none('the board has no pin "light"');
	const input = new bench.Analog({ pin });
	try {
		const { resolution } = input;
		const highest = 2 ** resolution - 1;
		const readings: number[] = [];
		for (let count = 0; count < READINGS; count++) {
			// The SDK's returns nothing while the converter is busy.
			const reading: number | undefined = input.read();
			if (reading !== undefined) readings.push(reading);
			await pause(bench, READING_INTERVAL);
		}
		const where = `pin ${pin}, ${resolution} bits`;
		if (readings.length === 0) return bad("N", `${where}: the converter gives no reading`);
		const least = Math.min(...readings);
		const most = Math.max(...readings);
		const mean = Math.round(readings.reduce((sum, reading) => sum + reading, 0) / readings.length);
		const text = `${where}: ${mean} of ${highest} (${least} to ${most}, ${most - least} apart)`;
		const isWrong = (reading: number) => !(Number.isInteger(reading) && reading >= 0 && reading <= highest);
		if (readings.some(isWrong)) return bad("R", `${text}: out of range`);
		return good(String(Math.floor((mean * 10) / (highest + 1))), text);
	} finally {
		input.close();
	}
}

/** The LED's pin; nothing comes back from it. */
export async function checkLed(bench: Bench): Promise<Result> {
	const pin = bench.pin.led;
	if (pin === undefined) return none('the board has no pin "led"');
	const { Digital } = bench;
	const output = new Digital({ pin, mode: Digital.Output, initialValue: 0 });
	try {
		for (let count = 0; count < BLINKS; count++) {
			output.write(1);
			await pause(bench, BLINK);
			output.write(0);
			await pause(bench, BLINK);
		}
		return good("1", `pin ${pin} went high ${BLINKS} times: did the LED blink?`);
	} catch (error) {
		return bad("W", `pin ${pin} cannot be written: ${reasonOf(error)}`);
	} finally {
		output.close();
	}
}
