/* The firmware with its modules loaded and no device started: what memory is measured from. */
import "firmware/main";

export default function () {
	trace("idle\n");
}
