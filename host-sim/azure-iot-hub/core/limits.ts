/** What a hub allows. Microsoft's figures are the default; a test may want smaller ones. */
export interface HubLimits {
	/** Bytes of a message to the hub: body, and names and values of its properties. */
	readonly telemetryBytes: number;
	/** Bytes of a message to a device, counted alike. */
	readonly cloudToDeviceBytes: number;
	/** Messages that wait for one device, those in flight included. */
	readonly cloudToDeviceMessages: number;
	/** Milliseconds for which a message to a device waits unless it has an expiry of its own. */
	readonly cloudToDeviceTtl: number;
	/** Topic filters of one session. */
	readonly subscriptions: number;
	/** Bytes of the desired, and of the reported section of a twin. */
	readonly twinSectionBytes: number;
	/** Levels of objects in a section. */
	readonly twinDepth: number;
	/** Bytes of a key in a twin. */
	readonly twinKeyBytes: number;
	/** Bytes of a string in a twin. */
	readonly twinStringBytes: number;
	/** Bytes of a direct method's body, and of its answer's. */
	readonly methodBytes: number;
	/** Milliseconds in which a method must be answered unless the call says otherwise. */
	readonly methodTimeout: number;
	/** The longest silence of a client in milliseconds, whatever keep-alive it asked for. */
	readonly longestSilence: number;
	/** Milliseconds in which CONNECT must come. */
	readonly connectTimeout: number;
}

/** The limits of Azure IoT Hub; `connectTimeout` alone is a choice of this emulator. */
export const LIMITS: HubLimits = Object.freeze({
	telemetryBytes: 256 * 1024,
	cloudToDeviceBytes: 64 * 1024,
	cloudToDeviceMessages: 50,
	cloudToDeviceTtl: 3_600_000,
	subscriptions: 5,
	twinSectionBytes: 32 * 1024,
	twinDepth: 10,
	twinKeyBytes: 1024,
	twinStringBytes: 4096,
	methodBytes: 128 * 1024,
	methodTimeout: 30_000,
	longestSilence: 1_767_000,
	connectTimeout: 30_000,
});
