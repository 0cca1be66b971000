/** Numbers of the radio's services. */
export const Service = Object.freeze({ SYSTEM: 1, WIFI: 14, TCPIP: 15, LWIP: 16, WIFI_EVENTS: 19 });

/** Methods of the service LWIP. */
export const Lwip = Object.freeze({
	GETSOCKOPT: 6,
	CLOSE: 8,
	CONNECT: 9,
	RECV: 12,
	RECVFROM: 14,
	SEND: 15,
	SENDTO: 17,
	SOCKET: 18,
	FCNTL: 23,
	ERRNO: 24,
	GETHOSTBYNAME: 25,
});

/** A flag: the call returns at once. */
export const MSG_DONTWAIT = 8;

/** What the radio tells of Wi-Fi without being asked: the first number of such a message. */
export const WiFiEvent = Object.freeze({ DISCONNECTED: 5, LOST_ADDRESS: 8 });

/** The radio's station, among its network interfaces. */
export const STATION = 0;

/** lwIP's error numbers (errno). */
export const Errno = Object.freeze({
	NONE: 0,
	AGAIN: 11,
	NETWORK_UNREACHABLE: 101,
	REFUSED: 111,
	RESET: 104,
	ABORTED: 103,
	TIMED_OUT: 110,
	HOST_UNREACHABLE: 113,
	ALREADY: 114,
	IN_PROGRESS: 115,
});
