import { describe, expect, it } from "vitest";
import { AnalogSensor, AnalogSensors } from "../../../firmware/peripherals/analog-sensor.js";
import { Led } from "../../../firmware/peripherals/led.js";
import { pinOf } from "../../../firmware/peripherals/pin.js";
import { VirtualHost } from "../../support/virtual/host.js";

const LIGHT = { minimum: 0, maximum: 1023 };

describe("an analog sensor", () => {
	it.each([
		{ resolution: 8, reading: 255, light: 1023 },
		{ resolution: 10, reading: 400, light: 400 },
		{ resolution: 12, reading: 4095, light: 1023 },
		{ resolution: 16, reading: 32_768, light: 512 },
	])("reads $light at $reading of $resolution bits", ({ resolution, reading, light }) => {
		const { device, analog } = new VirtualHost({ resolution });
		const sensor = new AnalogSensor({ io: device.io.Analog, pin: "A0" }, LIGHT);
		expect(sensor.read()).toBe(0);
		analog.light = reading;
		expect(sensor.read()).toBe(light);
	});

	it("frees its pin", () => {
		const { device } = new VirtualHost();
		const sensor = new AnalogSensor({ io: device.io.Analog, pin: "A0" }, LIGHT);
		expect(() => new AnalogSensor({ io: device.io.Analog, pin: "A0" }, LIGHT)).toThrow("pin A0 is in use");
		sensor.close();
		new AnalogSensor({ io: device.io.Analog, pin: "A0" }, LIGHT);
	});
});

describe("analog sensors", () => {
	const two = [
		{ name: "window", pin: "light", ...LIGHT },
		{ name: "outside", pin: "far", minimum: -40, maximum: 85 },
	];

	it("are read together, by name, in the order of the configuration", () => {
		const { device, analog } = new VirtualHost({ pins: { far: "A1" } });
		Object.assign(analog, { light: 5, far: 7 });
		const sensors = new AnalogSensors(device, two);
		expect(Object.entries(sensors.read())).toEqual([
			["window", 5],
			["outside", -39],
		]);
		analog.far = 1023;
		expect(sensors.read()).toEqual({ window: 5, outside: 85 });
	});

	it("free their pins", () => {
		const { device } = new VirtualHost({ pins: { far: "A1" } });
		new AnalogSensors(device, two).close();
		new AnalogSensors(device, two);
	});

	it("want pins that the board has", () => {
		const { device } = new VirtualHost();
		expect(() => new AnalogSensors(device, two)).toThrow(
			new RangeError('the board has no pin "far"; it has light, led'),
		);
	});

	it("want a pin each", () => {
		const { device } = new VirtualHost({ pins: { far: "A0" } });
		expect(() => new AnalogSensors(device, two)).toThrow("pin A0 is in use");
	});
});

describe("an LED", () => {
	it("is off at first, and switches", () => {
		const { device, digital } = new VirtualHost();
		const led = new Led({ io: device.io.Digital, pin: "D0" });
		expect([led.on, digital.led]).toEqual([false, 0]);
		led.on = true;
		expect([led.on, digital.led]).toEqual([true, 1]);
		led.on = false;
		expect([led.on, digital.led]).toEqual([false, 0]);
	});

	it("frees its pin", () => {
		const { device, digital } = new VirtualHost();
		new Led({ io: device.io.Digital, pin: "D0" }).close();
		expect(digital.led).toBeUndefined();
		new Led({ io: device.io.Digital, pin: "D0" });
	});

	it("wants a pin that is there, and free", () => {
		const { device } = new VirtualHost();
		expect(() => new Led({ io: device.io.Digital, pin: 99 })).toThrow("no pin 99");
		new Led({ io: device.io.Digital, pin: "D0" });
		expect(() => new Led({ io: device.io.Digital, pin: "D0" })).toThrow("pin D0 is in use");
	});
});

describe("a pin name", () => {
	it.each([
		{ name: "light", pin: "A0" },
		{ name: "zero", pin: 0 },
	])("$name stands for $pin", ({ name, pin }) => {
		expect(pinOf(new VirtualHost({ pins: { zero: 0 } }).device, name)).toBe(pin);
	});

	it.each(["", "LIGHT", "toString", "__proto__"])("%j is none of the board's", (name) => {
		expect(() => pinOf(new VirtualHost().device, name)).toThrow(
			new RangeError(`the board has no pin "${name}"; it has light, led`),
		);
	});
});
