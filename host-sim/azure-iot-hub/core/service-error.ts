/** Why the service side of a hub refuses something: Microsoft's status, name and number. */
export interface ServiceError {
	/** Of HTTP. */
	readonly status: number;
	readonly code: ServiceErrorCode;
	readonly reason: string;
}

export type ServiceErrorCode = keyof typeof ERRORS;

/** Status and number by name. */
export const ERRORS = Object.freeze({
	ArgumentInvalid: [400, 400_004],
	IotHubUnauthorized: [401, 401_003],
	DeviceMaximumQueueDepthExceeded: [403, 403_004],
	DeviceNotFound: [404, 404_001],
	DeviceNotOnline: [404, 404_103],
	DeviceAlreadyExists: [409, 409_001],
	PreconditionFailed: [412, 412_001],
	MessageTooLarge: [413, 413_001],
	ThrottlingException: [429, 429_001],
	GatewayTimeout: [504, 504_101],
} as const);

export const serviceError = (code: ServiceErrorCode, reason: string): ServiceError => ({
	status: ERRORS[code][0],
	code,
	reason,
});

/** The body that tells of an error. @param random 0 to below 1 */
export const errorBody = (
	code: ServiceErrorCode,
	message: string,
	date: number,
	random: () => number,
): { errorCode: number; trackingId: string; message: string; timestampUtc: string } => ({
	errorCode: ERRORS[code][1],
	trackingId: randomHex(random, 32).toUpperCase(),
	message,
	timestampUtc: new Date(date).toISOString(),
});

/** So many hexadecimal digits. */
export const randomHex = (random: () => number, digits: number): string =>
	Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
