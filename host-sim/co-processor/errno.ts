/** The chip's errno values: those of lwIP's own list, which are Linux's. */
export const ERRNO = Object.freeze({
	EBADF: 9,
	EAGAIN: 11,
	EINVAL: 22,
	ENFILE: 23,
	ENOSYS: 38,
	ENOPROTOOPT: 92,
	EAFNOSUPPORT: 97,
	ECONNABORTED: 103,
	ECONNRESET: 104,
	EISCONN: 106,
	ENOTCONN: 107,
	EHOSTUNREACH: 113,
	EALREADY: 114,
	EINPROGRESS: 115,
});
