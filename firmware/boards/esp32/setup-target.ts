/** Runs before the firmware: nothing on this board needs power, or a level, before then. */
export default function (done: () => void): void {
	done();
}
