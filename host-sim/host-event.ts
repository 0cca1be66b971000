/** What the host of a device tells beside the firmware: it starts that again, as a command wants. */
export interface HostEvent {
	event: "restart";
}
