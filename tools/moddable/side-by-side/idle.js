/* The firmware with its modules loaded and no device started: what memory is measured from. */
import collect from "collect";
import "firmware/main";

export default function () {
	collect();
	trace("idle\n");
}
